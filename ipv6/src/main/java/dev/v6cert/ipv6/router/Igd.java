package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * UPnP's Internet Gateway Device, version 2: the service WANIPv6FirewallControl:1. What a router
 * says is a stranger's word: it is asked at its own address only.
 */
final class Igd implements Pinhole.Protocol {

  private static final String SERVICE = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:1";
  private static final int SSDP_PORT = 1900;
  private static final int PATIENCE_MILLIS = 1500;
  private static final int MOST_OCTETS = 2048;
  private static final int TCP = 6;
  private static final int MAX_PORT = 65_535;
  private static final Pattern LOCATION = Pattern.compile("(?im)^location:[ \t]*(\\S+)");
  private static final Pattern NUMBER = Pattern.compile("\\d{1,5}");

  private final InetAddress router;
  private final Ipv6Address address;
  private final int port;
  private Optional<Control> control = Optional.empty();
  private Optional<String> id = Optional.empty();

  Igd(InetAddress router, Ipv6Address address, int port) {
    this.router = router;
    this.address = address;
    this.port = port;
  }

  /** Where the router takes actions. */
  private record Control(InetSocketAddress router, String path) {}

  @Override
  public String name() {
    return "UPnP";
  }

  @Override
  public synchronized void open() throws IOException {
    if (control.isEmpty()) {
      control = Optional.of(find());
    }
    String lease = Long.toString(Pinhole.LEASE.toSeconds());
    if (id.isPresent()) {
      String _ =
          act("UpdatePinhole", element("UniqueID", id.get()) + element("NewLeaseTime", lease));
      return;
    }
    String answer =
        act(
            "AddPinhole",
            element("RemoteHost", "")
                + element("RemotePort", "0")
                + element("InternalClient", address.toString())
                + element("InternalPort", Integer.toString(port))
                + element("Protocol", Integer.toString(TCP))
                + element("LeaseTime", lease));
    id = RouterXml.text(answer, "UniqueID").filter(text -> NUMBER.matcher(text).matches());
    if (id.isEmpty()) {
      throw new RouterException("the router's answer has no UniqueID");
    }
  }

  @Override
  public synchronized void close() {
    if (id.isPresent()) {
      try {
        String _ = act("DeletePinhole", element("UniqueID", id.get()));
      } catch (IOException e) {
        // The lease ends it.
      }
    }
  }

  /**
   * Looks for the service at the router (UPnP Device Architecture 2.0, section 1.3.2, unicast).
   * Routers answer from another of their addresses, so the answer is taken from anywhere; it only
   * says at which port and path to ask the router itself.
   */
  private Control find() throws IOException {
    String search =
        "M-SEARCH * HTTP/1.1\r\nHOST: [%s]:1900\r\nMAN: \"ssdp:discover\"\r\nMX: 1\r\nST: %s\r\n\r\n"
            .formatted(plain(router), SERVICE);
    byte[] octets = search.getBytes(StandardCharsets.US_ASCII);
    DatagramPacket answer = new DatagramPacket(new byte[MOST_OCTETS], MOST_OCTETS);
    try (DatagramSocket socket =
        new DatagramSocket(new InetSocketAddress(address.toInetAddress(), 0))) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.send(
          new DatagramPacket(octets, octets.length, new InetSocketAddress(router, SSDP_PORT)));
      socket.receive(answer);
    } catch (SocketTimeoutException e) {
      throw new RouterException("the router does not answer");
    }
    Matcher location =
        LOCATION.matcher(
            new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8));
    if (!location.find()) {
      throw new RouterException("the router does not say where it is described");
    }
    return described(uri(location.group(1)));
  }

  private Control described(URI description) throws IOException {
    InetSocketAddress at = at(description);
    String path = description.getRawPath();
    String text = RouterHttp.get(address, at, path.isEmpty() ? "/" : path);
    Optional<String> url = RouterXml.controlUrl(text, SERVICE);
    if (url.isEmpty()) {
      throw new RouterException("the router has no IPv6 firewall control");
    }
    URI action = description.resolve(uri(url.get()));
    return new Control(at(action), action.getRawPath());
  }

  /** The router's own address with the port of the URI, whatever host that names. */
  private InetSocketAddress at(URI uri) throws RouterException {
    if (!"http".equalsIgnoreCase(uri.getScheme())) {
      throw new RouterException("the router gives an address that is not http");
    }
    if (uri.getPort() > MAX_PORT) {
      throw new RouterException("the router gives an address that is none");
    }
    return new InetSocketAddress(router, uri.getPort() < 0 ? 80 : uri.getPort());
  }

  private static URI uri(String text) throws RouterException {
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

  private String act(String action, String arguments) throws IOException {
    Control where = control.orElseThrow();
    String body =
        """
        <?xml version="1.0"?>
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>\
        <u:%1$s xmlns:u="%2$s">%3$s</u:%1$s></s:Body></s:Envelope>
        """
            .formatted(action, SERVICE, arguments);
    return RouterHttp.post(
        address, where.router(), where.path(), "\"" + SERVICE + "#" + action + "\"", body);
  }

  private static String element(String name, String value) {
    return "<" + name + ">" + value + "</" + name + ">";
  }

  private static String plain(InetAddress router) {
    return router instanceof Inet6Address v6 ? Ipv6Address.of(v6.getAddress()).toString() : "";
  }
}
