package dev.v6cert.dns.publish;

import dev.v6cert.ipv6.name.HostName;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;

/**
 * TXT records that processes of this machine hand to a running server. Each process has zones of
 * its own, which go when it does. For any number of threads.
 */
public final class HandoverRecords {

  private final List<TxtZones> all = new CopyOnWriteArrayList<>();

  /**
   * The answer to a question in such a zone.
   *
   * @param records the answer section; may be empty
   * @param soa the record that goes with an empty one
   */
  public record Held(List<Record> records, SOARecord soa) {
    public Held {
      records = List.copyOf(records);
    }
  }

  /** Whether nothing is handed over at this moment. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** The answer; empty where the name is in no zone that was handed over. */
  public Optional<Held> find(Name name, int type) {
    for (TxtZones zones : all.reversed()) { // The newest process goes first.
      Optional<Held> held = zones.find(name, type);
      if (held.isPresent()) {
        return held;
      }
    }
    return Optional.empty();
  }

  TxtZones open(Collection<HostName> apexes) {
    TxtZones zones = new TxtZones(apexes);
    all.add(zones);
    return zones;
  }

  void close(TxtZones zones) {
    all.remove(zones);
  }
}
