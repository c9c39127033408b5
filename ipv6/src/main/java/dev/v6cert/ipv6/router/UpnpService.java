package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service of the router by UPnP. What a router says is a stranger's word: it is asked at its own
 * address only, whatever host its description names.
 *
 * @param from the address of ours to ask from
 * @param router where it takes actions
 * @param path the path there
 * @param type the service's type, with its version
 */
record UpnpService(IpAddress from, InetSocketAddress router, String path, String type) {

  private static final int SSDP_PORT = 1900;
  private static final int TIMEOUT_MILLIS = 1500;

  /** The group of all devices with UPnP. */
  private static final InetAddress EVERYBODY = InetAddress.ofLiteral("239.255.255.250");

  private static final int MAX_OCTETS = 2048;
  private static final int MAX_PORT = 65_535;
  private static final Pattern LOCATION = Pattern.compile("(?im)^location:[ \t]*(\\S+)");

  /**
   * The services of the types that the router has, in the order of the types.
   *
   * @param targets what is searched for, each by a packet of its own
   * @throws RouterException when the router does not answer, or has none of them
   */
  static List<UpnpService> find(
      InetAddress router, IpAddress from, List<String> targets, List<String> types)
      throws IOException {
    URI description = uri(location(search(router, from, targets)));
    InetSocketAddress at = at(router, description);
    String path = description.getRawPath();
    String text = RouterHttp.get(from, at, path == null || path.isEmpty() ? "/" : path);
    List<UpnpService> services = new ArrayList<>();
    for (String type : types) {
      Optional<String> url = RouterXml.controlUrl(text, type);
      if (url.isPresent()) {
        URI action = description.resolve(uri(url.get()));
        String actionPath = action.getRawPath();
        services.add(
            new UpnpService(from, at(router, action), actionPath == null ? "/" : actionPath, type));
      }
    }
    if (services.isEmpty()) {
      throw new RouterException("the router has no such service");
    }
    return services;
  }

  /**
   * Asks the router itself (UPnP Device Architecture 2.0, section 1.3.2, unicast), and where it is
   * silent the whole network (section 1.3.2, multicast). Routers answer from another of their
   * addresses, so what the router itself was asked for is taken from anywhere; it only says at
   * which port and path to ask the router. To everybody's question its own answer counts alone.
   */
  private static String search(InetAddress router, IpAddress from, List<String> targets)
      throws IOException {
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(from.toInetAddress(), 0))) {
      send(socket, router, targets);
      Optional<DatagramPacket> answer = receive(socket, TIMEOUT_MILLIS);
      if (answer.isEmpty() && router instanceof Inet4Address) {
        send(socket, EVERYBODY, targets);
        answer = receiveFrom(router, socket);
      }
      return answer
          .map(it -> new String(it.getData(), 0, it.getLength(), StandardCharsets.UTF_8))
          .orElseThrow(() -> new RouterException("the router does not answer"));
    }
  }

  private static void send(DatagramSocket socket, InetAddress to, List<String> targets)
      throws IOException {
    for (String target : targets) {
      String text =
          "M-SEARCH * HTTP/1.1\r\nHOST: %s:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: %s\r\n\r\n"
              .formatted(IpAddress.from(to).urlHost(), target);
      byte[] octets = text.getBytes(StandardCharsets.US_ASCII);
      socket.send(new DatagramPacket(octets, octets.length, new InetSocketAddress(to, SSDP_PORT)));
    }
  }

  /** The next packet of the router, however many others come; empty where none comes in time. */
  private static Optional<DatagramPacket> receiveFrom(InetAddress router, DatagramSocket socket)
      throws IOException {
    long end = System.nanoTime() + TIMEOUT_MILLIS * 1_000_000L;
    while (true) {
      int left = (int) ((end - System.nanoTime()) / 1_000_000);
      Optional<DatagramPacket> answer = left <= 0 ? Optional.empty() : receive(socket, left);
      if (answer.isEmpty() || answer.get().getAddress().equals(router)) {
        return answer;
      }
    }
  }

  /** The next packet; empty where none comes in time. */
  private static Optional<DatagramPacket> receive(DatagramSocket socket, int millis)
      throws IOException {
    DatagramPacket answer = new DatagramPacket(new byte[MAX_OCTETS], MAX_OCTETS);
    socket.setSoTimeout(millis);
    try {
      socket.receive(answer);
      return Optional.of(answer);
    } catch (SocketTimeoutException e) {
      return Optional.empty();
    }
  }

  /** The address of the device's description, from the answer to a search. */
  static String location(String answer) throws RouterException {
    Matcher location = LOCATION.matcher(answer);
    if (!location.find()) {
      throw new RouterException("the router does not say where it is described");
    }
    return location.group(1);
  }

  /** The router's own address with the port of the URI, whatever host that names. */
  static InetSocketAddress at(InetAddress router, URI uri) throws RouterException {
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw new RouterException("the router gives an address that is not http");
    }
    if (uri.getPort() > MAX_PORT) {
      throw new RouterException("the router gives an address that is none");
    }
    return new InetSocketAddress(router, uri.getPort() < 0 ? 80 : uri.getPort());
  }

  static URI uri(String text) throws RouterException {
    try {
      URI uri = URI.create(text);
      if (!uri.isOpaque()) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // The same.
    }
    throw new RouterException("the router gives an address that is none");
  }

  /** Has the router do something; its answer. */
  String act(String action, String arguments) throws IOException {
    String body =
        """
        <?xml version="1.0"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\
        <u:%1$s xmlns:u="%2$s">%3$s</u:%1$s></s:Body></s:Envelope>
        """
            .formatted(action, type, arguments);
    return RouterHttp.post(from, router, path, "\"" + type + "#" + action + "\"", body);
  }

  /** An argument of an action. */
  static String element(String name, String value) {
    return "<" + name + ">" + value + "</" + name + ">";
  }
}
