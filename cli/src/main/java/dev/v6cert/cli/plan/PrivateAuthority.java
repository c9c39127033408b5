package dev.v6cert.cli.plan;

import dev.v6cert.acme.CertificateAuthority;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** An authority in a private network or on this machine, which reaches private addresses. */
public final class PrivateAuthority {

  private PrivateAuthority() {}

  /** Whether the authority is one, by the addresses of its directory; asks the DNS for a name. */
  public static boolean is(CertificateAuthority authority) {
    try {
      for (InetAddress one : InetAddress.getAllByName(authority.directory().getHost())) {
        boolean uniqueLocal = one instanceof Inet6Address && (one.getAddress()[0] & 0xfe) == 0xfc;
        if (one.isLoopbackAddress()
            || one.isSiteLocalAddress()
            || one.isLinkLocalAddress()
            || uniqueLocal) {
          return true;
        }
      }
    } catch (UnknownHostException e) {
      // Whoever asks it says that it cannot be reached.
    }
    return false;
  }
}
