package dev.v6cert.dns.answer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;

/**
 * The facts about a magic zone that are needed to answer the names in it that are synthesized, and
 * to tell them from the others.
 *
 * @param apex its apex
 * @param magic whether names in it are synthesized at all; what follows means nothing otherwise
 * @param ttl how long resolvers may keep synthesized records
 * @param negativeSoa the SOA record for negative answers
 * @param explicit the labels directly below the apex, each with its length octet first, that
 *     explicit records stand at or under, or that tell about the client or the server
 * @param challenges whether the challenges of a host are delegated to the host
 */
public record ZoneSummary(
    Name apex,
    boolean magic,
    Duration ttl,
    SOARecord negativeSoa,
    List<byte[]> explicit,
    boolean challenges) {

  /**
   * This summary, where the names in other zones below the apex are not synthesized.
   *
   * @param apexes the apexes of other zones, anywhere
   */
  public ZoneSummary without(Collection<Name> apexes) {
    List<byte[]> labels = new ArrayList<>(explicit);
    for (Name other : apexes) {
      if (other.subdomain(apex) && !other.equals(apex)) {
        labels.add(other.getLabel(other.labels() - apex.labels() - 1));
      }
    }
    return new ZoneSummary(apex, magic, ttl, negativeSoa, labels, challenges);
  }
}
