package dev.v6cert.dns.answer;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * The explicit records of one zone, by name and type: those of its apex, and static ones. Names
 * that only have names below them (empty non-terminals, RFC 8020) exist too.
 */
public final class ZoneRecords {
  /** Stands for the client of a question whose answer is the same for everybody. */
  private static final InetAddress NOBODY = InetAddress.ofLiteral("::");

  private final Name apex;
  private final SOARecord soa;
  private final SOARecord negativeSoa;
  private final Map<Name, Map<Integer, List<Record>>> nodes = new HashMap<>();
  private final boolean hasCuts;
  private final boolean hasRedirections;

  /**
   * The given records, all of them within {@code apex}.
   *
   * @throws IllegalArgumentException when the apex has not exactly one SOA record
   * @throws FileFailure when they do not fit into memory
   */
  ZoneRecords(Name apex, Collection<Record> records, ReadBudget budget) throws FileFailure {
    this.apex = apex;
    for (Record record : records) {
      budget.step(0);
      nodes
          .computeIfAbsent(record.getName(), _ -> new HashMap<>(2))
          .computeIfAbsent(record.getType(), _ -> new ArrayList<>(1))
          .add(record);
      for (int i = 1; i < record.getName().labels() - apex.labels(); i++) {
        nodes.computeIfAbsent(new Name(record.getName(), i), _ -> new HashMap<>(2));
      }
    }
    List<Record> soas = at(apex, Type.SOA);
    if (soas.size() != 1) {
      throw new IllegalArgumentException(apex + " has " + soas.size() + " SOA records");
    }
    this.soa = (SOARecord) soas.getFirst();
    this.negativeSoa = negative(soa);
    this.hasCuts =
        records.stream()
            .anyMatch(record -> record.getType() == Type.NS && !record.getName().equals(apex));
    this.hasRedirections = records.stream().anyMatch(record -> record.getType() == Type.DNAME);
  }

  /** The SOA as a negative answer carries it: with the smaller of its TTL and its MINIMUM. */
  private static SOARecord negative(SOARecord soa) {
    return new SOARecord(
        soa.getName(),
        soa.getDClass(),
        Math.min(soa.getTTL(), soa.getMinimum()),
        soa.getHost(),
        soa.getAdmin(),
        soa.getSerial(),
        soa.getRefresh(),
        soa.getRetry(),
        soa.getExpire(),
        soa.getMinimum());
  }

  Name apex() {
    return apex;
  }

  /** The SOA for negative answers. */
  SOARecord negativeSoa() {
    return negativeSoa;
  }

  /**
   * The labels directly below the apex, with their length octets, that records stand at or under.
   */
  List<byte[]> labelsBelowApex() {
    return nodes.keySet().stream()
        .filter(name -> name.labels() == apex.labels() + 1)
        .map(name -> name.getLabel(0))
        .toList();
  }

  /** The questions that these records answer by name and type, those about the apex first. */
  Stream<Question> questions() {
    return nodes.entrySet().stream()
        .sorted(Comparator.comparingInt(node -> node.getKey().labels()))
        .flatMap(node ->
            node.getValue().keySet().stream()
                .map(type -> new Question(node.getKey(), type, NOBODY)));
  }

  /** Whether the name has records, or stands above one that has. */
  boolean exists(Name name) {
    return nodes.containsKey(name);
  }

  /** The records of a name by type; none where the name does not exist. */
  Map<Integer, List<Record>> at(Name name) {
    return nodes.getOrDefault(name, Map.of());
  }

  /** The records of a name and type; none where there are none. */
  List<Record> at(Name name, int type) {
    return at(name).getOrDefault(type, List.of());
  }

  /** The NS records of the zone cut at or above {@code name}, the one closest to the apex. */
  List<Record> cutAbove(Name name) {
    if (hasCuts) {
      for (int i = name.labels() - apex.labels() - 1; i >= 0; i--) {
        List<Record> servers = at(new Name(name, i), Type.NS);
        if (!servers.isEmpty()) {
          return servers;
        }
      }
    }
    return List.of();
  }

  /** The DNAME record strictly above {@code name}. */
  Optional<DNAMERecord> redirectionAbove(Name name) {
    if (hasRedirections) {
      for (int i = name.labels() - apex.labels(); i >= 1; i--) {
        List<Record> dname = at(new Name(name, i), Type.DNAME);
        if (!dname.isEmpty()) {
          return Optional.of((DNAMERecord) dname.getFirst());
        }
      }
    }
    return Optional.empty();
  }

  /** The explicit addresses of a host. */
  List<Record> addressesOf(Name host) {
    List<Record> addresses = new ArrayList<>(at(host, Type.A));
    addresses.addAll(at(host, Type.AAAA));
    return addresses;
  }
}
