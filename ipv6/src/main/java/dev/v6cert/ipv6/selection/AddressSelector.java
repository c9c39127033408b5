package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.selection.Selection.Shortage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the address to get a certificate for, out of a listing: what is not usable is dropped,
 * IPv6 comes before IPv4, and within a family {@link RankingRule} ranks.
 *
 * @param inUse the address that the lineage already uses; it stays while it can
 * @param onInterface the only interface whose addresses may be chosen
 * @param only the only address that may be chosen
 * @param family the only family that may be chosen; the other is not looked at
 */
public record AddressSelector(
    Optional<IpAddress> inUse,
    Optional<String> onInterface,
    Optional<IpAddress> only,
    Optional<IpFamily> family) {

  /** A selector without wishes. */
  public AddressSelector() {
    this(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Keeps to {@code address} while it is there and not deprecated. */
  public AddressSelector keeping(IpAddress address) {
    return new AddressSelector(Optional.of(address), onInterface, only, family);
  }

  /** Takes addresses of the interface {@code name} only. */
  public AddressSelector onInterface(String name) {
    return new AddressSelector(inUse, Optional.of(name), only, family);
  }

  /** Takes {@code address} or none. */
  public AddressSelector only(IpAddress address) {
    return new AddressSelector(inUse, onInterface, Optional.of(address), family);
  }

  /** Takes addresses of the family only. */
  public AddressSelector of(IpFamily one) {
    return new AddressSelector(inUse, onInterface, only, Optional.of(one));
  }

  /** Whether an address of the family may be chosen. */
  boolean wants(IpFamily one) {
    return (family.isEmpty() || family.get() == one)
        && (only.isEmpty() || only.get().family() == one);
  }

  /** Whether the lineage uses an address of IPv4, which then comes first. */
  boolean keepsIpv4() {
    return inUse.isPresent() && inUse.get().family() == IpFamily.IPV4;
  }

  /** The choice among the addresses of {@code listing}. */
  public Selection select(AddressListing listing) {
    List<InterfaceAddress> usable = new ArrayList<>();
    List<Selection.PassedOver> dropped = new ArrayList<>();
    for (InterfaceAddress address : listing.addresses()) {
      if (family.isPresent() && family.get() != address.address().family()) {
        continue;
      }
      Rejection rejection = rejection(address);
      if (rejection == null) {
        usable.add(address);
      } else {
        dropped.add(new Selection.PassedOver(address, rejection));
      }
    }
    if (usable.isEmpty()) {
      Selection.Lack lack =
          new Selection.Lack(
              shortage(IpFamily.IPV6, listing, dropped), shortage(IpFamily.IPV4, listing, dropped));
      return new Selection.NoneSuitable(lack, listing, List.copyOf(dropped));
    }
    Ranking ranking = new Ranking(inUse, listing.routes(), usable);
    usable.sort(ranking);
    InterfaceAddress best = usable.getFirst();
    List<Selection.PassedOver> passedOver = new ArrayList<>();
    for (InterfaceAddress other : usable.subList(1, usable.size())) {
      passedOver.add(new Selection.PassedOver(other, lost(best, other, ranking)));
    }
    passedOver.addAll(dropped);
    return new Selection.Chosen(best, listing, List.copyOf(passedOver));
  }

  private static Rejection lost(InterfaceAddress best, InterfaceAddress other, Ranking ranking) {
    return best.address().family() == other.address().family()
        ? new Rejection.Outranked(best.address(), ranking.deciding(best, other))
        : new Rejection.OtherFamily(best.address());
  }

  /** The reason why an address cannot be used at all, null when it can. */
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

  private Selection.Shortage shortage(
      IpFamily of, AddressListing listing, List<Selection.PassedOver> dropped) {
    if (!wants(of)) {
      return Selection.Shortage.NOT_WANTED;
    }
    boolean asked = false;
    NoAddressReason seen = new NoAddressReason();
    for (InterfaceAddress address : listing.addresses()) {
      asked |= address.address().family() == of && isAskedFor(address);
    }
    if (!asked && only.isPresent()) {
      return Selection.Shortage.ADDRESS_ABSENT;
    }
    if (!asked && onInterface.isPresent()) {
      return Selection.Shortage.INTERFACE_ABSENT;
    }
    for (Selection.PassedOver one : dropped) {
      if (one.address().address().family() == of && isAskedFor(one.address())) {
        seen.add(one.reason());
      }
    }
    return seen.result();
  }

  private boolean isAskedFor(InterfaceAddress address) {
    return (only.isEmpty() || only.get().equals(address.address()))
        && (onInterface.isEmpty() || onInterface.get().equals(address.on().name()));
  }

  /** Finds the one thing to say of a machine on which every address was dropped. */
  private static final class NoAddressReason {
    private Shortage nearest = Shortage.NO_ADDRESS;

    /** Takes the reason for one address into account: what is nearest to usable is what counts. */
    void add(Rejection reason) {
      Shortage one = shortage(reason);
      if (one.compareTo(nearest) > 0) {
        nearest = one;
      }
    }

    Shortage result() {
      return nearest;
    }

    private static Shortage shortage(Rejection reason) {
      return switch (reason) {
        case Rejection.NotPublic(AddressScope scope) ->
            switch (scope) {
              case LOOPBACK, UNSPECIFIED, IPV4_LOOPBACK, THIS_HOST, THIS_NETWORK ->
                  Shortage.NO_ADDRESS;
              case LINK_LOCAL, IPV4_LINK_LOCAL -> Shortage.ONLY_LINK_LOCAL;
              case UNIQUE_LOCAL -> Shortage.ONLY_UNIQUE_LOCAL;
              case SHARED, SERVICE_CONTINUITY -> Shortage.ONLY_CARRIERS;
              case PRIVATE_8, PRIVATE_12, PRIVATE_16 -> Shortage.ONLY_PRIVATE;
              default -> Shortage.ONLY_SPECIAL_PURPOSE;
            };
        case Rejection.InterfaceDown down -> Shortage.INTERFACE_DOWN;
        case Rejection.Duplicate duplicate -> Shortage.DUPLICATE;
        case Rejection.Tentative tentative -> Shortage.TENTATIVE;
        case Rejection.OtherInterface other -> Shortage.INTERFACE_ABSENT;
        case Rejection.OtherAddress other -> Shortage.ADDRESS_ABSENT;
        case Rejection.Outranked _, Rejection.OtherFamily _ -> Shortage.NO_ADDRESS; // Are usable.
      };
    }
  }
}
