package dev.v6cert.cli.plan;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.ValidationSettings;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.selection.LanAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The certificate that settings ask the authority of this machine for.
 *
 * @param plan the request and what its renewals need
 * @param permitted what the authority may sign, or a new one will
 */
public record LocalCertificatePlan(Lineage.Plan plan, NameConstraints permitted) {

  /** Of no use where nobody is asked over the network. */
  private static final List<Setting<?>> OF_OTHER_AUTHORITIES =
      Setting.join(
          List.of(
              CertificateSettings.CA_ROOT,
              CertificateSettings.PROFILE,
              CertificateSettings.PREFERRED_CHAIN,
              CertificateSettings.EMAIL),
          AccountSettings.ALL,
          List.of(CertificateSettings.WILDCARD),
          Setting.without(ValidationSettings.ALL, CertificateSettings.OPEN_FIREWALL));

  private static final List<Subject> OF_THIS_MACHINE =
      Stream.of("localhost", "127.0.0.1", "::1").map(Subject::parse).toList();

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  /**
   * The certificate of the settings, checked: the authority of this machine will sign it.
   *
   * @throws AcmeFailureException as {@code LocalAuthorityRefusal} when it would not
   */
  public static LocalCertificatePlan of(
      Settings settings, StateDirectory directory, Console console)
      throws AcmeFailureException, CliFailureException, IOException {
    refuseUseless(settings);
    Optional<LocalAuthority> present = new LocalAuthorityStore(directory).find();
    NameConstraints permitted =
        present.isPresent()
            ? LocalNames.permitted(present.get(), settings)
            : LocalNames.wanted(settings);
    Optional<IpAddress> address = address(settings, console);
    Optional<ChosenName> naming = Optional.empty();
    if (address.isPresent()
        && CertificatePlan.wantsMagicName(settings)
        && !permitted.isOnlyAddresses()) {
      naming = Optional.of(ChosenName.of(address.get(), settings));
    }
    List<Subject> subjects = subjects(settings, address, naming);
    if (present.isPresent()) {
      LocalNames.check(present.get(), subjects, settings);
    } else {
      LocalAuthority.check(permitted, subjects);
    }
    return new LocalCertificatePlan(plan(settings, subjects, address, naming), permitted);
  }

  /**
   * Refuses to open the host's filter for an authority that asks nobody. It is only of use to a
   * command that serves, too.
   */
  public static void refuseOpenFilter(Settings settings) throws CliFailureException {
    if (CertificatePlan.authority(settings).isLocal()) {
      refuse(CertificateSettings.OPEN_FIREWALL, settings);
    }
  }

  private static void refuseUseless(Settings settings) throws CliFailureException {
    for (Setting<?> setting : OF_OTHER_AUTHORITIES) {
      refuse(setting, settings);
    }
  }

  private static void refuse(Setting<?> setting, Settings settings) throws CliFailureException {
    if (settings.isTyped(setting)) {
      throw CliFailureException.usage(
          setting.flag() + " says how to ask a CA, and the local CA is this machine",
          "leave out " + setting.flag() + ", or --ca local");
    }
  }

  private static Optional<IpAddress> address(Settings settings, Console console)
      throws IOException {
    Optional<IpAddress> typed = settings.find(NameSettings.ADDRESS);
    if (typed.isPresent()) {
      return typed;
    }
    Optional<InterfaceAddress> lan = lanAddress(settings);
    if (lan.isPresent()) {
      console.steps().done("address " + lan.get().address() + " on " + lan.get().on().name());
    } else {
      console.steps().note("no local network: the certificate is for this machine alone");
    }
    return lan.map(InterfaceAddress::address);
  }

  /** The address of this machine in its local network. */
  public static Optional<InterfaceAddress> lanAddress(Settings settings) throws IOException {
    return new LanAddress(
            Optional.empty(),
            settings.find(NameSettings.INTERFACE),
            settings.value(NameSettings.FAMILY))
        .find();
  }

  private static List<Subject> subjects(
      Settings settings, Optional<IpAddress> address, Optional<ChosenName> naming)
      throws CliFailureException {
    Set<Subject> subjects = new LinkedHashSet<>();
    List<HostName> domains = settings.values(CertificateSettings.DOMAIN);
    boolean itself = settings.value(CertificateSettings.IP);
    naming.ifPresent(magic -> subjects.add(new Subject.Dns(magic.name())));
    for (HostName name : domains) {
      subjects.add(new Subject.Dns(name));
    }
    if (itself && address.isEmpty()) {
      throw CliFailureException.usage(
          "this machine has no address in a local network for --ip", "add --address ADDRESS");
    }
    if (itself || (naming.isEmpty() && CertificatePlan.wantsMagicName(settings))) {
      address.ifPresent(one -> subjects.add(new Subject.Ip(one)));
    }
    if (domains.isEmpty() && !itself) {
      subjects.addAll(OF_THIS_MACHINE);
    }
    return List.copyOf(subjects);
  }

  private static Lineage.Plan plan(
      Settings settings,
      List<Subject> subjects,
      Optional<IpAddress> address,
      Optional<ChosenName> naming) {
    LineageName lineage =
        settings
            .find(CertificateSettings.LINEAGE)
            .orElseGet(() -> LineageName.of(subjects.getFirst()));
    IssuanceRequest request =
        new IssuanceRequest(
            lineage,
            subjects,
            CertificateAuthority.LOCAL,
            AccountName.DEFAULT,
            CertificatePlan.key(settings),
            Optional.empty(),
            Optional.empty());
    boolean concerned =
        naming.isPresent() || address.map(Subject.Ip::new).filter(subjects::contains).isPresent();
    boolean follows = concerned && settings.find(NameSettings.ADDRESS).isEmpty();
    Lineage.Plan staying =
        new Lineage.Plan(
            request,
            HookSettings.commands(settings),
            settings.find(HookSettings.VERIFY),
            ResponderPlan.DEFAULT,
            Optional.empty(),
            false);
    return follows
        ? staying.following(
            new AddressPlan(
                address.orElseThrow(),
                naming.map(ChosenName::name),
                settings.value(NameSettings.FORM),
                settings.find(NameSettings.INTERFACE),
                false))
        : staying;
  }

  /** The one certificate that will do. */
  public Candidates candidates() {
    return new Candidates(List.of(new Candidates.Candidate(plan, Optional.empty())));
  }

  /** Makes the authority, if there is none. */
  public void makeAuthority(StateLock lock, Console console) throws AcmeFailureException {
    LocalAuthorityStore store = new LocalAuthorityStore(lock.directory());
    boolean first = store.find().isEmpty();
    LocalAuthority authority = store.findOrCreate(lock, owner(), permitted, Instant.now());
    if (first) {
      console.steps().done("new local CA " + authority.id());
    }
  }

  /** The owner of a new root, for its name: {@code user@host}. */
  public static String owner() {
    String host = "localhost";
    try {
      if (Files.isReadable(HOST_NAME)) {
        host = Files.readString(HOST_NAME).strip();
      }
    } catch (IOException e) {
      // A name for people; the root is known by its fingerprint.
    }
    return System.getProperty("user.name", "somebody") + "@" + host;
  }
}
