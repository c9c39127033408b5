package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv4Address;
import java.util.List;
import java.util.Optional;

/** The reason why no port of the router leads to this machine. */
public sealed interface NoMapping {

  /** This machine has no IPv4 router, or it is not known here. */
  record NoRouter() implements NoMapping {}

  /**
   * The router is behind another one, which has the public address.
   *
   * @param outside the outer address of the near router, where it tells one
   */
  record BehindAnother(Optional<Ipv4Address> outside) implements NoMapping {}

  /** The router is behind the provider's NAT, where nobody gets in (100.64.0.0/10). */
  record BehindCarrier(Ipv4Address outside) implements NoMapping {}

  /**
   * Another mapping has the outer port.
   *
   * @param outer the outer port
   * @param holder the machine that it leads to and what it is for, as the router tells
   */
  record Held(OuterPort outer, String holder) implements NoMapping {}

  /**
   * The router leads an outer port to the same port here only (UPnP error 724).
   *
   * @param outer the outer port
   */
  record SamePortOnly(OuterPort outer) implements NoMapping {}

  /**
   * The router does not do it.
   *
   * @param outer the outer port
   * @param reasons what came of each protocol, as {@code PCP: the router does not have it}
   */
  record Refused(OuterPort outer, List<String> reasons) implements NoMapping {
    /** Keeps the reasons as they are. */
    public Refused {
      reasons = List.copyOf(reasons);
    }
  }
}
