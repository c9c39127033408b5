package dev.v6cert.cli.command;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.setting.Given;
import dev.v6cert.cli.setting.Origin;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.name.HostName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What {@code obtain} asks a CA for, made of the settings and the chosen address. */
final class CertificatePlan {

  private CertificatePlan() {}

  /**
   * The plan.
   *
   * @param naming the magic name, where the certificate is for it
   */
  static Lineage.Plan of(
      Settings settings,
      CertificateAuthority authority,
      ChosenAddress address,
      Optional<Naming> naming)
      throws CliFailureException {
    List<Subject> subjects = subjects(settings, address, naming);
    LineageName lineage =
        settings
            .find(CertificateSettings.LINEAGE)
            .orElseGet(() -> LineageName.of(subjects.getFirst()));
    IssuanceRequest request =
        new IssuanceRequest(
            lineage,
            subjects,
            authority,
            settings.value(CertificateSettings.KEY_TYPE),
            settings.value(CertificateSettings.REUSE_KEY),
            Optional.empty());
    return new Lineage.Plan(
        request,
        settings.find(CertificateSettings.DEPLOY_HOOK),
        ResponderPlan.of(settings, address).settings());
  }

  /** Whether the magic name is wanted: nothing else is, or its zone was typed. */
  static boolean wantsMagicName(Settings settings) {
    boolean others =
        !settings.values(CertificateSettings.DOMAIN).isEmpty()
            || settings.value(CertificateSettings.IP);
    return !others
        || settings
            .given(NameSettings.ZONE)
            .map(Given::origin)
            .filter(Origin.Flag.class::isInstance)
            .isPresent();
  }

  private static List<Subject> subjects(
      Settings settings, ChosenAddress address, Optional<Naming> naming)
      throws CliFailureException {
    Set<Subject> subjects = new LinkedHashSet<>();
    naming.ifPresent(magic -> subjects.add(new Subject.Dns(magic.name())));
    for (HostName name : settings.values(CertificateSettings.DOMAIN)) {
      Optional<String> refusal = name.refusalByAuthorities();
      if (refusal.isPresent()) {
        throw usage("no CA signs " + name + ": " + refusal.get(), "choose another --domain");
      }
      subjects.add(new Subject.Dns(name));
    }
    if (settings.value(CertificateSettings.IP)) {
      subjects.add(new Subject.Ip(address.address()));
    }
    return new ArrayList<>(subjects);
  }

  /** Who is to sign. */
  static CertificateAuthority authority(Settings settings) throws CliFailureException {
    CertificateAuthority authority = settings.value(CertificateSettings.CA);
    if (settings.value(CertificateSettings.STAGING)) {
      boolean letsEncrypt =
          authority.equals(CertificateAuthority.LETS_ENCRYPT)
              || authority.equals(CertificateAuthority.LETS_ENCRYPT_STAGING);
      if (!letsEncrypt) {
        throw usage(
            "--staging is Let's Encrypt's test environment, and the CA is " + authority.id(),
            "leave out --staging, or --ca");
      }
      authority = CertificateAuthority.LETS_ENCRYPT_STAGING;
    }
    Optional<Path> root = settings.find(CertificateSettings.CA_ROOT);
    return root.isPresent() ? authority.trusting(root.get()) : authority;
  }

  private static CliFailureException usage(String what, String next) {
    return new CliFailureException(new CliFailure.Usage(what, next));
  }
}
