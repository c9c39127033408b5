package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** The address records that the names below one apex spell out. */
final class MagicAddresses {
  private final Name apex;
  private final AddressFilter filter;
  private final long ttl;

  MagicAddresses(Name apex, AddressFilter filter, Duration ttl) {
    this.apex = apex;
    this.filter = filter;
    this.ttl = ttl.toSeconds();
  }

  Name apex() {
    return apex;
  }

  /** What {@code name} carries from its label at {@code from} on. */
  AddressFilter.Filtered in(Name name, int from) {
    return filter.in(RelativeName.of(name, from, apex.labels()));
  }

  Optional<Record> aaaa(Name owner, EmbeddedAddresses addresses) {
    return addresses.ipv6().map(address -> new AAAARecord(owner, DClass.IN, ttl, address.octets()));
  }

  Optional<Record> a(Name owner, EmbeddedAddresses addresses) {
    return addresses.ipv4().map(address -> new ARecord(owner, DClass.IN, ttl, address.octets()));
  }

  /** The addresses of a host, as glue; none where it lies elsewhere. */
  List<Record> of(Name host) {
    List<Record> records = new ArrayList<>();
    if (host.subdomain(apex)) {
      EmbeddedAddresses addresses = in(host, 0).addresses();
      a(host, addresses).ifPresent(records::add);
      aaaa(host, addresses).ifPresent(records::add);
    }
    return records;
  }
}
