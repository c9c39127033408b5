package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * As much HTTP as a router needs: from a given address of ours, with short time limits and little
 * trust.
 */
final class RouterHttp {

  private static final int PATIENCE_MILLIS = 3000;
  private static final int MOST_OCTETS = 256 * 1024;

  private RouterHttp() {}

  static String get(Ipv6Address from, InetSocketAddress router, String path) throws IOException {
    return exchange(from, router, "GET " + path, "", "");
  }

  static String post(
      Ipv6Address from, InetSocketAddress router, String path, String action, String body)
      throws IOException {
    String headers =
        "Content-Type: text/xml; charset=\"utf-8\"\r\nContent-Length: %s\r\nSOAPAction: %s\r\n"
            .formatted(Integer.toString(body.length()), action);
    return exchange(from, router, "POST " + path, headers, body);
  }

  private static String exchange(
      Ipv6Address from, InetSocketAddress router, String line, String headers, String body)
      throws IOException {
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from.toInetAddress(), 0));
      socket.connect(router, PATIENCE_MILLIS);
      socket.setSoTimeout(PATIENCE_MILLIS);
      String request =
          line + " HTTP/1.0\r\nHost: " + host(router) + "\r\n" + headers + "\r\n" + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      String answer =
          new String(socket.getInputStream().readNBytes(MOST_OCTETS), StandardCharsets.UTF_8);
      int end = answer.indexOf("\r\n\r\n");
      if (!answer.startsWith("HTTP/1.") || end < 0) {
        throw new RouterException("the router does not speak HTTP");
      }
      String text = answer.substring(end + 4);
      if (!answer.substring(0, end).matches("(?s)HTTP/1\\.\\d 200.*")) {
        throw new RouterException(
            "the router refuses: "
                + RouterXml.text(text, "errorDescription")
                    .orElseGet(() -> answer.lines().findFirst().orElse("")));
      }
      return text;
    }
  }

  private static String host(InetSocketAddress router) {
    InetAddress address = router.getAddress();
    String literal =
        Ipv6Address.from(address).map(v6 -> "[" + v6 + "]").orElse(address.getHostAddress());
    return literal + ":" + router.getPort();
  }
}
