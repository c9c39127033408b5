package dev.v6cert.proxy.gate;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;

/**
 * Tells requests that a page of another origin makes from those that people and our own pages make.
 * A browser sends cookies and passwords with both. SameSite is of no help: to browsers all names of
 * a magic zone are one site.
 */
final class CrossOrigin {

  private static final HttpString SITE = new HttpString("Sec-Fetch-Site");
  private static final HttpString MODE = new HttpString("Sec-Fetch-Mode");
  private static final HttpString DEST = new HttpString("Sec-Fetch-Dest");

  private CrossOrigin() {}

  /**
   * Whether a page of another origin makes the request. That somebody follows a link there to here
   * is no such thing. Clients other than browsers send none of these headers.
   */
  static boolean isForeign(HttpServerExchange exchange) {
    String site = exchange.getRequestHeaders().getFirst(SITE);
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return !isNavigation(exchange);
    }
    String origin = exchange.getRequestHeaders().getFirst(Headers.ORIGIN);
    return origin != null
        && !origin.equalsIgnoreCase(
            "https://" + exchange.getRequestHeaders().getFirst(Headers.HOST));
  }

  private static boolean isNavigation(HttpServerExchange exchange) {
    return exchange.getRequestMethod().equals(Methods.GET)
        && "navigate".equals(exchange.getRequestHeaders().getFirst(MODE))
        && "document".equals(exchange.getRequestHeaders().getFirst(DEST));
  }
}
