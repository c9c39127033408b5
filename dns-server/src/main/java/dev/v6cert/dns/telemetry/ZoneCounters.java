package dev.v6cert.dns.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.xbill.DNS.Name;

/**
 * Messages by the zone of the name asked for and what became of them. The first {@link #NAMED}
 * zones are counted apart, all others together, so that no configuration makes more figures than a
 * monitoring can take; names in no zone are not counted here.
 */
public final class ZoneCounters {
  /** The number of zones that are counted apart. */
  public static final int NAMED = 32;

  private static final String OTHERS = "other";
  private static final int OUTCOMES = QueryEvent.Outcome.values().length;

  private final List<Name> apexes;
  private final Map<Name, Integer> places = new HashMap<>();
  private final LongAdder[] counts;

  /**
   * The messages of one zone with one outcome; {@code zone} is "other" for all that are not named.
   */
  public record ZoneCount(String zone, QueryEvent.Outcome outcome, long count) {}

  /** Counts for the zones with these apexes. */
  ZoneCounters(List<Name> apexes) {
    this.apexes = List.copyOf(apexes);
    for (int i = 0; i < apexes.size(); i++) {
      places.putIfAbsent(apexes.get(i), place(i));
    }
    counts =
        Stream.generate(LongAdder::new).limit((NAMED + 1L) * OUTCOMES).toArray(LongAdder[]::new);
  }

  /** The place where the zone with number {@code zone} is counted, from 0 to {@link #NAMED}. */
  static int place(int zone) {
    return Math.min(zone, NAMED);
  }

  @SuppressWarnings("EnumOrdinal") // Places in an array of this object, that nobody else sees.
  void count(int place, QueryEvent.Outcome outcome, long count) {
    counts[place * OUTCOMES + outcome.ordinal()].add(count);
  }

  /** Counts one message for the zone that lies closest around {@code name}. */
  void count(Name name, QueryEvent.Outcome outcome) {
    for (int i = 0; i < name.labels() && !places.isEmpty(); i++) {
      Integer place = places.get(i == 0 ? name : new Name(name, i));
      if (place != null) {
        count(place, outcome, 1);
        return;
      }
    }
  }

  /** The counts so far, in the order of the zones. */
  List<ZoneCount> all() {
    List<ZoneCount> all = new ArrayList<>();
    QueryEvent.Outcome[] outcomes = QueryEvent.Outcome.values();
    for (int place = 0; place <= NAMED; place++) {
      String zone = place < Math.min(apexes.size(), NAMED) ? text(apexes.get(place)) : OTHERS;
      for (int i = 0; i < OUTCOMES; i++) {
        long count = counts[place * OUTCOMES + i].sum();
        if (count > 0) {
          all.add(new ZoneCount(zone, outcomes[i], count));
        }
      }
    }
    return all;
  }

  private static String text(Name apex) {
    return apex.equals(Name.root) ? "." : apex.toString(true);
  }
}
