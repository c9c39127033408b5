package dev.v6cert.dns.challenge;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.Responder;
import dev.v6cert.dns.answer.ServedZone;
import dev.v6cert.dns.answer.ZoneSummary;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** A zone whose records clients set, answered from a store in memory. */
public final class ChallengeZone implements Responder {
  private static final Duration TTL = Duration.ofHours(1);
  private static final Duration REFRESH = Duration.ofMinutes(10);
  private static final Duration RETRY = Duration.ofMinutes(1);
  private static final Duration EXPIRE = Duration.ofDays(14);

  /** A client often looks for its record before it sets it; that answer must not be kept. */
  private static final long NEGATIVE_SECONDS = 1;

  private final Name apex;
  private final Name primary;
  private final Name mailbox;
  private final RecordStore store;
  private final List<Record> nameServers = new ArrayList<>();
  private final Map<Name, List<Record>> addresses = new HashMap<>();

  /**
   * A zone.
   *
   * @param servers its name servers, the first one the primary; {@code ns} of the zone where empty
   * @param mailbox the mail address of the operator as a name
   */
  public ChallengeZone(Name apex, List<NameServer> servers, Name mailbox, RecordStore store) {
    this.apex = apex;
    this.mailbox = mailbox;
    this.store = store;
    for (NameServer server : servers) {
      Name host = Name.fromConstantString(server.name().text() + ".");
      nameServers.add(new NSRecord(apex, DClass.IN, TTL.toSeconds(), host));
      if (host.subdomain(apex)) {
        server.addresses().forEach(address -> add(host, address));
      }
    }
    if (servers.isEmpty()) {
      Name host = Name.fromConstantString("ns." + apex);
      nameServers.add(new NSRecord(apex, DClass.IN, TTL.toSeconds(), host));
    }
    this.primary = ((NSRecord) nameServers.getFirst()).getTarget();
  }

  private void add(Name host, InetAddress address) {
    long ttl = TTL.toSeconds();
    addresses
        .computeIfAbsent(host, _ -> new ArrayList<>())
        .add(
            address instanceof Inet4Address
                ? new ARecord(host, DClass.IN, ttl, address)
                : new AAAARecord(host, DClass.IN, ttl, address.getAddress()));
  }

  /** The zone for a server; the fast path leaves it to others. */
  public ServedZone served() {
    return new ServedZone(
        this, new ZoneSummary(apex, false, TTL, soa(NEGATIVE_SECONDS), List.of(), false));
  }

  /** The apex of the zone. */
  public Name apex() {
    return apex;
  }

  /** The records of a name that clients cannot change. */
  public List<Record> fixed(Name name) {
    List<Record> fixed = new ArrayList<>();
    if (name.equals(apex)) {
      fixed.add(soa(TTL.toSeconds()));
      fixed.addAll(nameServers);
    }
    fixed.addAll(addresses.getOrDefault(name, List.of()));
    return fixed;
  }

  /** All records that clients cannot change, but for the SOA. */
  public List<Record> fixed() {
    List<Record> all = new ArrayList<>(nameServers);
    all.addAll(glue());
    return all;
  }

  /** The SOA record at a serial of the store. */
  public SOARecord soa(Serial serial) {
    return soa(TTL.toSeconds(), serial);
  }

  /** The SOA record now. */
  public SOARecord soa() {
    return soa(TTL.toSeconds());
  }

  /** Whether the name is one of this zone's own: the apex, or a name server in it. */
  public boolean isFixed(Name name) {
    return name.equals(apex) || addresses.containsKey(name);
  }

  @Override
  public Answer answer(Question question) {
    Name name = question.name();
    if (!isFixed(name)) {
      store.refresh();
    }
    List<Record> all = fixed(name);
    store.records(name).forEach(hosted -> all.add(hosted.record()));
    int type =
        question.type() == Type.ANY && !all.isEmpty() ? all.getFirst().getType() : question.type();
    List<Record> found =
        all.stream()
            .filter(record -> record.getType() == type)
            .map(record -> record.withName(name))
            .toList();
    if (!found.isEmpty()) {
      return new Answer.Found(found, type == Type.NS ? glue() : List.of());
    }
    SOARecord soa = soa(NEGATIVE_SECONDS);
    return !all.isEmpty() || exists(name) ? new Answer.NoData(soa) : new Answer.NoSuchName(soa);
  }

  private boolean exists(Name name) {
    return store.exists(name) || addresses.keySet().stream().anyMatch(host -> host.subdomain(name));
  }

  private List<Record> glue() {
    return addresses.values().stream().flatMap(List::stream).toList();
  }

  private SOARecord soa(long ttl) {
    return soa(ttl, Serial.of(store.serial()));
  }

  private SOARecord soa(long ttl, Serial serial) {
    return new SOARecord(
        apex,
        DClass.IN,
        ttl,
        primary,
        mailbox,
        serial.bits(),
        REFRESH.toSeconds(),
        RETRY.toSeconds(),
        EXPIRE.toSeconds(),
        NEGATIVE_SECONDS);
  }
}
