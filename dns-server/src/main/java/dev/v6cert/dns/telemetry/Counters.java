package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.transport.TransportHealth;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/** The counters of a server since its start. Counting neither locks nor allocates. */
public final class Counters {
  /** The upper bounds of the latency buckets, in nanoseconds; a last one takes what is above. */
  private static final long[] LATENCY_BOUNDS = {
    10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000, 10_000_000, 100_000_000
  };

  private static final double NANOS_PER_SECOND = 1e9;

  /** Response codes of this server are 0 to 16. */
  private static final int RCODES = Rcode.BADVERS + 1;

  private static final int FAMILIES = 2;
  private static final QueryKind[] KINDS = QueryKind.values();

  private final LongAdder[] responses =
      adders(Transport.values().length * FAMILIES * KINDS.length * RCODES);
  private final Map<QueryEvent.Outcome, LongAdder> outcomes = adders(QueryEvent.Outcome.values());
  private final Map<ServerCookies.State, LongAdder> cookies = adders(ServerCookies.State.values());
  private final LongAdder[] latencies = adders(LATENCY_BOUNDS.length + 1);
  private final LongAdder latencyNanos = new LongAdder();
  private final LongAdder octetsIn = new LongAdder();
  private final LongAdder octetsOut = new LongAdder();
  private final LongAdder reloads = new LongAdder();
  private final LongAdder failedReloads = new LongAdder();
  private final LongAdder reloadRetries = new LongAdder();
  private final LongAdder unlogged = new LongAdder();
  private final TransportHealth transport = new TransportHealth();
  private ZoneCounters zones = new ZoneCounters(List.of());

  /** The responses of one kind. */
  public record Responses(
      Transport transport, boolean ipv4, QueryKind kind, int rcode, long count) {}

  /**
   * The number of answers that took no longer than {@code upTo} seconds, and longer than the bucket
   * before.
   */
  public record LatencyBucket(double upTo, long count) {}

  private static LongAdder[] adders(int count) {
    return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
  }

  private static <E extends Enum<E>> Map<E, LongAdder> adders(E[] constants) {
    Map<E, LongAdder> adders = new EnumMap<>(constants[0].getDeclaringClass());
    Arrays.stream(constants).forEach(constant -> adders.put(constant, new LongAdder()));
    return adders;
  }

  private static void increment(Map<?, LongAdder> adders, Object key) {
    add(adders, key, 1);
  }

  private static void add(Map<?, LongAdder> adders, Object key, long count) {
    LongAdder adder = adders.get(key);
    if (adder != null) {
      adder.add(count);
    }
  }

  /**
   * Sets which zones are counted apart; before anything is counted.
   *
   * @param apexes in the order in which the fast path numbers them
   */
  public void countZones(List<Name> apexes) {
    zones = new ZoneCounters(apexes);
  }

  /** Counts one message. */
  public void count(QueryEvent event) {
    increment(outcomes, event.outcome());
    if (event.query().type().isPresent()) {
      zones.count(event.query().name(), event.outcome());
    }
    octetsIn.add(event.query().size());
    if (event.outcome().isAnswered()) {
      boolean ipv4 = event.peer().address().getAddress() instanceof Inet4Address;
      responses[
          index(
              event.peer().transport(),
              ipv4,
              QueryKind.of(event.query().type()),
              event.response().rcode())]
          .increment();
      increment(cookies, event.query().cookie());
      octetsOut.add(event.response().size());
      long nanos = event.response().latency().toNanos();
      latencyNanos.add(nanos);
      latencies[bucket(nanos)].increment();
    }
  }

  /**
   * Counts answered queries that are alike.
   *
   * @param nanos the time that each of them took
   */
  void countAnswers(
      Transport transport, boolean ipv4, QueryKind kind, int rcode, long nanos, long count) {
    responses[index(transport, ipv4, kind, rcode)].add(count);
    latencyNanos.add(nanos * count);
    latencies[bucket(nanos)].add(count);
  }

  /** Counts answered queries by what their cookies said. */
  void countCookies(ServerCookies.State state, long count) {
    add(cookies, state, count);
  }

  /** Counts messages by what became of them. */
  void countOutcomes(QueryEvent.Outcome outcome, long count) {
    add(outcomes, outcome, count);
  }

  /** Counts messages for a place of {@link ZoneCounters}. */
  void countZone(int place, QueryEvent.Outcome outcome, long count) {
    zones.count(place, outcome, count);
  }

  /** The messages by the zone asked for. */
  public List<ZoneCounters.ZoneCount> zones() {
    return zones.all();
  }

  /** Counts the octets of messages. */
  void countOctets(long in, long out) {
    octetsIn.add(in);
    octetsOut.add(out);
  }

  private static int bucket(long nanos) {
    int bucket = Arrays.binarySearch(LATENCY_BOUNDS, nanos);
    return bucket < 0 ? -bucket - 1 : bucket;
  }

