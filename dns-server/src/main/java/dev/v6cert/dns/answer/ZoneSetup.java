package dev.v6cert.dns.answer;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.zonefile.StaticRecords;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.xbill.DNS.Name;

/**
 * The set-up of the zones of a server.
 *
 * @param zones the magic zones, at least one; names in reverse zones lead to the first one
 * @param reverse the blocks of addresses whose reverse zones are served
 * @param nameServers the name servers of all of them, the first one the primary; where there are
 *     none, {@code ns} of each zone stands in
 * @param contact the mail address of who runs them; {@code hostmaster} of each zone where empty
 * @param ttl how long resolvers may keep the answers
 * @param delegateChallenges whether the challenges of a host are delegated to the host
 * @param texts TXT records at one label below each magic apex
 */
public record ZoneSetup(
    List<Zone> zones,
    List<ReverseBlock> reverse,
    List<NameServer> nameServers,
    Optional<String> contact,
    Duration ttl,
    boolean delegateChallenges,
    Map<String, Supplier<List<String>>> texts) {
  /** The label of the name that tells a client its address. */
  private static final String CLIENT_LABEL = "ip";

  /** The apexes of all zones. */
  public List<Name> apexes() {
    List<Name> apexes = new ArrayList<>();
    zones.forEach(zone -> apexes.add(name(zone.apex())));
    reverse.forEach(block -> apexes.add(block.apex()));
    return apexes;
  }

  /**
   * The records of every zone, by its apex: the static ones, and what they leave out at the apex.
   *
   * @param records the static records, each within one of the apexes
   * @throws FileFailure when they do not fit into memory
   */
  public Map<Name, ZoneRecords> completed(StaticRecords records, ReadBudget budget)
      throws FileFailure {
    Map<Name, ZoneRecords> completed = new HashMap<>();
    ApexRecords defaults = new ApexRecords(nameServers, contact, ttl);
    for (Name apex : apexes()) {
      completed.put(apex, defaults.completed(apex, records.in(apex), budget));
    }
    return completed;
  }

  /**
   * These zones, ready to be served.
   *
   * @param records the records that {@link #completed} gave
   * @param filter the addresses that are answered
   */
  public List<ServedZone> served(Map<Name, ZoneRecords> records, AddressFilter filter) {
    List<ServedZone> served = new ArrayList<>();
    for (Zone zone : zones) {
      ZoneRecords whole = in(records, name(zone.apex()));
      MagicAddresses addresses = new MagicAddresses(whole.apex(), filter, ttl);
      served.add(new ServedZone(magic(zone, whole, addresses), summary(whole)));
    }
    for (ReverseBlock block : reverse) {
      ZoneRecords whole = in(records, block.apex());
      ZoneSummary summary =
          new ZoneSummary(block.apex(), false, ttl, whole.negativeSoa(), List.of(), false);
      served.add(new ServedZone(reverse(block, whole, filter), summary));
    }
    return served;
  }

  private Responder reverse(ReverseBlock block, ZoneRecords whole, AddressFilter filter) {
    Answer noData = new Answer.NoData(whole.negativeSoa());
    return new ZoneResponder(
        List.of(
            new StaticResponder(whole, _ -> List.of()),
            new ReverseResponder(block, zones.getFirst(), filter, whole, ttl),
            new WildcardResponder(whole, name -> block.lowest(name).isPresent()),
            question -> whole.exists(question.name()) ? noData : new Answer.Declined()),
        new Answer.NoSuchName(whole.negativeSoa()));
  }

  private ZoneSummary summary(ZoneRecords whole) {
    List<byte[]> explicit = new ArrayList<>(whole.labelsBelowApex());
    explicit.add(label(CLIENT_LABEL));
    texts.keySet().forEach(text -> explicit.add(label(text)));
    return new ZoneSummary(
        whole.apex(), true, ttl, whole.negativeSoa(), explicit, delegateChallenges);
  }

  private static ZoneRecords in(Map<Name, ZoneRecords> records, Name apex) {
    return Optional.ofNullable(records.get(apex)).orElseThrow();
  }

  /**
   * The questions that explicit records answer, zone by zone, those about the apex first.
   *
   * @param records what {@link #completed} gave
   */
  public Stream<Question> explicitQuestions(Map<Name, ZoneRecords> records) {
    return apexes().stream().flatMap(apex -> in(records, apex).questions());
  }

  private static byte[] label(String text) {
    return Name.fromConstantString(text + ".").getLabel(0);
  }

  private Responder magic(Zone zone, ZoneRecords records, MagicAddresses magic) {
    List<Responder> responders = new ArrayList<>();
    responders.add(new StaticResponder(records, magic::of));
    if (delegateChallenges) {
      responders.add(new ChallengeResponder(magic, records));
    }
    Map<Name, Supplier<List<String>>> named = new HashMap<>();
    texts.forEach((label, text) -> named.put(name(zone.apex().under(label)), text));
    responders.add(new WhoamiResponder(name(zone.apex().under(CLIENT_LABEL)), named));
    responders.add(new SynthesisResponder(magic, records.negativeSoa()));
    responders.add(new WildcardResponder(records));
    // Every name in a magic zone exists, since an address may stand anywhere to the left (RFC
    // 8020).
    return new ZoneResponder(responders, new Answer.NoData(records.negativeSoa()));
  }

  /** The operator of a zone as a name; {@code hostmaster} of it without a mail address. */
  public static Name mailbox(Zone zone, Optional<String> contact) {
    return ApexRecords.mailbox(name(zone.apex()), contact);
  }

  /** The name of a host in messages. */
  public static Name name(HostName host) {
    return Name.fromConstantString(host.text() + ".");
  }

  /** A zone: responders that are asked in turn, and what is said where all of them decline. */
  private static final class ZoneResponder implements Responder {
    private final List<Responder> responders;
    private final Answer otherwise;

    ZoneResponder(List<Responder> responders, Answer otherwise) {
      this.responders = List.copyOf(responders);
      this.otherwise = otherwise;
    }

    @Override
    public Answer answer(Question question) {
      for (Responder responder : responders) {
        Answer answer = responder.answer(question);
        if (!(answer instanceof Answer.Declined)) {
          return answer;
        }
      }
      return otherwise;
    }
  }
}
