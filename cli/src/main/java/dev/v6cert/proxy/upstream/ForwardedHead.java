package dev.v6cert.proxy.upstream;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

/**
 * The head of a request as the upstream gets it.
 *
 * <p>A dev server gets what a browser on its own machine would send: its own {@code Host}, and
 * {@code Origin} and {@code Referer} of its own where they were ours. A foreign {@code Origin}
 * stays, or the app's own defence against forged requests would be undone. Of the forwarding
 * headers it gets X-Forwarded-For only: Next refuses server actions where X-Forwarded-Host is
 * another one than Origin, Rails where X-Forwarded-Proto is.
 */
final class ForwardedHead {

  /** The proxies of ours that a request came through: one that comes twice runs in a circle. */
  static final HttpString VIA = new HttpString("V6cert-Via");

  /** Tells this process from other proxies of ours. */
  static final String INSTANCE = Long.toString(new java.security.SecureRandom().nextLong(), 36);

  private static final HttpString X_REAL_IP = new HttpString("X-Real-IP");
  private static final HttpString FORWARDED = new HttpString("Forwarded");
  private static final String X_FORWARDED = "x-forwarded-";
  private static final HttpString PREFIX = new HttpString("X-Forwarded-Prefix");

  /** Written anew, whatever the client sent. */
  private static final Set<HttpString> OWN =
      Set.of(
          Headers.HOST,
          Headers.CONTENT_LENGTH,
          Headers.EXPECT,
          Headers.COOKIE,
          Headers.ORIGIN,
          Headers.REFERER,
          FORWARDED,
          X_REAL_IP,
          Headers.X_FORWARDED_FOR,
          Headers.X_FORWARDED_HOST,
          Headers.X_FORWARDED_PORT,
          Headers.X_FORWARDED_PROTO,
          Headers.X_FORWARDED_SERVER,
          PREFIX,
          VIA);

  private ForwardedHead() {}

  /** Whether the client asks to speak another protocol, such as WebSocket, from here on. */
  static boolean isUpgrade(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    String protocol = headers.getFirst(Headers.UPGRADE);
    return protocol != null
        && exchange.isHttp11()
        && !protocol.toLowerCase(Locale.ROOT).startsWith("h2c")
        && HopByHop.has(headers, Headers.CONNECTION, "upgrade");
  }

  /**
   * Writes the head.
   *
   * @return whether the body is to be sent in chunks
   * @throws IllegalArgumentException when it cannot be written safely
   */
  static boolean write(HttpServerExchange exchange, Upstream upstream, Octets out) {
    HeaderMap headers = exchange.getRequestHeaders();
    out.clear();
    out.add(exchange.getRequestMethod()).add(" ").addWord(path(exchange)).add(" HTTP/1.1").end();
    String host = host(exchange);
    out.add("Host: ").add(upstream.keepHost() ? host : upstream.authority()).end();
    Set<HttpString> hops = HopByHop.of(headers);
    long cursor = headers.fastIterateNonEmpty();
    while (cursor != -1L) {
      HeaderValues values = headers.fiCurrent(cursor);
      HttpString name = values.getHeaderName();
      if (!OWN.contains(name) && !hops.contains(name) && !isForwarding(name)) {
        for (int i = 0; i < values.size(); i++) {
          out.add(name).add(": ").add(values.get(i)).end();
        }
      }
      cursor = headers.fiNextNonEmpty(cursor);
    }
    cookies(headers, out);
    identity(headers, host, upstream, out);
    forwarding(exchange, host, upstream, out);
    if (HopByHop.has(headers, Headers.TE, "trailers")) {
      out.add("TE: trailers").end();
    }
    if (isUpgrade(exchange)) {
      out.add("Connection: Upgrade").end();
      out.add("Upgrade: ").add(headers.getFirst(Headers.UPGRADE)).end();
    }
    boolean chunked = framing(exchange, out);
    out.end();
    return chunked;
  }

