package dev.v6cert.dns.answer;

import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;

/**
 * How the magic zones are set up.
 *
 * @param zones the zones, at least one
 * @param nameServers their name servers, the first one the primary; where there are none, {@code
 *     ns} of each zone stands in
 * @param contact the mail address of who runs them; {@code hostmaster} of each zone where empty
 * @param ttl how long resolvers may keep the answers
 */
public record MagicZones(
    List<Zone> zones, List<NameServer> nameServers, Optional<String> contact, Duration ttl) {
  // Magic answers never change, and there are no zone transfers: the serial has nothing to count.
  private static final long SERIAL = 1;
  private static final Duration REFRESH = Duration.ofHours(4);
  private static final Duration RETRY = Duration.ofHours(1);
  private static final Duration EXPIRE = Duration.ofDays(14);

  /** How long a resolver remembers that there is no such record (RFC 2308 section 5). */
  private static final Duration NEGATIVE_TTL = Duration.ofMinutes(5);

  /** What answers for these zones. */
  public ServedZones responder() {
    Map<Name, Responder> responders = new HashMap<>();
    for (Zone zone : zones) {
      ZoneRecords records = new ZoneRecords(name(zone.apex()), apexRecords(zone));
      responders.put(
          records.apex(),
          new MagicZone(
              records,
              List.of(new StaticResponder(records), new SynthesisResponder(records.apex(), ttl))));
    }
    return new ServedZones(responders);
  }

  private List<Record> apexRecords(Zone zone) {
    Name apex = name(zone.apex());
    List<NameServer> servers =
        nameServers.isEmpty()
            ? List.of(new NameServer(zone.apex().under("ns"), List.of()))
            : nameServers;
    List<Record> records = new ArrayList<>();
    records.add(soa(apex, name(servers.getFirst().name()), mailbox(zone)));
    for (NameServer server : servers) {
      Name host = name(server.name());
      records.add(new NSRecord(apex, DClass.IN, ttl.toSeconds(), host));
      if (server.name().isWithin(zone.apex())) {
        server.addresses().forEach(address -> records.add(address(host, address)));
      }
    }
    return records;
  }

  private SOARecord soa(Name apex, Name primary, Name mailbox) {
    return new SOARecord(
        apex,
        DClass.IN,
        ttl.toSeconds(),
        primary,
        mailbox,
        SERIAL,
        REFRESH.toSeconds(),
        RETRY.toSeconds(),
        EXPIRE.toSeconds(),
        NEGATIVE_TTL.toSeconds());
  }

  private Record address(Name host, InetAddress address) {
    return address instanceof Inet4Address
        ? new ARecord(host, DClass.IN, ttl.toSeconds(), address)
        : new AAAARecord(host, DClass.IN, ttl.toSeconds(), address.getAddress());
  }

  /** The mail address as a name: its local part is one label (RFC 1035 section 8). */
  private Name mailbox(Zone zone) {
    if (contact.isEmpty()) {
      return name(zone.apex().under("hostmaster"));
    }
    String address = contact.get();
    int at = address.lastIndexOf('@');
    String local = address.substring(0, at).replace("\\", "\\\\").replace(".", "\\.");
    return Name.fromConstantString(local + "." + HostName.of(address.substring(at + 1)) + ".");
  }

  static Name name(HostName host) {
    return Name.fromConstantString(host.text() + ".");
  }
}
