package dev.v6cert.cli.provision;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.terminal.TimeText;
import java.time.Instant;
import java.util.Optional;

/** A certificate of a test environment, which no browser trusts. */
public final class StagingGuard {

  private StagingGuard() {}

  /**
   * Refuses to put one in the place of a certificate that is in use: who tries something out does
   * not expect to lose what works.
   *
   * @throws CliFailureException as {@link dev.v6cert.cli.failure.CliFailure.Usage}
   */
  public static void refuse(StateDirectory directory, Lineage.Plan plan, Instant now)
      throws CliFailureException {
    CertificateAuthority wanted = plan.request().authority();
    Optional<Lineage> present =
        wanted.directory().equals(CertificateAuthority.LETS_ENCRYPT_STAGING.directory())
            ? new CertificateStore(directory).loaded(plan.request().lineage())
            : Optional.empty();
    if (present.isEmpty()) {
      return;
    }
    CertificateAuthority own = present.get().plan().request().authority();
    Instant end = present.get().generation().map(Generation::notAfter).orElse(Instant.EPOCH);
    if (!own.directory().equals(wanted.directory()) && now.isBefore(end)) {
      throw CliFailureException.usage(
          "this would put a test certificate, which no browser trusts, in the place of "
              + present.get().name()
              + " by "
              + IssuanceProgress.name(own)
              + ", good until "
              + TimeText.of(end),
          "--dry-run tries and installs nothing; --lineage NAME puts it beside; --force replaces");
    }
  }
}
