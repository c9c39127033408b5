package dev.v6cert.dns.http;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A request to the API.
 *
 * @param method the method
 * @param path the segments of the path, without empty ones
 * @param client the address of the client
 * @param credentials the user and key that it names
 * @param body the content, in UTF-8
 */
record ApiCall(
    String method,
    List<String> path,
    InetAddress client,
    Optional<Credentials> credentials,
    String body) {

  /** A user and its key, or any name with the registration token. */
  record Credentials(String user, String key) {}

  static ApiCall of(HttpServerExchange exchange, byte[] body) {
    return new ApiCall(
        exchange.getRequestMethod().toString(),
        Arrays.stream(exchange.getRequestPath().split("/", -1))
            .filter(segment -> !segment.isEmpty())
            .toList(),
        client(exchange),
        ownHeaders(exchange).or(() -> basic(exchange)),
        new String(body, StandardCharsets.UTF_8));
  }

  /** The last segment of the path, which names the operation. */
  String operation() {
    return path.isEmpty() ? "" : path.getLast();
  }

  /** The segment before the operation. */
  Optional<String> prefix() {
    return path.size() < 2 ? Optional.empty() : Optional.of(path.get(path.size() - 2));
  }

  private static Optional<Credentials> ownHeaders(HttpServerExchange exchange) {
    String user = exchange.getRequestHeaders().getFirst("X-Api-User");
    String key = exchange.getRequestHeaders().getFirst("X-Api-Key");
    return user == null || key == null ? Optional.empty() : Optional.of(new Credentials(user, key));
  }

  private static Optional<Credentials> basic(HttpServerExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      return Optional.empty();
    }
    try {
      byte[] octets = Base64.getDecoder().decode(header.substring(6).strip());
      String text = new String(octets, StandardCharsets.UTF_8);
      int colon = text.indexOf(':');
      return colon < 0
          ? Optional.empty()
          : Optional.of(new Credentials(text.substring(0, colon), text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * The address of the client. A proxy on this machine is believed the last address that it names;
   * all before it the client could have written itself.
   */
  private static InetAddress client(HttpServerExchange exchange) {
    InetAddress peer = exchange.getSourceAddress().getAddress();
    List<String> forwarded = exchange.getRequestHeaders().get(Headers.X_FORWARDED_FOR);
    if (!peer.isLoopbackAddress() || forwarded == null || forwarded.isEmpty()) {
      return peer;
    }
    String last = forwarded.getLast();
    String text = last.substring(last.lastIndexOf(',') + 1).strip();
    try {
      return InetAddress.ofLiteral(text.replace("[", "").replace("]", ""));
    } catch (IllegalArgumentException e) {
      return peer;
    }
  }
}
