package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressBlock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Limits the answers to each client network, over all zones, so that this server is no amplifier
 * for queries with forged sources. Limits by query name, which other servers have, see nothing in a
 * magic zone, where every name is new. Memory is fixed, and there are no locks.
 *
 * <p>A network is counted at several widths: an IPv4 address and its /24, an IPv6 /64, /56 and /48.
 * The narrowest may take the limit, each wider one twice as much as the one before. Every third
 * answer beyond that is replaced by an empty one with TC, so that a real client among the forged
 * ones comes back over TCP; the others are dropped.
 *
 * <p>Two threads that count the same network within some nanoseconds may count one answer instead
 * of two. A compare-and-swap would prevent that, and would cost every answer as much as reading its
 * name does.
 */
public final class RateLimiter {
  /** The decision on an answer. */
  public enum Decision {
    /** It is sent. */
    ANSWER,
    /** It is sent without records and with TC. */
    TRUNCATE,
    /** It is not sent. */
    DROP
  }

  /** A full bucket lasts this long: the burst that a quiet network may send at once. */
  private static final long WINDOW_MICROS = 1_000_000;

  /**
   * Of so many refused answers one is sent with TC. With one of two, a flood of 29,000 queries a
   * second, three of four for the name servers of an apex, would get back 0.66 times its octets (a
   * calculation).
   */
  private static final int ONE_TRUNCATED_IN = 3;

  private static final int[] IPV4_WIDTHS = {32, 24};
  private static final int[] IPV6_WIDTHS = {64, 56, 48};

  // A bucket is one long: 20 bits to tell networks apart that share a place, and 44 bits of
  // microseconds (they wrap after half a year, and are compared accordingly) until which the
  // network has used up its share. That time never moves back.
  private static final int WAYS = 4;
  private static final int SETS = 1 << 16;
  private static final int TIME_BITS = 44;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;

  /**
   * The most that the time of one thread lies behind that of another. A thread reads the time for
   * several queries at once, some 10 microseconds of them, and may then have to wait for a
   * processor.
   */
  private static final long MOST_BEHIND_MICROS = 60_000_000;

  private static final long MAPPED = 0xffff; // ::ffff:0:0/96

  private final int limit;
  private final Optional<Exempt> exempt;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long start;
  private final AtomicLongArray buckets;

  /**
   * The share of a bucket that one answer takes: half as much with each step to a wider network.
   */
  private final long[] costs = new long[IPV6_WIDTHS.length];

  private final AtomicInteger excess = new AtomicInteger();

  /** The networks that get every answer. */
  private record Exempt(AddressRanges ipv4, AddressRanges ipv6) {
    static Optional<Exempt> of(List<AddressBlock> networks) {
      AddressRanges.Builder ipv4 = new AddressRanges.Builder();
      AddressRanges.Builder ipv6 = new AddressRanges.Builder();
      networks.forEach(network -> (network.ipv4() ? ipv4 : ipv6).add(network));
      return networks.isEmpty()
          ? Optional.empty()
          : Optional.of(new Exempt(ipv4.build(), ipv6.build()));
    }
  }

  /**
   * A limiter.
   *
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   */
  public RateLimiter(RateLimits limits, long now) {
    this.limit = limits.perSecond();
    this.exempt = Exempt.of(limits.exempt());
    this.start = now;
    this.buckets = new AtomicLongArray(limit == 0 ? 0 : WAYS * SETS);
    for (int step = 0; step < costs.length && limit > 0; step++) {
      costs[step] = WINDOW_MICROS / ((long) limit << step);
    }
  }

  /**
   * Counts one answer.
   *
   * @param high the first half of the client's address; one of IPv4 is mapped into IPv6
   * @param low its second half
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   */
  public Decision decide(long high, long low, long now) {
    boolean ipv4 = high == 0 && low >>> 32 == MAPPED;
    if (limit == 0 || (exempt.isPresent() && isExempt(exempt.get(), ipv4, high, low))) {
      return Decision.ANSWER;
    }
    long micros = (now - start) / 1000;
    if (take(ipv4 ? IPV4_WIDTHS : IPV6_WIDTHS, 0, ipv4 ? low << 32 : high, micros)) {
      return Decision.ANSWER;
    }
    return Integer.remainderUnsigned(excess.incrementAndGet(), ONE_TRUNCATED_IN) == 0
        ? Decision.TRUNCATE
        : Decision.DROP;
  }

  private static boolean isExempt(Exempt exempt, boolean ipv4, long high, long low) {
    return ipv4 ? exempt.ipv4.contains(0, low & 0xffff_ffffL) : exempt.ipv6.contains(high, low);
  }

  /**
   * Takes one answer from the bucket of a network and from those of the wider ones; from none
   * unless all have room, so that a network that is refused uses up nothing.
   */
  private boolean take(int[] widths, int step, long bits, long micros) {
    long hash = hash(bits, widths[step]);
    int place = place(hash, micros);
    long bucket = buckets.getOpaque(place);
    long used = (bucket & ~TIME_MASK) == tag(hash) ? Math.max(ahead(bucket, micros), 0) : 0;
    if (used + costs[step] > WINDOW_MICROS
        || (step + 1 < widths.length && !take(widths, step + 1, bits, micros))) {
      return false;
    }
    buckets.setOpaque(place, tag(hash) | ((micros + used + costs[step]) & TIME_MASK));
    return true;
  }

  private long hash(long bits, int width) {
    return mix((bits >>> (Long.SIZE - width)) ^ (seed + width * 0x9e3779b97f4a7c15L));
  }

  private static long tag(long hash) {
    return hash & ~TIME_MASK;
  }

  /** The bucket of a network, or else the one that has been idle longest. */
  private int place(long hash, long micros) {
    int set = WAYS * ((int) hash & (SETS - 1));
    int idlest = set;
    long least = Long.MAX_VALUE;
    for (int i = set; i < set + WAYS; i++) {
      long bucket = buckets.getOpaque(i);
      if ((bucket & ~TIME_MASK) == tag(hash)) {
        return i;
      }
      long ahead = ahead(bucket, micros);
      if (ahead < least) {
        least = ahead;
        idlest = i;
      }
    }
    return idlest;
  }

  /**
   * The time by which a bucket lies ahead of {@code micros}; negative where it lies behind. A
   * bucket that was filled by a thread with a later time lies ahead by more than the window, and is
   * full. Further ahead than that is none: it has been idle for so long that time wrapped.
   */
  private static long ahead(long bucket, long micros) {
    int spare = Long.SIZE - TIME_BITS;
    long ahead = ((bucket & TIME_MASK) - micros) << spare >> spare;
    return ahead > WINDOW_MICROS + MOST_BEHIND_MICROS ? Long.MIN_VALUE : ahead;
  }

  /** A bijection that spreads every bit over all others. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
