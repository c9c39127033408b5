package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
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
  /** Some address that only a default route leads to; nothing is ever sent there. */
  private static final String FAR_AWAY = "2000::1";

  @Override
  public AddressListing read() throws IOException {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
      HostInterface on =
          new HostInterface(
              one.getName(), one.getIndex(), one.isUp(), InterfaceKind.isTunnelName(one.getName()));
      for (java.net.InterfaceAddress address : one.getInterfaceAddresses()) {
        Optional<Ipv6Address> v6 = Ipv6Address.from(address.getAddress());
        if (v6.isPresent()) {
          addresses.add(
              new InterfaceAddress(
                  v6.get(),
                  address.getNetworkPrefixLength(),
                  on,
                  Set.of(),
                  Lifetime.UNKNOWN,
                  Lifetime.UNKNOWN));
        }
      }
    }
    return new AddressListing(
        "the JDK", AddressListing.Detail.ADDRESSES, addresses, defaultInterface(addresses));
  }

  /**
   * The interface that the system would send through to reach the Internet: connecting a UDP socket
   * makes it choose the local address, without a packet.
   */
  private static Optional<String> defaultInterface(List<InterfaceAddress> addresses) {
    try (DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET6)) {
      channel.connect(new InetSocketAddress(Ipv6Address.parse(FAR_AWAY).toInetAddress(), 9));
      SocketAddress local = channel.getLocalAddress();
      if (local instanceof InetSocketAddress chosen) {
        InetAddress address = chosen.getAddress();
        for (InterfaceAddress one : addresses) {
          if (Ipv6Address.from(address).filter(one.address()::equals).isPresent()) {
            return Optional.of(one.on().name());
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // No route, or no IPv6 at all.
    }
  }
}
