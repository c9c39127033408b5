package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.Ipv6Address;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;

/**
 * In a namespace: listens on ports and says so, tells what the firewall does with an inbound
 * connection, or lets it in until its input ends, and anew for each line of that. The last argument
 * is the interface, where it is known.
 */
final class FirewallProbe {

  private FirewallProbe() {}

  public static void main(String[] arguments) throws Exception {
    InetAddress address = InetAddress.ofLiteral(arguments[1]);
    int port = Integer.parseInt(arguments[2]);
    if (!arguments[0].equals("listen")) {
      Ipv6Address to = Ipv6Address.from(address).orElseThrow();
      Optional<String> device = Optional.of(arguments[3]).filter(it -> !it.isEmpty());
      InboundConnection connection = new InboundConnection(to, port, device);
      if (arguments[0].equals("verdict")) {
        System.out.println(Firewall.read(connection));
      } else {
        open(connection);
      }
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

  private static void open(InboundConnection connection) throws Exception {
    String comment = "v6cert " + ProcessHandle.current().pid();
    try (FirewallOpening opening =
        FirewallOpening.open(List.of(connection), comment, true, new NoJournal())) {
      System.out.println("opened by " + opening.keepers());
      while (System.in.read() >= 0) {
        System.out.println("was shut: " + opening.reopen());
      }
    }
    System.out.println("closed");
  }

  private static final class NoJournal implements FirewallOpening.Journal {
    @Override
    public void opening(List<String> rules) {}

    @Override
    public void gone() {}
  }
}
