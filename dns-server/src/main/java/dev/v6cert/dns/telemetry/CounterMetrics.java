package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.transport.TransportHealth;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.xbill.DNS.Rcode;

/** The counters of a server as Prometheus metrics. */
final class CounterMetrics implements MultiCollector {
  private final Counters counters;
  private final IntSupplier healthy;

  /**
   * Metrics of what {@code counters} hold.
   *
   * @param healthy 1 where every listener answers, else 0
   */
  CounterMetrics(Counters counters, IntSupplier healthy) {
    this.counters = counters;
    this.healthy = healthy;
  }

  @Override
  public MetricSnapshots collect() {
    return new MetricSnapshots(
        Stream.of(messages(), connections(), operation()).flatMap(List::stream).toList());
  }

  private List<MetricSnapshot> messages() {
    return List.of(
        responses(),
        by(
            "dns_messages",
            "Messages received, by what became of them.",
            "outcome",
            counters.outcomes()),
        zones(),
        by(
            "dns_cookies",
            "Answered queries, by what their DNS cookie said.",
            "state",
            counters.cookies()),
        latency(),
        single("dns_received_bytes", "Octets received.", counters.octetsIn()),
        single("dns_sent_bytes", "Octets sent.", counters.octetsOut()));
  }

  private List<MetricSnapshot> connections() {
    TransportHealth transport = counters.transport();
    return List.of(
        by(
            "dns_tcp_closed_connections",
            "TCP connections closed, by the reason.",
            "reason",
            transport.closures()),
        gauge("dns_tcp_open_connections", "TCP connections.", transport.openConnections()),
        gauge(
            "dns_tcp_pending_bytes",
            "Octets of incomplete queries and unsent replies over TCP.",
            transport.pendingOctets()),
        gauge(
            "dns_tcp_pending_bytes_limit",
            "The most that dns_tcp_pending_bytes may be.",
            transport.pendingOctetsLimit()));
  }

  private List<MetricSnapshot> operation() {
    return List.of(
        single(
            "dns_unlogged_queries",
            "Queries that the query log lacks: the disk was full, or too slow.",
            counters.unlogged()),
        single(
            "dns_reader_faults",
            "Exceptions and errors that surprised a thread that reads.",
            counters.transport().faults()),
        reloads(),
        single(
            "dns_reload_retries",
            "Attempts to take in files that could not be the last time.",
            counters.reloadRetries()),
        gauge(
            "dns_healthy",
            "Whether every listener answers, as /healthz has it: 1 or 0.",
            healthy.getAsInt()));
  }

  static GaugeSnapshot gauge(String name, String help, long value) {
    return GaugeSnapshot.builder()
        .name(name)
        .help(help)
        .dataPoint(GaugeSnapshot.GaugeDataPointSnapshot.builder().value((double) value).build())
        .build();
  }

  static CounterSnapshot.Builder counter(String name, String help) {
    return CounterSnapshot.builder().name(name).help(help);
  }

  static CounterSnapshot.CounterDataPointSnapshot point(long value, String... labels) {
    return CounterSnapshot.CounterDataPointSnapshot.builder()
        .value((double) value)
        .labels(Labels.of(labels))
        .build();
  }

  private CounterSnapshot responses() {
    CounterSnapshot.Builder metric =
        counter("dns_responses", "Responses sent, by query type, rcode, transport and family.");
    for (Counters.Responses responses : counters.responses()) {
      metric.dataPoint(
          point(
              responses.count(),
              "type",
              responses.kind().name(),
              "rcode",
              Rcode.string(responses.rcode()),
              "transport",
              Counters.word(responses.transport()),
              "family",
              responses.ipv4() ? "ipv4" : "ipv6"));
    }
    return metric.build();
  }

  private CounterSnapshot zones() {
    CounterSnapshot.Builder metric =
        counter("dns_zone_messages", "Messages received, by zone and by what became of them.");
    for (ZoneCounters.ZoneCount count : counters.zones()) {
      metric.dataPoint(
          point(count.count(), "zone", count.zone(), "outcome", Counters.word(count.outcome())));
    }
    return metric.build();
  }

  private static CounterSnapshot by(
      String name, String help, String label, Map<? extends Enum<?>, Long> counts) {
    CounterSnapshot.Builder metric = counter(name, help);
    counts.forEach((key, count) -> metric.dataPoint(point(count, label, Counters.word(key))));
    return metric.build();
  }

  static CounterSnapshot single(String name, String help, long value) {
    return counter(name, help).dataPoint(point(value)).build();
  }

  private HistogramSnapshot latency() {
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    counters.latencies().forEach(bucket -> buckets.bucket(bucket.upTo(), bucket.count()));
    return HistogramSnapshot.builder()
        .name("dns_response_seconds")
        .help("Time from the arrival of a query to its response.")
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(counters.latencySum())
                .build())
        .build();
  }

  private CounterSnapshot reloads() {
    return counter("dns_reloads", "Attempts to take in changed files.")
        .dataPoint(point(counters.reloads(), "result", "done"))
        .dataPoint(point(counters.failedReloads(), "result", "failed"))
        .build();
  }
}
