package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.Transport;
import org.xbill.DNS.Rcode;

/**
 * Counts of one thread that {@link Counters} do not know yet: handed over for many queries at a
 * time, so that counting costs each of them next to nothing. All are answered with NOERROR or not
 * at all.
 */
public final class Tally {
  private static final QueryKind[] KINDS = QueryKind.values();
  private static final ServerCookies.State[] COOKIES = ServerCookies.State.values();

  private static final Outcome[] OUTCOMES = {
    Outcome.ANSWERED, Outcome.LIMITED_TRUNCATED, Outcome.LIMITED_DROPPED
  };
  private static final int ANSWERED = 0;
  private static final int TRUNCATED = 1;
  private static final int DROPPED = 2;

  private final Counters counters;
  private final Transport transport;
  private final int[] answers = new int[2 * KINDS.length];
  private final int[] cookies = new int[COOKIES.length];
  private final int[] zones = new int[OUTCOMES.length * (ZoneCounters.NAMED + 1)];

  /** A bit for each place of {@link #zones} that is not 0 throughout. */
  private long touched;

  private int answered;
  private int truncated;
  private int dropped;
  private long octetsIn;
  private long octetsOut;
  private long start;

  /** A tally of queries that come by {@code transport}. */
  public Tally(Counters counters, Transport transport) {
    this.counters = counters;
    this.transport = transport;
  }

  /** Notes the time of System.nanoTime; only the first one since the last {@link #flush} counts. */
  public void start(long now) {
    if (start == 0) {
      start = now;
    }
  }

  /**
   * Counts a query that was answered.
   *
   * @param zone the number of the zone, in the order of {@link Counters#countZones}
   */
  public void countAnswer(
      int zone,
      boolean ipv4,
      int type,
      ServerCookies.State cookie,
      int querySize,
      int responseSize) {
    countResponse(ipv4, type, cookie, querySize, responseSize);
    countZone(zone, ANSWERED);
    answered++;
  }

  /** Counts a query that was answered empty with TC, since its network asks for too much. */
  public void countLimited(
      int zone,
      boolean ipv4,
      int type,
      ServerCookies.State cookie,
      int querySize,
      int responseSize) {
    countResponse(ipv4, type, cookie, querySize, responseSize);
    countZone(zone, TRUNCATED);
    truncated++;
  }

  @SuppressWarnings("EnumOrdinal") // Places in an array of this object, that nobody else sees.
  private void countResponse(
      boolean ipv4, int type, ServerCookies.State cookie, int querySize, int responseSize) {
    cookies[cookie.ordinal()]++;
    answers[2 * QueryKind.of(type).ordinal() + (ipv4 ? 0 : 1)]++;
    octetsIn += querySize;
    octetsOut += responseSize;
  }

  /** Counts a query that was dropped, since its network asks for too much. */
  public void countDrop(int zone, int querySize) {
    countZone(zone, DROPPED);
    dropped++;
    octetsIn += querySize;
  }

  private void countZone(int zone, int outcome) {
    int place = ZoneCounters.place(zone);
    zones[OUTCOMES.length * place + outcome]++;
    touched |= 1L << place;
  }

  private void flushZones() {
    for (long left = touched; left != 0; left &= left - 1) {
      int place = Long.numberOfTrailingZeros(left);
      for (int i = 0; i < OUTCOMES.length; i++) {
        int at = OUTCOMES.length * place + i;
        if (zones[at] > 0) {
          counters.countZone(place, OUTCOMES[i], zones[at]);
          zones[at] = 0;
        }
      }
    }
    touched = 0;
  }

  /** Hands the counts over. */
  public void flush() {
    int responses = answered + truncated;
    if (responses > 0) {
      long nanos = (System.nanoTime() - start) / responses;
      for (int i = 0; i < answers.length; i++) {
        if (answers[i] > 0) {
          QueryKind kind = KINDS[i / 2];
          counters.countAnswers(transport, i % 2 == 0, kind, Rcode.NOERROR, nanos, answers[i]);
          answers[i] = 0;
        }
      }
    }
    for (int i = 0; i < cookies.length; i++) {
      if (cookies[i] > 0) {
        counters.countCookies(COOKIES[i], cookies[i]);
        cookies[i] = 0;
      }
    }
    if (responses + dropped > 0) {
      counters.countOutcomes(Outcome.ANSWERED, answered);
      counters.countOutcomes(Outcome.LIMITED_TRUNCATED, truncated);
      counters.countOutcomes(Outcome.LIMITED_DROPPED, dropped);
      counters.countOctets(octetsIn, octetsOut);
      flushZones();
    }
    answered = 0;
    truncated = 0;
    dropped = 0;
    octetsIn = 0;
    octetsOut = 0;
    start = 0;
  }
}
