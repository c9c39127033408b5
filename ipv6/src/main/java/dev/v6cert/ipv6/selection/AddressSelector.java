package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.detect.AddressListing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the address to get a certificate for, out of a listing: what is not usable is dropped,
 * the rest is ranked by {@link RankingRule}.
 *
 * @param inUse the address that the lineage already uses; it stays while it can
 * @param onInterface the only interface whose addresses may be chosen
 * @param only the only address that may be chosen
 */
public record AddressSelector(
    Optional<Ipv6Address> inUse, Optional<String> onInterface, Optional<Ipv6Address> only) {

  /** A selector without wishes. */
  public AddressSelector() {
    this(Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Keeps to {@code address} while it is there and not deprecated. */
  public AddressSelector keeping(Ipv6Address address) {
    return new AddressSelector(Optional.of(address), onInterface, only);
  }

  /** Takes addresses of the interface {@code name} only. */
  public AddressSelector onInterface(String name) {
    return new AddressSelector(inUse, Optional.of(name), only);
  }

  /** Takes {@code address} or none. */
  public AddressSelector only(Ipv6Address address) {
    return new AddressSelector(inUse, onInterface, Optional.of(address));
  }

  /** The choice among the addresses of {@code listing}. */
  public Selection select(AddressListing listing) {
    List<InterfaceAddress> usable = new ArrayList<>();
    List<Selection.PassedOver> dropped = new ArrayList<>();
    for (InterfaceAddress address : listing.addresses()) {
      Rejection rejection = rejection(address);
      if (rejection == null) {
        usable.add(address);
      } else {
        dropped.add(new Selection.PassedOver(address, rejection));
      }
    }
    if (usable.isEmpty()) {
      return new Selection.NoneSuitable(shortage(listing, dropped), listing, List.copyOf(dropped));
    }
    Ranking ranking = new Ranking(inUse, listing.defaultRoute(), usable);
    usable.sort(ranking);
    InterfaceAddress best = usable.getFirst();
    List<Selection.PassedOver> passedOver = new ArrayList<>();
    for (InterfaceAddress other : usable.subList(1, usable.size())) {
      passedOver.add(
          new Selection.PassedOver(
              other, new Rejection.Outranked(best.address(), ranking.deciding(best, other))));
    }
    passedOver.addAll(dropped);
    return new Selection.Chosen(best, listing, List.copyOf(passedOver));
  }

  /** Why an address cannot be used at all, null when it can. */
  private @Nullable Rejection rejection(InterfaceAddress address) {
    AddressScope scope = address.scope();
    if (!scope.isPublic()) {
      return new Rejection.NotPublic(scope);
    }
    if (only.isPresent() && !only.get().equals(address.address())) {
      return new Rejection.OtherAddress(only.get());
    }
    if (onInterface.isPresent() && !onInterface.get().equals(address.on().name())) {
      return new Rejection.OtherInterface(onInterface.get());
    }
    if (address.is(AddressFlag.DADFAILED)) {
      return new Rejection.Duplicate();
    }
    if (!address.on().up()) {
      return new Rejection.InterfaceDown(address.on().name());
    }
    return address.isTentative() ? new Rejection.Tentative() : null;
  }

  private Selection.Shortage shortage(AddressListing listing, List<Selection.PassedOver> dropped) {
    boolean asked = false;
    Shortages seen = new Shortages();
    for (InterfaceAddress address : listing.addresses()) {
      asked |= isAskedFor(address);
    }
    if (!asked && only.isPresent()) {
      return Selection.Shortage.ADDRESS_ABSENT;
    }
    if (!asked && onInterface.isPresent()) {
      return Selection.Shortage.INTERFACE_ABSENT;
    }
    for (Selection.PassedOver one : dropped) {
      if (isAskedFor(one.address())) {
        seen.add(one.reason());
      }
    }
    return seen.result();
  }

  private boolean isAskedFor(InterfaceAddress address) {
    return (only.isEmpty() || only.get().equals(address.address()))
        && (onInterface.isEmpty() || onInterface.get().equals(address.on().name()));
  }
}
