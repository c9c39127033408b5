package dev.v6cert.ipv6.router;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.MulticastSocket;
import java.net.NetworkInterface;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * In a namespace: a router on the address given that lies as the second word says, until it is
 * killed. {@code permanent} is no lie: it makes no mapping that ends, and prints what it is asked
 * to map and to take away. {@code outside ADDRESS} maps everything and tells that outer address;
 * {@code others ADDRESS} is silent, and a neighbour at that address answers searches in its place.
 */
final class LyingRouter {

  private static final int PCP_PORT = 5351;

  private LyingRouter() {}

  public static void main(String[] arguments) throws Exception {
    InetAddress address = InetAddress.ofLiteral(arguments[0]);
    switch (arguments[1]) {
      case "outside" -> {
        FakeRouter _ = new FakeRouter(address, all(arguments[2]));
      }
      case "permanent" -> {
        FakeRouter _ = new FakeRouter(address, permanent());
      }
      case "refuses" -> {
        FakeRouter _ = new FakeRouter(address, but("AddPortMapping", FakeRouter.fault(606)));
      }
      case "garbage" -> {
        FakeRouter _ = new FakeRouter(address, (_, _) -> "RAW\u0000<garbage>");
        Thread.ofVirtual().start(() -> babble(address));
      }
      case "escapes" -> {
        FakeRouter _ = new FakeRouter(address, but("AddPortMapping", fault("red\n".repeat(5_000))));
      }
      case "drips" -> {
        FakeRouter _ = new FakeRouter(address, (_, _) -> "RAWSLOWLY");
      }
      case "hangs" -> {
        DatagramSocket _ = new DatagramSocket(new InetSocketAddress(address, PCP_PORT));
        DatagramSocket _ = new DatagramSocket(new InetSocketAddress(address, 1900));
      }
      case "others" -> Thread.ofVirtual().start(() -> chatter(InetAddress.ofLiteral(arguments[2])));
      default -> throw new IllegalArgumentException(arguments[1]);
    }
    System.out.println("ready");
    Thread.sleep(Long.MAX_VALUE);
  }

  private static FakeRouter.Answers all(String outside) {
    return (action, _) ->
        switch (action) {
          case "GetExternalIPAddress" ->
              "<NewExternalIPAddress>" + outside + "</NewExternalIPAddress>";
          case "GetSpecificPortMappingEntry" -> FakeRouter.fault(714);
          default -> "";
        };
  }

  /** Maps for ever alone, and remembers it. */
  private static FakeRouter.Answers permanent() {
    Map<String, String> mappings = new ConcurrentHashMap<>();
    return (action, request) -> {
      String port = inside(request, "NewProtocol") + " " + inside(request, "NewExternalPort");
      return switch (action) {
        case "AddPortMapping" -> {
          if (!inside(request, "NewLeaseDuration").equals("0")) {
            yield FakeRouter.fault(725);
          }
          mappings.put(port, request.replaceAll("(?s).*(<NewInternalPort>.*?)</u:.*", "$1"));
          System.out.println("maps " + port);
          yield "";
        }
        case "DeletePortMapping" -> {
          mappings.remove(port);
          System.out.println("maps no more " + port);
          yield "";
        }
        case "GetSpecificPortMappingEntry" -> mappings.getOrDefault(port, FakeRouter.fault(714));
        default -> all("9.9.9.2").to(action, request);
      };
    };
  }

  private static String inside(String request, String element) {
    return request.replaceAll("(?s).*<" + element + ">|</" + element + ">.*", "");
  }

  private static FakeRouter.Answers but(String wanted, String answer) {
    return (action, request) -> action.equals(wanted) ? answer : all("9.9.9.2").to(action, request);
  }

  private static String fault(String words) {
    return "FAULT<errorCode>501</errorCode><errorDescription>" + words + "</errorDescription>";
  }

  /** Answers a search of the whole network for a minute, as a device that is no router. */
  private static void chatter(InetAddress from) {
    InetSocketAddress searches =
        new InetSocketAddress(InetAddress.ofLiteral("239.255.255.250"), 1900);
    try (MulticastSocket group = new MulticastSocket(searches);
        DatagramSocket device = new DatagramSocket(new InetSocketAddress(from, 0))) {
      group.joinGroup(searches, NetworkInterface.getByInetAddress(from));
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      group.receive(packet);
      byte[] octets = "HTTP/1.1 200 OK\r\nLOCATION: http://192.0.2.1/\r\n\r\n".getBytes(US_ASCII);
      for (int i = 0; i < 300; i++) {
        device.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
        Thread.sleep(200);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Answers each packet with a thousand of any octets. */
  private static void babble(InetAddress address) {
    Random random = new Random(15);
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, PCP_PORT))) {
      DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
      while (true) {
        socket.receive(packet);
        for (int i = 0; i < 1000; i++) {
          byte[] octets = new byte[random.nextInt(100)];
          random.nextBytes(octets);
          if (octets.length > 2 && i % 2 == 0) {
            octets[0] = 2;
            octets[1] = (byte) 0x81;
          }
          socket.send(new DatagramPacket(octets, octets.length, packet.getSocketAddress()));
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
