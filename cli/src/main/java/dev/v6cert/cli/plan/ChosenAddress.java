package dev.v6cert.cli.plan;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.dns.lookup.ObservedAddress;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.AddressSources;
import dev.v6cert.ipv6.detect.Links;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.LanAddress;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The address that a command works with.
 *
 * @param known the address; empty where the names are one's own and this machine has none
 * @param on the interface that has it; empty for an outer address that this machine does not have
 * @param validFor how long it is there at most, where it is deprecated already
 * @param mapped whether it is the router's, which leads a port of it here
 * @param beside the IPv4 address that one name carries beside this one of IPv6
 */
public record ChosenAddress(
    Optional<IpAddress> known,
    Optional<String> on,
    Optional<Lifetime> validFor,
    boolean mapped,
    Optional<ChosenAddress> beside) {

  /** One address alone. */
  public ChosenAddress(
      Optional<IpAddress> known, Optional<String> on, Optional<Lifetime> validFor, boolean mapped) {
    this(known, on, validFor, mapped, Optional.empty());
  }

  /** This address, and the one beside it. */
  public List<ChosenAddress> all() {
    return beside.isPresent() ? List.of(this, beside.get()) : List.of(this);
  }

  /** The addresses that are known. */
  public List<IpAddress> addresses() {
    return all().stream().flatMap(one -> one.known().stream()).toList();
  }

  /** The IPv4 address that one name carries beside this one of IPv6. */
  Optional<Ipv4Address> ipv4Beside() {
    return beside.map(one -> (Ipv4Address) one.address());
  }

  /** The address, where the certificate or its name is made of it. */
  public IpAddress address() {
    return known.orElseThrow();
  }

  /** The address and where it is, in words. */
  public String text() {
    return known.isEmpty()
        ? "not needed: the names are your own, and this machine has no public one"
        : address()
            + on.map(name -> " on " + name)
                .orElse(mapped ? " of the router" : ", which is not on this machine")
            + beside.map(ipv4 -> " and " + ipv4.text()).orElse("");
  }

  /**
   * The address that the settings name, or the best of this machine. Names of one's own need none.
   *
   * @throws CliFailureException {@link CliFailure.NoAddress} when there is none
   */
  public static ChosenAddress find(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    return settings.value(NameSettings.DUAL) ? both(settings) : find(settings, selector(settings));
  }

  /** An address of each family on this machine: that of a router proves too little. */
  private static ChosenAddress both(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    Selection ipv6 = new AddressFinder().find(selector(settings, IpFamily.IPV6));
    Selection ipv4 = new AddressFinder().find(selector(settings, IpFamily.IPV4));
    ChosenAddress first = oneOfBoth(ipv6, ipv4, IpFamily.IPV6, settings);
    ChosenAddress second = oneOfBoth(ipv4, ipv6, IpFamily.IPV4, settings);
    return new ChosenAddress(first.known, first.on, first.validFor, false, Optional.of(second));
  }

  private static ChosenAddress oneOfBoth(
      Selection one, Selection other, IpFamily family, Settings settings)
      throws CliFailureException {
    if (one instanceof Selection.NoneSuitable none) {
      throw new CliFailureException(failure(family, none, other instanceof Selection.Chosen));
    }
    return of(one, settings);
  }

  /**
   * The failure of a machine that has nothing of the family for a name of both.
   *
   * @param other whether it has an address of the other
   */
  public static CliFailure failure(IpFamily family, Selection.NoneSuitable none, boolean other) {
    return new CliFailure.OneFamily(family, none.lack().of(family), other);
  }

  private static ChosenAddress find(Settings settings, AddressSelector selector)
      throws CliFailureException, IOException, InterruptedException {
    Optional<InterfaceAddress> sender = seenByAuthority(settings);
    if (sender.isPresent()) {
      return of(sender.get());
    }
    Selection selection = new AddressFinder().find(selector);
    if (selection instanceof Selection.NoneSuitable none && mayBeMapped(none, settings)) {
      return new ChosenAddress(
          Optional.of(RouterAddress.find(settings)), Optional.empty(), Optional.empty(), true);
    }
    if (selection instanceof Selection.NoneSuitable none && mayBeSeenOutside(none, settings)) {
      return seenOutside(settings);
    }
    if (selection instanceof Selection.NoneSuitable && mayBeOfLan(settings)) {
      Optional<InterfaceAddress> own = ofLan(settings);
      if (own.isPresent()) {
        return of(own.get());
      }
    }
    return of(
        isDeprecated(selection) ? new AddressFinder().lookClosely(selector) : selection, settings);
  }

  /**
   * The IPv4 address to try where the CA cannot connect to this one of IPv6; empty where the
   * address, its family, its interface or its lineage was chosen, where names of one's own are
   * certified, where the CA is in the local network and signs the address that it sees alone, and
   * where there is none.
   */
  public Optional<ChosenAddress> otherFamily(Settings settings)
      throws IOException, InterruptedException {
    boolean chosen =
        beside.isPresent()
            || settings.value(NameSettings.FAMILY).isPresent()
            || Stream.of(
                    NameSettings.ADDRESS,
                    NameSettings.INTERFACE,
                    CertificateSettings.LINEAGE,
                    CertificateSettings.DOMAIN)
                .anyMatch(settings::isSet);
    if (chosen || known.filter(address -> address.family() == IpFamily.IPV6).isEmpty()) {
      return Optional.empty();
    }
    try {
      return seenByAuthority(settings).isPresent()
          ? Optional.empty()
          : Optional.of(find(settings, selector(settings).of(IpFamily.IPV4)));
    } catch (CliFailureException e) {
      return Optional.empty(); // The failure over IPv6 is the one to tell of.
    }
  }

  /** Whether the router is to be asked for its address: this machine has none but private ones. */
  private static boolean mayBeMapped(Selection.NoneSuitable none, Settings settings) {
    return settings.value(CertificateSettings.OPEN_PORT)
        && isNeeded(settings)
        && settings.find(NameSettings.ADDRESS).isEmpty()
        && none.lack().ipv4() != Selection.Shortage.NOT_WANTED
        && none.lack().nearest().compareTo(Selection.Shortage.ONLY_PRIVATE) <= 0;
  }

  private static ChosenAddress of(InterfaceAddress own) {
    return new ChosenAddress(
        Optional.of(own.address()), Optional.of(own.on().name()), Optional.empty(), false);
  }

  /**
   * The address that an authority in the local network sees, whatever public one this machine has
   * beside it: a local CA signs no other. The lineage that the settings name keeps to its own.
   * Empty where the settings say which one is meant.
   */
  private static Optional<InterfaceAddress> seenByAuthority(Settings settings)
      throws CliFailureException, IOException {
    CertificateAuthority authority = CertificatePlan.authority(settings);
    Optional<IpAddress> kept =
        settings
            .find(CertificateSettings.LINEAGE)
            .flatMap(
                name -> followed(name, Optional.empty(), settings.value(GlobalSettings.STATE_DIR)));
    boolean chosen =
        settings.value(NameSettings.FAMILY).isPresent()
            || settings.isSet(NameSettings.ADDRESS)
            || settings.isSet(NameSettings.INTERFACE)
            || kept.filter(address -> address.scope().isPublic()).isPresent();
    if (chosen || authority.isLocal() || authority.isKnown()) {
      return Optional.empty();
    }
    Optional<IpAddress> sender = PrivateAuthority.sender(authority);
    if (sender.isEmpty()) {
      return Optional.empty();
    }
    List<InterfaceAddress> own = AddressSources.ofThisMachine().full().read().addresses();
    return Stream.of(kept, sender)
        .flatMap(Optional::stream)
        .flatMap(wanted -> own.stream().filter(one -> one.address().equals(wanted)))
        .findFirst();
  }

  /** Whether a private address does: the authority is in the local network, too. */
  private static boolean mayBeOfLan(Settings settings) throws CliFailureException {
    CertificateAuthority authority = CertificatePlan.authority(settings);
    return isNeeded(settings)
        && !authority.isLocal()
        && !authority.isKnown()
        && PrivateAuthority.is(authority);
  }

  private static Optional<InterfaceAddress> ofLan(Settings settings) throws IOException {
    Optional<IpAddress> typed = settings.find(NameSettings.ADDRESS);
    return new LanAddress(
            typed, settings.find(NameSettings.INTERFACE), settings.value(NameSettings.FAMILY))
        .find()
        .filter(own -> typed.isEmpty() || own.address().equals(typed.get()));
  }

  private static boolean mayBeSeenOutside(Selection.NoneSuitable none, Settings settings) {
    return settings.value(NameSettings.ASK_OUTSIDE)
        && isNeeded(settings)
        && settings.find(NameSettings.ADDRESS).isEmpty()
        && none.lack().ipv4() == Selection.Shortage.ONLY_PRIVATE;
  }

  /** The address that the name servers of the zone see: that of a router which was set up. */
  private static ChosenAddress seenOutside(Settings settings)
      throws CliFailureException, InterruptedException {
    Zone zone = NameSettings.zone(settings);
    Optional<Ipv4Address> seen;
    try {
      seen = ObservedAddress.of(zone);
    } catch (IOException e) {
      throw new CliFailureException(
          new CliFailure.NotSeenOutside(zone, String.valueOf(e.getMessage())));
    }
    Optional<IpAddress> address = seen.filter(it -> it.scope().isPublic()).map(it -> it);
    if (address.isEmpty()) {
      throw new CliFailureException(
          new CliFailure.NotSeenOutside(
              zone,
              seen.map(it -> "they see " + it + ", which is not a public address")
                  .orElse("they do not answer ip." + zone)));
    }
    return new ChosenAddress(address, Optional.empty(), Optional.empty(), false);
  }

  private static boolean isDeprecated(Selection selection) {
    return selection instanceof Selection.Chosen chosen
        && chosen.address().is(AddressFlag.DEPRECATED);
  }

  /**
   * The address by the settings. The lineage that they name keeps to the address that it follows,
   * as its renewals do.
   */
  public static AddressSelector selector(Settings settings) throws CliFailureException {
    return selector(settings, Optional.empty());
  }

  /** The address of the family by the settings, where there is one of each. */
  public static AddressSelector selector(Settings settings, IpFamily family)
      throws CliFailureException {
    return selector(settings, Optional.of(family)).of(family);
  }

  private static AddressSelector selector(Settings settings, Optional<IpFamily> of)
      throws CliFailureException {
    AddressSelector selector = new AddressSelector();
    Optional<IpFamily> family = settings.value(NameSettings.FAMILY);
    if (family.isPresent()) {
      selector = selector.of(family.get());
    }
    Optional<LineageName> lineage = settings.find(CertificateSettings.LINEAGE);
    if (lineage.isPresent()) {
      Optional<IpAddress> own =
          followed(lineage.get(), of, settings.value(GlobalSettings.STATE_DIR));
      selector = own.isPresent() ? selector.keeping(own.get()) : selector;
    }
    Optional<IpAddress> address = settings.find(NameSettings.ADDRESS);
    if (address.isPresent()) {
      selector = selector.only(address.get());
      if (family.isPresent() && family.get() != address.get().family()) {
        throw CliFailureException.usage(
            address.get() + " is an " + address.get().family() + " address, and --family another",
            "leave --family out");
      }
    }
    Optional<String> onInterface = settings.find(NameSettings.INTERFACE);
    return onInterface.isPresent() ? selector.onInterface(onInterface.get()) : selector;
  }

  private static Optional<IpAddress> followed(
      LineageName name, Optional<IpFamily> family, Path stateDirectory) {
    return new CertificateStore(new StateDirectory(stateDirectory))
        .loaded(name).flatMap(lineage -> lineage.plan().follows()).stream()
            .flatMap(plan -> plan.addresses().stream())
            .filter(address -> family.isEmpty() || family.get() == address.family())
            .findFirst();
  }

  /** The address of a selection. */
  static ChosenAddress of(Selection selection, Settings settings) throws CliFailureException {
    if (!(selection instanceof Selection.NoneSuitable none)) {
      InterfaceAddress chosen = ((Selection.Chosen) selection).address();
      return new ChosenAddress(
          Optional.of(chosen.address()),
          Optional.of(chosen.on().name()),
          isDeprecated(selection) ? Optional.of(chosen.valid()) : Optional.empty(),
          false);
    }
    Optional<IpAddress> outer = outerAddress(none, settings);
    if (outer.isEmpty() && isNeeded(settings)) {
      throw new CliFailureException(failure(none, settings));
    }
    return new ChosenAddress(outer, Optional.empty(), Optional.empty(), false);
  }

  /** Whether the certificate is for an address, or for a name made of it; or one was asked for. */
  private static boolean isNeeded(Settings settings) {
    return CertificatePlan.wantsMagicName(settings)
        || settings.value(CertificateSettings.IP)
        || settings.isSet(NameSettings.ADDRESS)
        || settings.isSet(NameSettings.FAMILY)
        || settings.isSet(NameSettings.INTERFACE);
  }

  /** The failure of a selection that found nothing. */
  public static CliFailure failure(Selection.NoneSuitable none, Settings settings) {
    boolean lacking = none.lack().nearest().compareTo(Selection.Shortage.ONLY_LINK_LOCAL) <= 0;
    List<String> down = lacking ? Links.allDown() : List.of();
    if (!down.isEmpty()) {
      return new CliFailure.LinksDown(down);
    }
    return new CliFailure.NoAddress(
        none.lack(),
        settings.find(NameSettings.ADDRESS).map(address -> refused(address, none)),
        settings.find(NameSettings.INTERFACE));
  }

  private static CliFailure.Refused refused(IpAddress address, Selection.NoneSuitable none) {
    for (Selection.PassedOver one : none.passedOver()) {
      if (one.address().address().equals(address)) {
        return new CliFailure.Refused(address, Optional.of(one.reason()));
      }
    }
    return new CliFailure.Refused(address, Optional.empty());
  }

  /**
   * An address behind which this machine is, in a container or behind NAT: accepted when the
   * machine has no public address of that family itself, with which it could be confused.
   */
  private static Optional<IpAddress> outerAddress(Selection.NoneSuitable none, Settings settings) {
    return settings
        .find(NameSettings.ADDRESS)
        .filter(address -> address.scope().isPublic())
        .filter(address ->
            none.lack().of(address.family()) == Selection.Shortage.ADDRESS_ABSENT
                && !hasPublic(none.listing().of(address.family())));
  }

  private static boolean hasPublic(AddressListing listing) {
    for (InterfaceAddress address : listing.addresses()) {
      if (address.scope().isPublic()) {
        return true;
      }
    }
    return false;
  }
}
