package dev.v6cert.cli.terminal;

import dev.v6cert.ipv6.Ipv6Address;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Addresses with ports as people write them: {@code [2001:db8::1]:80}, {@code 192.0.2.1:80}. */
public final class SocketText {

  private SocketText() {}

  /** The text of one socket's address. */
  public static String of(InetSocketAddress socket) {
    if (socket.isUnresolved()) {
      return socket.getHostString() + ":" + socket.getPort();
    }
    String host =
        Ipv6Address.from(socket.getAddress())
            .map(v6 -> "[" + v6 + "]")
            .orElseGet(() -> socket.getAddress().getHostAddress());
    return host + ":" + socket.getPort();
  }

  /** The texts of several, with commas between. */
  public static String of(List<InetSocketAddress> sockets) {
    return sockets.stream().map(SocketText::of).collect(Collectors.joining(", "));
  }
}
