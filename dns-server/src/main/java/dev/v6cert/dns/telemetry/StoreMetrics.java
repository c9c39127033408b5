package dev.v6cert.dns.telemetry;

import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreStatus;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Map;
import java.util.function.Supplier;

/** The figures of hosted records: their store, API and transfers, as Prometheus metrics. */
final class StoreMetrics implements MultiCollector {
  private final RecordStore store;
  private final Supplier<Map<String, Long>> calls;
  private final Supplier<Map<String, Long>> transfers;

  /**
   * Metrics of a store.
   *
   * @param calls the answers of the API by operation and status, such as {@code "update 200"}
   * @param transfers the requests of secondaries by kind
   */
  StoreMetrics(
      RecordStore store, Supplier<Map<String, Long>> calls, Supplier<Map<String, Long>> transfers) {
    this.store = store;
    this.calls = calls;
    this.transfers = transfers;
  }

  @Override
  public MetricSnapshots collect() {
    StoreStatus status = store.status();
    return new MetricSnapshots(
        CounterMetrics.gauge(
            "dns_store_writable",
            "Whether the store of hosted records takes changes: 1 or 0.",
            status.fault().isEmpty() ? 1 : 0),
        CounterMetrics.gauge("dns_store_accounts", "Accounts.", status.held().accounts()),
        CounterMetrics.gauge(
            "dns_store_names", "Names with hosted records.", status.held().names()),
        CounterMetrics.gauge("dns_store_bytes", "Size of the store on disk.", status.octets()),
        CounterMetrics.gauge(
            "dns_store_memory_bytes",
            "Memory of accounts and records, with room for two values of each account.",
            status.held().octets()),
        CounterMetrics.gauge(
            "dns_store_memory_limit_bytes",
            "Memory from which on no account is added.",
            status.held().mostOctets()),
        CounterMetrics.single(
            "dns_store_writes", "Transactions that were made durable.", status.writes()),
        CounterMetrics.single(
            "dns_store_failed_writes", "Transactions that were not.", status.failures()),
        apiCalls(),
        zoneTransfers());
  }

  private CounterSnapshot zoneTransfers() {
    CounterSnapshot.Builder metric =
        CounterMetrics.counter(
            "dns_transfers",
            "Requests of secondaries: for the whole zone, a difference, or turned down.");
    transfers
        .get()
        .forEach((kind, count) -> metric.dataPoint(CounterMetrics.point(count, "kind", kind)));
    return metric.build();
  }

  private CounterSnapshot apiCalls() {
    CounterSnapshot.Builder metric =
        CounterMetrics.counter("dns_api_responses", "Answers of the API, by operation and status.");
    calls
        .get()
        .forEach((kind, count) -> {
          String[] words = kind.split(" ", 2);
          metric.dataPoint(CounterMetrics.point(count, "operation", words[0], "status", words[1]));
        });
    return metric.build();
  }
}
