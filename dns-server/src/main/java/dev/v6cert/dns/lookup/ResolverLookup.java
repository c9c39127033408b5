package dev.v6cert.dns.lookup;

import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Whether the system's resolvers work, seen by one question. */
public final class ResolverLookup {

  private ResolverLookup() {}

  /** Whether one of them has an answer about the name, be it that there is none. */
  public static boolean answers(String name) {
    try {
      return Lookup.ofResolver(Optional.empty()).ask(Lookup.name(name), Type.AAAA).getRcode()
          != Rcode.SERVFAIL;
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * The values of a name's TXT records; none where it has none, or the resolver does not look.
   *
   * @param resolver who is asked; empty for the system's own resolvers
   * @throws IOException when no resolver has an answer; the message is for people
   */
  public static List<String> txt(HostName name, Optional<InetSocketAddress> resolver)
      throws IOException {
    Message reply = Lookup.ofResolver(resolver).ask(Lookup.name(name.text()), Type.TXT);
    if (reply.getRcode() != Rcode.NOERROR && reply.getRcode() != Rcode.NXDOMAIN) {
      throw new IOException(Rcode.string(reply.getRcode()));
    }
    return Lookup.texts(reply);
  }
}
