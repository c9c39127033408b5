package dev.v6cert.dns.answer;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.ipv6.name.HostName;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Completes the records of a zone with the SOA, NS and address records that it needs. */
final class ApexRecords {
  // Magic answers never change, and there are no zone transfers: the serial has nothing to count.
  private static final long SERIAL = 1;
  private static final Duration REFRESH = Duration.ofHours(4);
  private static final Duration RETRY = Duration.ofHours(1);
  private static final Duration EXPIRE = Duration.ofDays(14);

  /** The time that a resolver remembers that there is no such record (RFC 2308 section 5). */
  private static final Duration NEGATIVE_TTL = Duration.ofMinutes(5);

  private final List<NameServer> nameServers;
  private final Optional<String> contact;
  private final Duration ttl;

  ApexRecords(List<NameServer> nameServers, Optional<String> contact, Duration ttl) {
    this.nameServers = nameServers;
    this.contact = contact;
    this.ttl = ttl;
  }

  /** The given records of a zone, with defaults for whatever of the apex they do not say. */
  ZoneRecords completed(Name apex, List<Record> given, ReadBudget budget) throws FileFailure {
    List<Record> records = new ArrayList<>(given);
    if (!has(given, apex, Type.SOA)) {
      records.add(soa(apex));
    }
    if (!has(given, apex, Type.NS)) {
      hosts(apex).forEach(host -> records.add(new NSRecord(apex, DClass.IN, seconds(), host)));
    }
    for (NameServer server : nameServers) {
      Name host = ZoneSetup.name(server.name());
      boolean said = has(given, host, Type.A) || has(given, host, Type.AAAA);
      if (host.subdomain(apex) && !said) {
        server.addresses().forEach(address -> records.add(address(host, address)));
      }
    }
    return new ZoneRecords(apex, records, budget);
  }

  private static boolean has(List<Record> records, Name owner, int type) {
    return records.stream()
        .anyMatch(record -> record.getType() == type && record.getName().equals(owner));
  }

  private List<Name> hosts(Name apex) {
    return nameServers.isEmpty()
        ? List.of(below("ns", apex))
        : nameServers.stream().map(server -> ZoneSetup.name(server.name())).toList();
  }

  private SOARecord soa(Name apex) {
    return new SOARecord(
        apex,
        DClass.IN,
        seconds(),
        hosts(apex).getFirst(),
        mailbox(apex, contact),
        SERIAL,
        REFRESH.toSeconds(),
        RETRY.toSeconds(),
        EXPIRE.toSeconds(),
        NEGATIVE_TTL.toSeconds());
  }

  private Record address(Name host, InetAddress address) {
    return address instanceof Inet4Address
        ? new ARecord(host, DClass.IN, seconds(), address)
        : new AAAARecord(host, DClass.IN, seconds(), address.getAddress());
  }

  private long seconds() {
    return ttl.toSeconds();
  }

  private static Name below(String label, Name apex) {
    return Name.fromConstantString(apex.equals(Name.root) ? label + "." : label + "." + apex);
  }

  /** The operator of a zone as a name: the mail address, or else {@code hostmaster} of the zone. */
  static Name mailbox(Name apex, Optional<String> contact) {
    return contact.map(ApexRecords::mailbox).orElseGet(() -> below("hostmaster", apex));
  }

  /** A mail address as a name: its local part is one label (RFC 1035 section 8). */
  private static Name mailbox(String address) {
    int at = address.lastIndexOf('@');
    String local = address.substring(0, at).replace("\\", "\\\\").replace(".", "\\.");
    return Name.fromConstantString(local + "." + HostName.of(address.substring(at + 1)) + ".");
  }
}