  /** The request target as it came, in its origin form. */
  private static String path(HttpServerExchange exchange) {
    String path = exchange.getRequestURI();
    if (exchange.isHostIncludedInRequestURI()) {
      int authority = path.indexOf("//");
      int slash = authority < 0 ? -1 : path.indexOf('/', authority + 2);
      path = slash < 0 ? "/" : path.substring(slash);
    }
    String query = exchange.getQueryString();
    return query.isEmpty() ? path : path + "?" + query;
  }

  private static String host(HttpServerExchange exchange) {
    String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
    return host == null ? "" : host;
  }

  private static boolean isForwarding(HttpString name) {
    int first = name.length() > 0 ? name.byteAt(0) : 0;
    return first == ':'
        || ((first == 'x' || first == 'X')
            && name.length() > X_FORWARDED.length()
            && name.toString().toLowerCase(Locale.ROOT).startsWith(X_FORWARDED));
  }

  /** One field: HTTP/2 clients send the cookies apart (RFC 9113 section 8.2.3). */
  private static void cookies(HeaderMap headers, Octets out) {
    HeaderValues cookies = headers.get(Headers.COOKIE);
    if (cookies != null && !cookies.isEmpty()) {
      out.add("Cookie: ").add(cookies.getFirst());
      for (int i = 1; i < cookies.size(); i++) {
        out.add("; ").add(cookies.get(i));
      }
      out.end();
    }
  }

  private static void identity(HeaderMap headers, String host, Upstream upstream, Octets out) {
    String ours = "https://" + host;
    String origin = headers.getFirst(Headers.ORIGIN);
    if (origin != null) {
      boolean own = !upstream.keepHost() && origin.equalsIgnoreCase(ours);
      out.add("Origin: ").add(own ? upstream.origin() : origin).end();
    }
    String referer = headers.getFirst(Headers.REFERER);
    if (referer != null) {
      boolean own =
          !upstream.keepHost()
              && referer.regionMatches(true, 0, ours, 0, ours.length())
              && (referer.length() == ours.length() || referer.charAt(ours.length()) == '/');
      out.add("Referer: ")
          .add(own ? upstream.origin() + referer.substring(ours.length()) : referer)
          .end();
    }
  }

  private static void forwarding(
      HttpServerExchange exchange, String host, Upstream upstream, Octets out) {
    InetSocketAddress source = exchange.getSourceAddress();
    String client = source.getAddress().getHostAddress();
    int scope = client.indexOf('%');
    String address = scope < 0 ? client : client.substring(0, scope);
    out.add("X-Forwarded-For: ").add(address).end();
    if (upstream.keepHost()) {
      String node = address.indexOf(':') < 0 ? address : "\"[" + address + "]\"";
      out.add("X-Forwarded-Host: ").add(host).end();
      out.add("X-Forwarded-Proto: https").end();
      out.add("Forwarded: for=" + node + ";host=\"").add(host).add("\";proto=https").end();
    }
    String via = exchange.getRequestHeaders().getFirst(VIA);
    out.add("V6cert-Via: ").add(via == null ? INSTANCE : via + " " + INSTANCE).end();
  }

  private static boolean framing(HttpServerExchange exchange, Octets out) {
    String length = exchange.getRequestHeaders().getFirst(Headers.CONTENT_LENGTH);
    if (!exchange.isRequestComplete()) {
      if (length == null) {
        out.add("Transfer-Encoding: chunked").end();
        return true;
      }
      out.add("Content-Length: ").addWord(length).end();
    } else if (length != null || carriesContent(exchange.getRequestMethod())) {
      out.add("Content-Length: 0").end();
    }
    return false;
  }

  private static boolean carriesContent(HttpString method) {
    return method.equals(Methods.POST)
        || method.equals(Methods.PUT)
        || method.equals(Methods.PATCH);
  }
}
