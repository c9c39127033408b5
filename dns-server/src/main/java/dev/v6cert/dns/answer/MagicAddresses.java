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
import org.xbill.DNS.Type;

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

  /** The addresses that {@code name} carries from its label at {@code from} on. */
  AddressFilter.Filtered in(Name name, int from) {
    return filter.in(
        RelativeName.of(name, from, apex.labels()), () -> RelativeName.of(name, from, 1));
  }

  Optional<Record> aaaa(Name owner, EmbeddedAddresses addresses) {
    return aaaa(owner, addresses, ttl);
  }

  Optional<Record> a(Name owner, EmbeddedAddresses addresses) {
    return a(owner, addresses, ttl);
  }

  private static Optional<Record> aaaa(Name owner, EmbeddedAddresses addresses, long ttl) {
    return addresses.ipv6().map(address -> new AAAARecord(owner, DClass.IN, ttl, address.octets()));
  }

  private static Optional<Record> a(Name owner, EmbeddedAddresses addresses, long ttl) {
    return addresses.ipv4().map(address -> new ARecord(owner, DClass.IN, ttl, address.octets()));
  }

  /** The record of one of these addresses that answers a type. */
  Optional<Record> record(Question question, EmbeddedAddresses addresses) {
    return record(question, addresses, ttl);
  }

  /**
   * The record of the notice page that stands in for a blocked name.
   *
   * @param longest the TTL of negative answers, so that a name is unblocked as fast with a page
   */
  Optional<Record> notice(Question question, long longest) {
    return record(question, filter.rules().blockedTo(), Math.min(ttl, longest));
  }

  private static Optional<Record> record(Question question, EmbeddedAddresses addresses, long ttl) {
    Optional<Record> aaaa = aaaa(question.name(), addresses, ttl);
    return switch (question.type()) {
      case Type.AAAA -> aaaa;
      case Type.A -> a(question.name(), addresses, ttl);
      // One set of records is enough: RFC 8482 section 4.1.
      case Type.ANY -> aaaa.or(() -> a(question.name(), addresses, ttl));
      default -> Optional.empty();
    };
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

  /** The labels of a name that stand left of a zone's apex, as the name codec takes them. */
  private static final class RelativeName {
    /** Stands for any octet that no address contains; above all for a dot inside a label. */
    private static final char NO_MATCH = '!';

    private RelativeName() {}

    /**
     * The dotted labels of {@code name} from the one at {@code from} up to the last {@code
     * apexLabels} ones, the root's empty label counted among the latter.
     */
    static String of(Name name, int from, int apexLabels) {
      int end = name.labels() - apexLabels;
      StringBuilder text = new StringBuilder(name.length());
      for (int i = from; i < end; i++) {
        if (i > from) {
          text.append('.');
        }
        byte[] label = name.getLabel(i);
        for (int at = 1; at < label.length; at++) {
          text.append(legible(label[at]));
        }
      }
      return text.toString();
    }

    private static char legible(byte octet) {
      char c = (char) (octet & 0xff);
      boolean ldh =
          (c >= '0' && c <= '9')
              || (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || c == '-'
              || c == '_';
      return ldh ? c : NO_MATCH;
    }
  }
}
