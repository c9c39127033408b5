package dev.v6cert.ipv6.selection;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.DefaultRoutes;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The order of usable addresses, best first, by the rules of {@link RankingRule}. */
final class Ranking implements Comparator<InterfaceAddress> {
  private static final RankingRule[] RULES = RankingRule.values();

  /**
   * Routers refresh lifetimes at most this far apart (RFC 4861 section 6.2.1, MaxRtrAdvInterval).
   * Two prefixes with one lifetime are seen this far apart; the choice must not depend on whose
   * turn it was.
   */
  private static final long REFRESH_SECONDS = 1800;

  private final Optional<IpAddress> inUse;
  private final DefaultRoutes routes;
  private final Optional<IpFamily> usedFamily;
  private final long longEnough;

  /**
   * A ranking for one listing.
   *
   * @param inUse the address that the lineage already uses
   * @param candidates all that will be compared
   */
  Ranking(Optional<IpAddress> inUse, DefaultRoutes routes, List<InterfaceAddress> candidates) {
    this.inUse = inUse;
    this.routes = routes;
    long longest = 0;
    for (InterfaceAddress one : candidates) {
      if (one.preferred() instanceof Lifetime.Lasting lasting) {
        longest = Math.max(longest, lasting.left().toSeconds());
      }
    }
    Optional<IpFamily> used = Optional.empty();
    for (InterfaceAddress one : candidates) {
      used = isInUse(one) ? Optional.of(one.address().family()) : used;
    }
    this.usedFamily = used;
    this.longEnough = longest - Math.min(REFRESH_SECONDS, longest / 2);
  }

  /** The one in use before all, then IPv6 before IPv4; the rules are for one family. */
  @Override
  public int compare(InterfaceAddress one, InterfaceAddress other) {
    int byFamily = Integer.compare(familyPenalty(one), familyPenalty(other));
    if (byFamily != 0) {
      return byFamily;
    }
    for (RankingRule rule : RULES) {
      int difference = Long.compare(penalty(rule, one), penalty(rule, other));
      if (difference != 0) {
        return difference;
      }
    }
    return one.address().compareTo(other.address());
  }

  /** The first rule by which the two differ. */
  RankingRule deciding(InterfaceAddress one, InterfaceAddress other) {
    for (RankingRule rule : RULES) {
      if (penalty(rule, one) != penalty(rule, other)) {
        return rule;
      }
    }
    return RankingRule.NUMERIC;
  }

  private int familyPenalty(InterfaceAddress one) {
    IpFamily first = usedFamily.isPresent() ? usedFamily.get() : IpFamily.IPV6;
    return one.address().family() == first ? 0 : 1;
  }

  /**
   * The distance of an address from the best by one rule; equal numbers leave it to the next rule.
   */
  private long penalty(RankingRule rule, InterfaceAddress one) {
    return switch (rule) {
      case IN_USE -> isInUse(one) ? 0 : 1;
      case NOT_DEPRECATED -> one.is(AddressFlag.DEPRECATED) ? 1 : 0;
      case DEFAULT_ROUTE -> isOnDefaultRoute(one) ? 0 : 1;
      case NOT_TUNNEL -> one.on().tunnel() ? 1 : 0;
      case NOT_TEMPORARY -> one.is(AddressFlag.TEMPORARY) ? 1 : 0;
      case ORIGIN -> origin(one);
      case PREFERRED_LIFETIME -> shortness(one.preferred());
      case NUMERIC -> 0;
    };
  }

  private boolean isInUse(InterfaceAddress one) {
    return inUse.isPresent()
        && inUse.get().equals(one.address())
        && !one.is(AddressFlag.DEPRECATED);
  }

  private boolean isOnDefaultRoute(InterfaceAddress one) {
    Optional<String> through = routes.of(one.address().family());
    return through.isPresent() && through.get().equals(one.on().name());
  }

  private static int origin(InterfaceAddress one) {
    if (one.is(AddressFlag.PERMANENT) || one.is(AddressFlag.DHCP)) {
      return 0;
    }
    return one.isEui64() ? 2 : 1;
  }

  private long shortness(Lifetime preferred) {
    return switch (preferred) {
      case Lifetime.Forever forever -> 0;
      case Lifetime.Lasting(Duration left) ->
          left.toSeconds() >= longEnough ? 1 : 2 + longEnough - left.toSeconds();
      case Lifetime.Unknown unknown -> Long.MAX_VALUE;
    };
  }
}
