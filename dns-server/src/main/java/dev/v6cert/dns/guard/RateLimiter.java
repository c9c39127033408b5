package dev.v6cert.dns.guard;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Limits the answers to each client network and zone, so that this server is no amplifier for
 * queries with forged sources. Limits by query name, which other servers have, see nothing in a
 * magic zone, where every name is new. Memory is fixed, and there are no locks.
 *
 * <p>A network is counted at several widths: an IPv4 address and its /24, an IPv6 /64, /56 and /48.
 * The narrowest may take the limit, each wider one twice as much as the one before. Every second
 * answer beyond that is replaced by an empty one with TC, so that a real client among the forged
 * ones comes back over TCP; the others are dropped.
 *
 * <p>Two threads that count the same network within some nanoseconds may count one answer instead
 * of two. A compare-and-swap would prevent that, and would cost every answer as much as reading its
 * name does.
 */
public final class RateLimiter {
  /** What becomes of an answer. */
  public enum Decision {
    /** It is sent. */
    ANSWER,
    /** It is sent without records and with TC. */
    TRUNCATE,
    /** It is not sent. */
    DROP
  }

  /** The most answers a second that can be asked for; more is no limit worth the name. */
  public static final int HIGHEST_LIMIT = 1_000_000;

  /** A full bucket lasts this long: the burst that a quiet network may send at once. */
  private static final long WINDOW_MICROS = 1_000_000;

  private static final int[] IPV4_WIDTHS = {32, 24};
  private static final int[] IPV6_WIDTHS = {64, 56, 48};

  // A bucket is one long: 20 bits to tell networks apart that share a place, and 44 bits of
  // microseconds (they wrap after half a year, and are compared accordingly) until which the
  // network has used up its share.
  private static final int WAYS = 4;
  private static final int SETS = 1 << 16;
  private static final int TIME_BITS = 44;
  private static final long TIME_MASK = (1L << TIME_BITS) - 1;

  private final int limit;
  private final long seed = ThreadLocalRandom.current().nextLong();
  private final long start;
  private final AtomicLongArray buckets;

  /** What one answer takes from a bucket: half as much with each step to a wider network. */
  private final long[] costs = new long[IPV6_WIDTHS.length];

  private final AtomicInteger excess = new AtomicInteger();

  /**
   * A limiter.
   *
   * @param limit answers a second and network; 0 for no limit
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   */
  public RateLimiter(int limit, long now) {
    this.limit = limit;
    this.start = now;
    this.buckets = new AtomicLongArray(limit == 0 ? 0 : WAYS * SETS);
    for (int step = 0; step < costs.length && limit > 0; step++) {
      costs[step] = WINDOW_MICROS / ((long) limit << step);
    }
  }

  /**
   * Counts one answer.
   *
   * @param zone stands for the zone that the question lies in
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   */
  public Decision decide(InetAddress client, int zone, long now) {
    if (limit == 0) {
      return Decision.ANSWER;
    }
    boolean ipv4 = client instanceof Inet4Address;
    ByteBuffer octets = ByteBuffer.wrap(client.getAddress());
    return decide(ipv4, ipv4 ? (long) octets.getInt() << 32 : octets.getLong(), zone, now);
  }

  /**
   * Counts one answer, without an object.
   *
   * @param bits the first 64 bits of the client's address; an IPv4 address has only 32
   * @param zone stands for the zone that the question lies in
   * @param now the time, in nanoseconds of {@link System#nanoTime}
   */
  public Decision decide(boolean ipv4, long bits, int zone, long now) {
    if (limit == 0) {
      return Decision.ANSWER;
    }
    long micros = (now - start) / 1000;
    if (take(ipv4 ? IPV4_WIDTHS : IPV6_WIDTHS, 0, bits, zone, micros)) {
      return Decision.ANSWER;
    }
    return (excess.getAndIncrement() & 1) == 0 ? Decision.DROP : Decision.TRUNCATE;
  }

  /**
   * Takes one answer from the bucket of a network and from those of the wider ones; from none
   * unless all have room, so that a network that is refused uses up nothing.
   */
  private boolean take(int[] widths, int step, long bits, int zone, long micros) {
    long hash = hash(bits, widths[step], zone);
    int place = place(hash, micros);
    long bucket = buckets.getOpaque(place);
    if (used(bucket, hash, micros) + costs[step] > WINDOW_MICROS
        || (step + 1 < widths.length && !take(widths, step + 1, bits, zone, micros))) {
      return false;
    }
    buckets.setOpaque(place, filled(bucket, hash, costs[step], micros));
    return true;
  }

  private long hash(long bits, int width, int zone) {
    long key = seed + (64L * zone + width) * 0x9e3779b97f4a7c15L;
    return mix((bits >>> (Long.SIZE - width)) ^ key);
  }

  /** How much of the window a network has used up, in microseconds. */
  private static long used(long bucket, long hash, long micros) {
    return (bucket & ~TIME_MASK) == tag(hash) ? Math.max(ahead(bucket, micros), 0) : 0;
  }

  /** The bucket of a network after one more answer. */
  private static long filled(long bucket, long hash, long cost, long micros) {
    long used = Math.min(used(bucket, hash, micros) + cost, WINDOW_MICROS);
    return tag(hash) | ((micros + used) & TIME_MASK);
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
   * How far the time in a bucket lies ahead of {@code micros}; negative where it lies behind. No
   * bucket is ever filled beyond the window: what seems to be has been idle for so long that time
   * wrapped.
   */
  private static long ahead(long bucket, long micros) {
    int spare = Long.SIZE - TIME_BITS;
    long ahead = ((bucket & TIME_MASK) - micros) << spare >> spare;
    return ahead > WINDOW_MICROS ? Long.MIN_VALUE : ahead;
  }

  /** A bijection that spreads every bit over all others. */
  private static long mix(long value) {
    long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
