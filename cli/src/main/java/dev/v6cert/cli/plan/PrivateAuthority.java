package dev.v6cert.cli.plan;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/** An authority in a private network or on this machine, which reaches private addresses. */
public final class PrivateAuthority {

  /** Any port would do: a datagram socket sends nothing when it is connected. */
  private static final int HTTPS = 443;

  private PrivateAuthority() {}

  /** Whether the authority is one, by the addresses of its directory; asks the DNS for a name. */
  public static boolean is(CertificateAuthority authority) {
    try {
      for (InetAddress one : InetAddress.getAllByName(authority.directory().getHost())) {
        if (one.isLoopbackAddress() || one.isLinkLocalAddress() || isOfLan(one)) {
          return true;
        }
      }
    } catch (UnknownHostException e) {
      // Whoever asks it says that it cannot be reached.
    }
    return false;
  }

  /**
   * The address of this machine that the authority sees: that of its requests, to which a local CA
   * ({@code local-ca serve}) has the names lead. Empty where the authority is on no local network,
   * is on this machine's loopback interface, or cannot be routed to. Asks the DNS for a name, and
   * sends nothing to the authority.
   */
  static Optional<IpAddress> sender(CertificateAuthority authority) {
    try {
      InetAddress directory = InetAddress.getByName(authority.directory().getHost());
      if (!isOfLan(directory)) {
        return Optional.empty();
      }
      try (DatagramChannel channel = DatagramChannel.open()) {
        channel.connect(new InetSocketAddress(directory, HTTPS));
        InetSocketAddress own = (InetSocketAddress) channel.getLocalAddress();
        return Optional.of(IpAddress.from(own.getAddress()));
      }
    } catch (IOException e) {
      return Optional.empty(); // Whoever asks the authority says that it cannot be reached.
    }
  }

  private static boolean isOfLan(InetAddress address) {
    return address instanceof Inet6Address
        ? (address.getAddress()[0] & 0xfe) == 0xfc // Unique local (RFC 4193).
        : address.isSiteLocalAddress();
  }
}
