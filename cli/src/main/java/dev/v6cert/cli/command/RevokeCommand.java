package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.issue.CertificateRevoker;
import dev.v6cert.acme.issue.CertificateRevoker.Signer;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code v6cert revoke}: tells the CA that a certificate is not to be trusted any more. */
public final class RevokeCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.REVOKE,
        List.of(
            "For a key that somebody else may have: add --reason key-compromise --by-key. The files"
                + " stay, and v6cert renew replaces the certificate, with a new key, at its next run;"
                + " v6cert delete removes it for good."),
        Optional.of(CommandSpec.Argument.lineage(false)),
        List.of(
            LineageSettings.REASON,
            LineageSettings.BY_KEY,
            LineageSettings.CERTIFICATE,
            LineageSettings.KEY,
            CertificateSettings.CA,
            CertificateSettings.CA_ROOT,
            LineageSettings.YES,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example(
                "revoke NAME --reason key-compromise --by-key", "somebody else may have the key"),
            new CommandSpec.Example(
                "revoke --certificate cert.pem --key key.pem",
                "a certificate by Let's Encrypt that is kept elsewhere")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    LibraryProviders.set(invocation.settings().value(GlobalSettings.DEBUG));
    Optional<Path> file = invocation.settings().find(LineageSettings.CERTIFICATE);
    if (invocation.argument().isPresent() == file.isPresent()) {
      throw CliFailureException.usage(
          "revoke takes either the NAME of a lineage or --certificate",
          "v6cert list shows the names");
    }
    if (file.isPresent()) {
      revokeFile(file.get(), invocation);
    } else {
      revokeLineage(invocation.argument().get(), invocation);
    }
    return ExitStatus.DONE;
  }

  private static void revokeFile(Path file, Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Settings settings = invocation.settings();
    Path key =
        settings
            .find(LineageSettings.KEY)
            .orElseThrow(
                () -> CliFailureException.usage("--certificate needs its --key", "add --key PEM"));
    CertificateAuthority authority = CertificatePlan.trusted(settings);
    refuseLocal(authority);
    KeyedCertificate certificate = KeyedCertificate.ofFiles(file, key);
    confirm(file.toString(), invocation);
    new CertificateRevoker()
        .revoke(
            authority,
            certificate,
            settings.value(LineageSettings.REASON),
            IssuanceProgress.of(invocation.console(), authority));
    report(file.toString(), certificate, invocation);
  }

  private static void revokeLineage(String typed, Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Settings settings = invocation.settings();
    if (settings.find(LineageSettings.KEY).isPresent()) {
      throw CliFailureException.usage(
          "--key is the key of --certificate", "--by-key signs with the lineage's own");
    }
    if (settings.isTyped(CertificateSettings.CA)) {
      throw CliFailureException.usage(
          "--ca is for --certificate: the CA of " + typed + " is known", "leave --ca out");
    }
    KnownLineages lineages = KnownLineages.in(invocation.stateDirectory());
    Lineage known = lineages.certified(typed);
    refuseLocal(known.plan().request().authority());
    confirm(known.name().text(), invocation);
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    try (StateLock lock = StateLockWait.lock(directory, invocation.console())) {
      Lineage lineage = lineages.certified(typed);
      KeyedCertificate certificate = KeyedCertificate.of(lineage);
      new CertificateRevoker()
          .revoke(
              lock,
              lineage,
              settings.value(LineageSettings.REASON),
              settings.value(LineageSettings.BY_KEY) ? Signer.CERTIFICATE_KEY : Signer.ACCOUNT,
              IssuanceProgress.of(invocation.console(), lineage.plan().request().authority()));
      report(typed, certificate, invocation);
    }
    invocation
        .console()
        .note("v6cert renew replaces it at its next run; v6cert delete " + typed + " ends that");
  }

  /** The local CA publishes no revocations, so nobody would learn of one. */
  private static void refuseLocal(CertificateAuthority authority) throws CliFailureException {
    if (authority.isLocal()) {
      throw CliFailureException.usage(
          "the local CA revokes nothing: its certificates are good until they end",
          "v6cert local-ca rotate makes another CA; take the old root out of the trust stores");
    }
  }

  private static void confirm(String what, Invocation invocation)
      throws CliFailureException, InterruptedException {
    Confirmation.need(
        invocation.settings(),
        invocation.console(),
        "Revoke the certificate " + what + " for good?");
  }

  private static void report(String what, KeyedCertificate certificate, Invocation invocation) {
    Console console = invocation.console();
    String serial = certificate.certificate().getSerialNumber().toString(16);
    console.steps().done("the CA has revoked the certificate");
    if (invocation.json()) {
      console.result(JsonObject.report().put("revoked", what).put("serial", serial));
    } else {
      console.result(what + " is revoked (serial " + serial + ")");
    }
  }
}
