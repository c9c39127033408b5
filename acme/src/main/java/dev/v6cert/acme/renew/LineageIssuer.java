package dev.v6cert.acme.renew;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;

/** Renews one lineage: chooses its solver and issues, or only rehearses. */
@FunctionalInterface
public interface LineageIssuer {

  /** Makes the request for the lineage's next certificate. */
  default Lineage.Plan plan(Lineage lineage) {
    return lineage.plan();
  }

  /**
   * Renews the lineage.
   *
   * @return the lineage with its new generation; the same one after a rehearsal
   * @throws AcmeFailureException when there is no new certificate
   */
  Lineage renew(StateLock lock, Lineage lineage) throws AcmeFailureException;
}
