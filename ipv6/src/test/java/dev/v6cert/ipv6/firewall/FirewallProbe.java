package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.Ipv6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;

/**
 * In a namespace: listens on ports and says so, or tells what the firewall does with an inbound
 * connection.
 */
final class FirewallProbe {

  private FirewallProbe() {}

  public static void main(String[] arguments) throws Exception {
    InetAddress address = InetAddress.ofLiteral(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    if (arguments[0].equals("verdict")) {
      Ipv6Address to = Ipv6Address.from(address).orElseThrow();
      System.out.println(Firewall.read(new InboundConnection(to, port, Optional.of("eth0"))));
      return;
    }
    try (ServerSocket server = new ServerSocket(port, 50, address)) {
      System.out.println("listening");
      while (true) {
        try (Socket _ = server.accept()) {
          // That it came is all.
        }
      }
    }
  }
}
