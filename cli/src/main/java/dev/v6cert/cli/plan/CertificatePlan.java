package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.client.TrustedRoots;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.name.HostName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The request of {@code obtain} to a CA, made of the settings and the chosen address. */
public final class CertificatePlan {

  private static final String ADDRESS_PROFILE = "shortlived";

  private static final List<Setting<?>> NOT_WITH_DUAL =
      List.of(
          CertificateSettings.DOMAIN,
          CertificateSettings.IP,
          CertificateSettings.WILDCARD,
          NameSettings.FAMILY,
          NameSettings.ADDRESS,
          NameSettings.ASK_OUTSIDE);

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
      Optional<ChosenName> naming)
      throws CliFailureException {
    return of(settings, authority, address, naming, subjects(settings, address, naming));
  }

  /** The plan of a certificate for the address alone. */
  static Lineage.Plan ofAddress(
      Settings settings, CertificateAuthority authority, ChosenAddress address)
      throws CliFailureException {
    return of(
        settings, authority, address, Optional.empty(), List.of(new Subject.Ip(address.address())));
  }

  private static Lineage.Plan of(
      Settings settings,
      CertificateAuthority authority,
      ChosenAddress address,
      Optional<ChosenName> naming,
      List<Subject> subjects)
      throws CliFailureException {
    LineageName lineage =
        settings
            .find(CertificateSettings.LINEAGE)
            .orElseGet(() -> LineageName.of(subjects.getFirst()));
    IssuanceRequest request =
        new IssuanceRequest(
            lineage,
            subjects,
            authority,
            settings.value(AccountSettings.ACCOUNT),
            key(settings),
            profile(settings),
            settings.find(CertificateSettings.PREFERRED_CHAIN));
    return new Lineage.Plan(
        request,
        HookSettings.commands(settings),
        settings.find(HookSettings.VERIFY),
        ResponderOptions.plan(settings, address),
        follows(settings, address, naming, subjects),
        false);
  }

  /** The address that renewals follow: not one that was typed, and only where a name carries it. */
  private static Optional<AddressPlan> follows(
      Settings settings,
      ChosenAddress address,
      Optional<ChosenName> naming,
      List<Subject> subjects) {
    boolean typed = settings.find(NameSettings.ADDRESS).isPresent();
    boolean itself =
        address.known().filter(ip -> subjects.contains(new Subject.Ip(ip))).isPresent();
    return typed || (naming.isEmpty() && !itself)
        ? Optional.empty()
        : Optional.of(
            new AddressPlan(
                address.address(),
                address.ipv4Beside(),
                naming.map(ChosenName::name),
                settings.value(NameSettings.FORM),
                settings.find(NameSettings.INTERFACE),
                outside(settings, address)));
  }

  /** Whether the address is one that the zone's name servers told. */
  private static boolean outside(Settings settings, ChosenAddress address) {
    return settings.value(NameSettings.ASK_OUTSIDE) && address.on().isEmpty() && !address.mapped();
  }

  static KeyPolicy key(Settings settings) {
    return new KeyPolicy(
        settings.value(CertificateSettings.KEY_TYPE),
        settings.value(CertificateSettings.REUSE_KEY),
        KeyAccess.of(
            settings.find(CertificateSettings.KEY_GROUP),
            settings.find(CertificateSettings.KEY_MODE)));
  }

  /**
   * Refuses options that contradict each other, or name what is not there, before anything is
   * looked at.
   */
  public static void check(Settings settings) throws AcmeFailureException, CliFailureException {
    Optional<Path> roots = settings.find(CertificateSettings.CA_ROOT);
    if (roots.isPresent()) {
      TrustedRoots.checkThere(roots.get());
    }
    Optional<String> _ = profile(settings);
    checkDual(settings);
    HookSettings.check(settings);
    ResponderOptions.check(settings);
    Optional<String> group = settings.find(CertificateSettings.KEY_GROUP);
    if (group.isPresent() && !key(settings).access().isForGroup()) {
      throw CliFailureException.usage(
          "the group " + group.get() + " cannot read a key of that --key-mode",
          "leave out --key-mode, or choose 0640 or 0440");
    }
  }

  /** Refuses what a name of both families has no use for. */
  public static void checkDual(Settings settings) throws CliFailureException {
    if (!settings.value(NameSettings.DUAL)) {
      return;
    }
    for (Setting<?> other : NOT_WITH_DUAL) {
      if (settings.isSet(other)) {
        throw CliFailureException.usage(
            "--dual makes one name of an address of each family of this machine, without "
                + other.flag(),
            "leave one of them out");
      }
    }
    Optional<String> profile = settings.find(CertificateSettings.PROFILE);
    if (profile.isPresent() && !profile.get().equals(ADDRESS_PROFILE)) {
      throw CliFailureException.usage(
          "a name of both families is signed in the profile "
              + ADDRESS_PROFILE
              + " only, as either address may be another's soon",
          "leave out --profile, or --dual");
    }
    if (settings.value(CertificateSettings.CA).isLocal()) {
      throw CliFailureException.usage(
          "--dual is for public addresses, and the local CA signs private ones",
          "leave out --dual, or choose another --ca");
    }
  }

  /** Whether a certificate for the address alone would do in place of one for the magic name. */
  static boolean mayBeForAddress(Settings settings) {
    return !settings.value(CertificateSettings.WILDCARD)
        && !settings.value(NameSettings.DUAL)
        && settings.find(CertificateSettings.PROFILE).map(ADDRESS_PROFILE::equals).orElse(true);
  }

  /**
   * Whether the magic name is wanted: nothing else is, names below it are, or its zone is typed.
   */
  public static boolean wantsMagicName(Settings settings) {
    boolean others =
        !settings.values(CertificateSettings.DOMAIN).isEmpty()
            || settings.value(CertificateSettings.IP);
    return !others
        || (settings.value(CertificateSettings.WILDCARD)
            && settings.values(CertificateSettings.DOMAIN).isEmpty())
        || settings.isTyped(NameSettings.ZONE);
  }

  private static List<Subject> subjects(
      Settings settings, ChosenAddress address, Optional<ChosenName> naming)
      throws CliFailureException {
    Set<Subject> subjects = new LinkedHashSet<>();
    if (naming.isPresent()) {
      subjects.add(new Subject.Dns(naming.get().name()));
      if (settings.value(CertificateSettings.WILDCARD)) {
        subjects.add(new Subject.Wildcard(naming.get().name()));
      }
    }
    for (HostName name : settings.values(CertificateSettings.DOMAIN)) {
      Optional<String> refusal = name.refusalByAuthorities();
      if (refusal.isPresent()) {
        throw CliFailureException.usage(
            "no CA signs " + name + ": " + refusal.get(), "choose another --domain");
      }
      subjects.add(new Subject.Dns(name));
      if (settings.value(CertificateSettings.WILDCARD)) {
        subjects.add(new Subject.Wildcard(name));
      }
    }
    if (settings.value(CertificateSettings.IP)) {
      subjects.add(new Subject.Ip(address.address()));
    }
    return new ArrayList<>(subjects);
  }

  /** The profile, where it can be said without asking the CA that it would sign in it. */
  private static Optional<String> profile(Settings settings) throws CliFailureException {
    Optional<String> profile = settings.find(CertificateSettings.PROFILE);
    if (profile.isPresent()
        && !profile.get().equals(ADDRESS_PROFILE)
        && settings.value(CertificateSettings.IP)
        && settings.value(CertificateSettings.CA).isLetsEncrypt()) {
      throw CliFailureException.usage(
          "Let's Encrypt signs for addresses in the profile "
              + ADDRESS_PROFILE
              + " only, not in "
              + profile.get(),
          "leave out --profile, or --ip");
    }
    return settings.value(NameSettings.DUAL) ? Optional.of(ADDRESS_PROFILE) : profile;
  }

  /** The CA. */
  public static CertificateAuthority authority(Settings settings) throws CliFailureException {
    CertificateAuthority authority = settings.value(CertificateSettings.CA);
    if (settings.value(CertificateSettings.STAGING)) {
      if (!authority.isLetsEncrypt()) {
        throw CliFailureException.usage(
            "--staging is Let's Encrypt's test environment, and the CA is " + authority.id(),
            "leave out --staging, or --ca");
      }
      authority = CertificateAuthority.LETS_ENCRYPT_STAGING;
    }
    return trusting(authority, settings);
  }

  /**
   * The authority to ask over the network.
   *
   * @param what is to be done there, as an infinitive
   */
  public static CertificateAuthority remoteAuthority(Settings settings, String what)
      throws CliFailureException {
    CertificateAuthority authority = authority(settings);
    if (authority.isLocal()) {
      throw CliFailureException.usage(
          "there is nobody to ask to " + what + ": the local CA is this machine",
          "leave out --ca local, or choose another CA");
    }
    return authority;
  }

  /** The CA that is named, for what has no test environment. */
  public static CertificateAuthority trusted(Settings settings) {
    return trusting(settings.value(CertificateSettings.CA), settings);
  }

  private static CertificateAuthority trusting(CertificateAuthority authority, Settings settings) {
    Optional<Path> root = settings.find(CertificateSettings.CA_ROOT);
    return root.isPresent() ? authority.trusting(root.get()) : authority;
  }
}
