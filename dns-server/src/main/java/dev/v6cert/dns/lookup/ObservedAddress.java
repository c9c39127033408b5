package dev.v6cert.dns.lookup;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/**
 * The IPv4 address of this machine as the Internet sees it: the name servers of a magic zone answer
 * {@code ip.ZONE} with the address that the question came from. Some networks redirect port 53;
 * theirs is the answer then.
 */
public final class ObservedAddress {

  private ObservedAddress() {}

  /**
   * The address, by the first name server that tells one.
   *
   * @throws IOException when no resolver answers, or none of the zone's servers does
   */
  public static Optional<Ipv4Address> of(Zone zone) throws IOException, InterruptedException {
    Lookup lookup = Lookup.ofResolver(Optional.empty());
    Name apex = Lookup.name(zone.toString());
    List<Name> names = ZoneServers.names(lookup.ask(apex, Type.NS), apex);
    IOException failure = new IOException("the name servers of " + zone + " are not known");
    for (Name name : names) {
      for (InetAddress server : Lookup.addresses(lookup.ask(name, Type.A))) {
        try {
          return seen(
              Lookup.ofAuthority(new InetSocketAddress(server, ZoneServers.DNS_PORT))
                  .ask(new Name("ip", apex), Type.TXT));
        } catch (IOException e) {
          failure = e;
        }
      }
    }
    throw failure;
  }

  private static Optional<Ipv4Address> seen(Message reply) {
    for (Record record : reply.getSection(Section.ANSWER)) {
      if (record instanceof TXTRecord text && !text.getStrings().isEmpty()) {
        return Ipv4Address.tryParse(text.getStrings().getFirst());
      }
    }
    return Optional.empty();
  }
}