  @SuppressWarnings("EnumOrdinal") // Places in an array of this object, that nobody else sees.
  private static int index(Transport transport, boolean ipv4, QueryKind kind, int rcode) {
    int family = ipv4 ? 0 : 1;
    return ((transport.ordinal() * FAMILIES + family) * KINDS.length + kind.ordinal()) * RCODES
        + rcode;
  }

  /** Counts one attempt to take in changed files. */
  public void countReload(boolean successful) {
    (successful ? reloads : failedReloads).increment();
  }

  /** Counts one attempt to take in files that had not changed since the last one failed. */
  public void countReloadRetry() {
    reloadRetries.increment();
  }

  /** The kinds of responses that there have been. */
  public List<Responses> responses() {
    List<Responses> all = new ArrayList<>();
    for (Transport transport : Transport.values()) {
      for (QueryKind kind : KINDS) {
        for (int rcode = 0; rcode < RCODES; rcode++) {
          for (boolean ipv4 : new boolean[] {true, false}) {
            long count = responses[index(transport, ipv4, kind, rcode)].sum();
            if (count > 0) {
              all.add(new Responses(transport, ipv4, kind, rcode, count));
            }
          }
        }
      }
    }
    return all;
  }

  /** The number of responses sent over one transport. */
  public long responses(Transport transport) {
    int first = index(transport, true, KINDS[0], 0);
    return Arrays.stream(responses, first, first + FAMILIES * KINDS.length * RCODES)
        .mapToLong(LongAdder::sum)
        .sum();
  }

  /** The messages by what became of them. */
  public Map<QueryEvent.Outcome, Long> outcomes() {
    return sums(outcomes);
  }

  /** The answered queries by what their cookies said. */
  public Map<ServerCookies.State, Long> cookies() {
    return sums(cookies);
  }

  private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
    Map<E, Long> sums = new LinkedHashMap<>();
    adders.forEach((key, adder) -> sums.put(key, adder.sum()));
    return sums;
  }

  /** The answers by the time they took; the last bucket has no bound. */
  public List<LatencyBucket> latencies() {
    List<LatencyBucket> buckets = new ArrayList<>();
    for (int i = 0; i < latencies.length; i++) {
      double bound =
          i < LATENCY_BOUNDS.length
              ? LATENCY_BOUNDS[i] / NANOS_PER_SECOND
              : Double.POSITIVE_INFINITY;
      buckets.add(new LatencyBucket(bound, latencies[i].sum()));
    }
    return buckets;
  }

  /** The time that all answers took together, in seconds. */
  public double latencySum() {
    return latencyNanos.sum() / NANOS_PER_SECOND;
  }

  /** The octets of all messages received. */
  public long octetsIn() {
    return octetsIn.sum();
  }

  /** The octets of all responses sent. */
  public long octetsOut() {
    return octetsOut.sum();
  }

  /** The number of times that changed files were taken in. */
  public long reloads() {
    return reloads.sum();
  }

  /** The number of times that files could not be taken in, and the old content was kept. */
  public long failedReloads() {
    return failedReloads.sum();
  }

  /** The number of attempts that were made only because the one before had failed. */
  public long reloadRetries() {
    return reloadRetries.sum();
  }

  /** Counts queries that should be in the query log, and are not. */
  public void countUnlogged(long count) {
    unlogged.add(count);
  }

  /** The number of queries that should be in the query log, and are not. */
  public long unlogged() {
    return unlogged.sum();
  }

  /** The state of the threads that read, and the octets and connections that TCP clients hold. */
  public TransportHealth transport() {
    return transport;
  }

  /** The most important figures, as {@code name value} lines. */
  public List<String> summary() {
    List<String> lines = new ArrayList<>();
    outcomes().forEach((outcome, count) -> lines.add(word(outcome) + " " + count));
    cookies().forEach((state, count) -> lines.add("cookie_" + word(state) + " " + count));
    transport
        .closures()
        .forEach((why, count) -> lines.add("tcp_closed_" + word(why) + " " + count));
    lines.add("tcp_open " + transport.openConnections());
    lines.add("tcp_pending_octets " + transport.pendingOctets());
    lines.add("reader_faults " + transport.faults());
    lines.add("octets_in " + octetsIn());
    lines.add("octets_out " + octetsOut());
    lines.add("reloads " + reloads());
    lines.add("reloads_failed " + failedReloads());
    lines.add("reload_retries " + reloadRetries());
    return lines;
  }

  /** The figures of {@link #summary} that fit into one short TXT record: no gift to amplifiers. */
  public String line() {
    Map<QueryEvent.Outcome, Long> counts = outcomes();
    return Stream.of(
            QueryEvent.Outcome.ANSWERED,
            QueryEvent.Outcome.TRUNCATED,
            QueryEvent.Outcome.LIMITED_DROPPED,
            QueryEvent.Outcome.FAILED)
        .map(outcome -> word(outcome) + " " + counts.get(outcome))
        .collect(Collectors.joining(", "));
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
