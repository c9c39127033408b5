package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The addresses that the JDK lists, on every system: without flags and lifetimes, so that a
 * temporary, deprecated or duplicate address looks like any other.
 */
public final class JdkAddressSource implements AddressSource {
  /** Some addresses that only a default route leads to; nothing is ever sent there. */
  private static final IpAddress FAR_AWAY = IpAddress.parse("2000::1");

  private static final IpAddress FAR_AWAY_BY_IPV4 = IpAddress.parse("128.0.0.1");

  @Override
  public AddressListing read() throws IOException {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      HostInterface on =
          new HostInterface(
              one.getName(), one.getIndex(), one.isUp(), InterfaceKind.isTunnelName(one.getName()));
      for (java.net.InterfaceAddress address : one.getInterfaceAddresses()) {
        addresses.add(
            new InterfaceAddress(
                IpAddress.from(address.getAddress()),
                address.getNetworkPrefixLength(),
                on,
                Set.of(),
                Lifetime.UNKNOWN,
                Lifetime.UNKNOWN));
      }
    }
    return new AddressListing(
        "the JDK",
        AddressListing.Detail.ADDRESSES,
        addresses,
        new DefaultRoutes(
            interfaceTowards(FAR_AWAY, addresses), interfaceTowards(FAR_AWAY_BY_IPV4, addresses)),
        Optional.empty());
  }

  /**
   * The interface that the system would send through to reach the Internet: connecting a UDP socket
   * makes it choose the local address, without a packet.
   */
  private static Optional<String> interfaceTowards(
      IpAddress target, List<InterfaceAddress> addresses) {
    try (DatagramChannel channel =
        DatagramChannel.open(
            target.family() == IpFamily.IPV6
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET)) {
      channel.connect(new InetSocketAddress(target.toInetAddress(), 9));
      SocketAddress local = channel.getLocalAddress();
      if (local instanceof InetSocketAddress chosen) {
        InetAddress address = chosen.getAddress();
        for (InterfaceAddress one : addresses) {
          if (one.address().equals(IpAddress.from(address))) {
            return Optional.of(one.on().name());
          }
        }
      }
      return Optional.empty();
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty(); // No route, or no address of the family at all.
    }
  }
}
