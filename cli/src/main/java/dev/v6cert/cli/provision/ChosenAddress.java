package dev.v6cert.cli.provision;

import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.Links;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The address that a command works with.
 *
 * @param address the address
 * @param on the interface that has it; empty for an outer address that this machine does not have
 * @param validFor how long it is there at most, where it is deprecated already
 */
public record ChosenAddress(Ipv6Address address, Optional<String> on, Optional<Lifetime> validFor) {

  /**
   * The address that the settings name, or the best of this machine.
   *
   * @throws CliFailureException {@link CliFailure.NoAddress} when there is none
   */
  public static ChosenAddress find(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    AddressSelector selector = selector(settings);
    Selection selection = new AddressFinder().find(selector);
    return of(
        isDeprecated(selection) ? new AddressFinder().lookClosely(selector) : selection, settings);
  }

  private static boolean isDeprecated(Selection selection) {
    return selection instanceof Selection.Chosen chosen
        && chosen.address().is(AddressFlag.DEPRECATED);
  }

  /**
   * What the settings wish for. The lineage that they name keeps to the address that it follows, as
   * its renewals do.
   */
  public static AddressSelector selector(Settings settings) {
    AddressSelector selector = new AddressSelector();
    Optional<LineageName> lineage = settings.find(CertificateSettings.LINEAGE);
    if (lineage.isPresent()) {
      Optional<Ipv6Address> own = followed(lineage.get(), settings.value(GlobalSettings.STATE_DIR));
      selector = own.isPresent() ? selector.keeping(own.get()) : selector;
    }
    Optional<Ipv6Address> address = settings.find(NameSettings.ADDRESS);
    if (address.isPresent()) {
      selector = selector.only(address.get());
    }
    Optional<String> onInterface = settings.find(NameSettings.INTERFACE);
    return onInterface.isPresent() ? selector.onInterface(onInterface.get()) : selector;
  }

  private static Optional<Ipv6Address> followed(LineageName name, Path stateDirectory) {
    return new CertificateStore(new StateDirectory(stateDirectory))
        .find(name)
        .filter(StoredLineage.Loaded.class::isInstance)
        .map(stored -> ((StoredLineage.Loaded) stored).lineage().plan().settings())
        .flatMap(AddressPlan::of)
        .map(AddressPlan::address);
  }

  /** The address of a selection. */
  static ChosenAddress of(Selection selection, Settings settings) throws CliFailureException {
    if (!(selection instanceof Selection.NoneSuitable none)) {
      InterfaceAddress chosen = ((Selection.Chosen) selection).address();
      return new ChosenAddress(
          chosen.address(),
          Optional.of(chosen.on().name()),
          isDeprecated(selection) ? Optional.of(chosen.valid()) : Optional.empty());
    }
    Optional<Ipv6Address> outer = outerAddress(none, settings);
    if (outer.isEmpty()) {
      throw new CliFailureException(failure(none, settings));
    }
    return new ChosenAddress(outer.get(), Optional.empty(), Optional.empty());
  }

  /** The failure of a selection that found nothing. */
  public static CliFailure failure(Selection.NoneSuitable none, Settings settings) {
    boolean lacking =
        none.shortage() == Selection.Shortage.NO_ADDRESS
            || none.shortage() == Selection.Shortage.ONLY_LINK_LOCAL;
    List<String> down = lacking ? Links.allDown() : List.of();
    if (!down.isEmpty()) {
      return new CliFailure.LinksDown(down);
    }
    return new CliFailure.NoAddress(
        none.shortage(),
        settings.find(NameSettings.ADDRESS).map(address -> refused(address, none)),
        settings.find(NameSettings.INTERFACE));
  }

  private static CliFailure.Refused refused(Ipv6Address address, Selection.NoneSuitable none) {
    for (Selection.PassedOver one : none.passedOver()) {
      if (one.address().address().equals(address)) {
        return new CliFailure.Refused(address, Optional.of(one.reason()));
      }
    }
    return new CliFailure.Refused(address, Optional.empty());
  }

  /**
   * An address behind which this machine is, in a container or behind NAT66: taken at its word when
   * the machine has no global address of its own, with which it could be confused.
   */
  private static Optional<Ipv6Address> outerAddress(
      Selection.NoneSuitable none, Settings settings) {
    return none.shortage() == Selection.Shortage.ADDRESS_ABSENT && !hasPublic(none.listing())
        ? settings.find(NameSettings.ADDRESS).filter(address -> AddressScope.of(address).isPublic())
        : Optional.empty();
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
