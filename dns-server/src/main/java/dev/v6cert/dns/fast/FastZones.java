package dev.v6cert.dns.fast;

import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.ZoneSummary;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.wire.Response;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Rcode;

/** The zones of the fast path, by apex, and what may be answered in them. Never changes. */
public final class FastZones {
  /** Each costs some hundred octets and, at the start, some ten microseconds. */
  private static final int MOST_FIXED = 1000;

  /** No zones. */
  public static final FastZones NONE =
      of(
          List.of(),
          new AddressFilter(AnswerRules.DEFAULT, BlockList.EMPTY),
          Stream.empty(),
          _ -> Response.of(Rcode.REFUSED));

  private final NameFilter filter;
  private final FixedAnswers fixed;
  private final BooleanSupplier challenges;
  private final long[] hashes;
  private final @Nullable FastZone[] zones;
  private final @Nullable FastZone root;
  private int mostLabels;

  private FastZones(
      Collection<FastZone> members,
      NameFilter filter,
      FixedAnswers fixed,
      BooleanSupplier challenges) {
    this.filter = filter;
    this.fixed = fixed;
    this.challenges = challenges;
    int capacity = Integer.highestOneBit(Math.max(members.size(), 2)) << 2;
    hashes = new long[capacity];
    zones = new @Nullable FastZone[capacity];
    FastZone any = null;
    for (FastZone zone : members) {
      if (zone.labels == 0) {
        any = zone;
      } else {
        add(zone);
      }
    }
    root = any;
  }

  /**
   * The zones of the given summaries, which are numbered in their order.
   *
   * @param filter which addresses are answered
   * @param questions those about explicit records, of which the first {@link #MOST_FIXED} are
   *     answered here
   * @param response what the general path says to them
   */
  public static FastZones of(
      Collection<ZoneSummary> summaries,
      AddressFilter filter,
      Stream<Question> questions,
      Function<Question, Response> response) {
    return of(summaries, filter, questions, response, () -> false);
  }

  /**
   * The same.
   *
   * @param challenges whether the general path answers challenges at this moment, instead of
   *     delegating them
   */
  public static FastZones of(
      Collection<ZoneSummary> summaries,
      AddressFilter filter,
      Stream<Question> questions,
      Function<Question, Response> response,
      BooleanSupplier challenges) {
    NameFilter names = new NameFilter(filter);
    List<FastZone> zones = new ArrayList<>();
    summaries.forEach(summary -> zones.add(zone(summary, zones.size(), names)));
    return new FastZones(
        zones, names, new FixedAnswers(questions.limit(MOST_FIXED).toList(), response), challenges);
  }

  /**
   * A zone that is blocked as a whole is left to others, but for its explicit records; so are all
   * where names for the LAN are told apart, which the parser of this path does not.
   */
  private static FastZone zone(ZoneSummary summary, int place, NameFilter names) {
    boolean magic = summary.magic() && !names.blocksAllIn(summary.apex()) && !names.hasLanNames();
    return new FastZone(
        new ZoneSummary(
            summary.apex(),
            magic,
            summary.ttl(),
            summary.negativeSoa(),
            summary.explicit(),
            summary.challenges()),
        place);
  }

  private void add(FastZone zone) {
    long hash = zone.apex.hash(zone.labels);
    int at = (int) hash & (zones.length - 1);
    while (zones[at] != null) {
      at = (at + 1) & (zones.length - 1);
    }
    hashes[at] = hash;
    zones[at] = zone;
    mostLabels = Math.max(mostLabels, zone.labels);
  }

  /** Whether the general path answers challenges at this moment. */
  boolean answersChallenges() {
    return challenges.getAsBoolean();
  }

  /** The answers about explicit records. */
  FixedAnswers fixed() {
    return fixed;
  }

  /** Which names and addresses are answered. */
  NameFilter filter() {
    return filter;
  }

  /**
   * The zone with the longest apex that a name lies in; null where there is none. The last answer
   * is tried first, since most queries are for one zone.
   *
   * @param last the last answer of these zones
   * @param starts where the labels of the name start, {@code count} of them, the root's left out
   */
  @Nullable FastZone closest(@Nullable FastZone last, byte[] octets, int[] starts, int count) {
    if (last != null && last.labels == mostLabels && last.contains(octets, starts, count)) {
      return last; // None lies deeper.
    }
    FastZone closest = root;
    long hash = 0;
    int leftmost = Math.max(count - mostLabels, 0);
    for (int i = count - 1; i >= leftmost; i--) {
      hash = Caseless.hash(hash, octets, starts[i]);
      FastZone zone = at(hash, octets, starts[i]);
      if (zone != null) {
        closest = zone;
      }
    }
    return closest;
  }

  private @Nullable FastZone at(long hash, byte[] octets, int at) {
    int mask = zones.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      FastZone zone = zones[i];
      if (zone == null || (hashes[i] == hash && zone.apex.matches(octets, at))) {
        return zone;
      }
    }
  }
}
