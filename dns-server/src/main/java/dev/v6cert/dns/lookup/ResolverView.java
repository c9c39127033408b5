package dev.v6cert.dns.lookup;

import java.io.IOException;
import java.util.Optional;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Whether the system's resolvers work, seen by one question. */
public final class ResolverView {

  private ResolverView() {}

  /** Whether one of them has an answer about the name, be it that there is none. */
  public static boolean answers(String name) {
    try {
      return Lookup.ofResolver(Optional.empty()).ask(Lookup.name(name), Type.AAAA).getRcode()
          != Rcode.SERVFAIL;
    } catch (IOException e) {
      return false;
    }
  }
}
