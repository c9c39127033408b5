package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.selection.Selection.Shortage;

/** Finds the one thing to say of a machine on which every address was dropped. */
final class NoAddressReason {
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
