package dev.v6cert.proxy.inspect;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.List;
import java.util.Set;

/**
 * Tells requests of the inspector's own page from all others. A page of the web can make a browser
 * ask this port; and a proxy, this one too, may hand on requests from outside. Both are refused.
 */
final class OriginCheck {

  private static final HttpString SITE = new HttpString("Sec-Fetch-Site");

  /** Signs of a proxy in between. */
  private static final List<HttpString> HANDED_ON =
      List.of(
          new HttpString("V6cert-Via"),
          new HttpString("Forwarded"),
          new HttpString("Via"),
          Headers.X_FORWARDED_FOR,
          Headers.X_FORWARDED_HOST);

  private static final Set<String> HERE = Set.of("same-origin", "none");

  private OriginCheck() {}

  /** Whether the page makes the request, or a person, or a program of this machine. */
  static boolean makes(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    String host = headers.getFirst(Headers.HOST);
    int port = exchange.getDestinationAddress().getPort();
    Set<String> own = Set.of("localhost:" + port, "127.0.0.1:" + port, "[::1]:" + port);
    // DNS rebinding: a name of the attacker's leads here.
    if (host == null || headers.get(Headers.HOST).size() != 1 || !own.contains(host)) {
      return false;
    }
    if (!exchange.getSourceAddress().getAddress().isLoopbackAddress()
        || HANDED_ON.stream().anyMatch(headers::contains)) {
      return false;
    }
    String site = headers.getFirst(SITE);
    if (site != null && !HERE.contains(site)) {
      return false;
    }
    String origin = headers.getFirst(Headers.ORIGIN);
    return origin == null
        ? exchange.getRequestMethod().equals(Methods.GET)
        : origin.equals("http://" + host);
  }
}
