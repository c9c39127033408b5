package dev.v6cert.acme;

import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.acme.verify.ServedCertificate;
import java.util.Optional;

/** The reasons that services do not use a certificate that is in place. */
public sealed interface DeployFailure extends AcmeFailure {

  /** A hook failed. Where it is the pre hook, nothing was ordered. */
  record HookFailed(LineageName lineage, HookResult result) implements DeployFailure {}

  /**
   * A server does not show the new certificate, which is in place.
   *
   * @param served what it shows instead; empty where it did not answer
   * @param cause why there was no answer; empty text where there was one
   */
  record NotServed(
      LineageName lineage, Endpoint endpoint, Optional<ServedCertificate> served, String cause)
      implements DeployFailure {}
}
