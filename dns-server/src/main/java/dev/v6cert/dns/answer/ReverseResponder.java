package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.NameResult;
import dev.v6cert.ipv6.name.Zone;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * Answers PTR with the magic name of each address of a block. In a reverse zone names do exist or
 * not: those that spell an address of the block, and those above them (RFC 8020).
 */
final class ReverseResponder implements Responder {
  private final ReverseBlock block;
  private final Zone target;
  private final AddressFilter filter;
  private final ZoneRecords records;
  private final long ttl;

  /**
   * For one block.
   *
   * @param target the magic zone of the names in the answers
   * @param records the explicit records of the reverse zone
   */
  ReverseResponder(
      ReverseBlock block, Zone target, AddressFilter filter, ZoneRecords records, Duration ttl) {
    this.block = block;
    this.target = target;
    this.filter = filter;
    this.records = records;
    this.ttl = ttl.toSeconds();
  }

  @Override
  public Answer answer(Question question) {
    Name name = question.name();
    SOARecord soa = records.negativeSoa();
    Optional<Ipv6Address> address = block.lowest(name);
    if (address.isEmpty()) {
      return new Answer.Declined();
    }
    boolean whole = name.labels() - records.apex().labels() == block.labels();
    if (!whole || (question.type() != Type.PTR && question.type() != Type.ANY)) {
      return new Answer.NoData(soa);
    }
    Ipv4Address ipv4 = new Ipv4Address((int) address.get().low());
    Verdict verdict = block.block().ipv4() ? filter.verdict(ipv4) : filter.verdict(address.get());
    Optional<Name> host = block.block().ipv4() ? Optional.of(host(ipv4)) : host(address.get());
    if (verdict != Verdict.PERMITTED) {
      return new Answer.Withheld(verdict, List.of(), soa);
    }
    return host.isPresent()
        ? new Answer.Found(List.of(new PTRRecord(name, DClass.IN, ttl, host.get())))
        : new Answer.NoData(soa);
  }

  private Name host(Ipv4Address address) {
    return ZoneSetup.name(target.apex().under(address.toString().replace('.', '-')));
  }

  private Optional<Name> host(Ipv6Address address) {
    return MagicName.format(address, target) instanceof NameResult.Safe safe
        ? Optional.of(ZoneSetup.name(safe.name()))
        : Optional.empty();
  }
}
