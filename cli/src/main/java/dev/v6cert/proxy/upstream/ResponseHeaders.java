package dev.v6cert.proxy.upstream;

import dev.v6cert.base.HttpDate;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The header fields of a response as the client gets them: what names the upstream's own origin
 * names the public one.
 */
final class ResponseHeaders {

  private static final HttpString REFRESH = new HttpString("Refresh");
  private static final HttpString ALLOW_ORIGIN = new HttpString("Access-Control-Allow-Origin");
  private static final HttpString ALT_SVC = new HttpString("Alt-Svc");
  private static final List<HttpString> ADDRESSES =
      List.of(Headers.LOCATION, Headers.CONTENT_LOCATION);

  private final Upstream upstream;
  private final List<String> origins;

  ResponseHeaders(Upstream upstream) {
    this.upstream = upstream;
    List<String> own = new ArrayList<>(List.of(upstream.origin()));
    if (upstream.host().equals("localhost")) {
      for (String host : List.of("127.0.0.1", "::1")) {
        own.add(new Upstream(upstream.tls(), host, upstream.port(), false).origin());
      }
    }
    this.origins = List.copyOf(own);
  }

  /** Copies the fields of a response, but for its framing, which is that of the client's side. */
  void copy(ResponseHead head, BodyDecoder body, HttpServerExchange exchange) {
    HeaderMap from = head.headers();
    HeaderMap to = exchange.getResponseHeaders();
    Set<HttpString> hops = HopByHop.of(from);
    to.put(Headers.DATE, HttpDate.now()); // The upstream's, where it has one.
    boolean framed = from.contains(Headers.TRANSFER_ENCODING) || body.endsByClose();
    long cursor = from.fastIterateNonEmpty();
    while (cursor != -1L) {
      HeaderValues values = from.fiCurrent(cursor);
      HttpString name = values.getHeaderName();
      boolean length = name.equals(Headers.CONTENT_LENGTH);
      if (!hops.contains(name) && !(length && framed) && !name.equals(ALT_SVC)) {
        if (length) {
          to.put(name, values.getFirst());
        } else {
          to.putAll(name, values);
        }
      }
      cursor = from.fiNextNonEmpty(cursor);
    }
    if (!upstream.keepHost()) {
      String host = exchange.getRequestHeaders().getFirst(Headers.HOST);
      rewrite(to, "https://" + host);
    }
    narrow(to);
  }

  private void rewrite(HeaderMap headers, String ours) {
    for (HttpString name : ADDRESSES) {
      String value = headers.getFirst(name);
      if (value != null) {
        headers.put(name, moved(value, ours));
      }
    }
    String refresh = headers.getFirst(REFRESH);
    int address = refresh == null ? -1 : refresh.toLowerCase(Locale.ROOT).indexOf("url=");
    if (refresh != null && address >= 0) {
      int start = address + "url=".length();
      headers.put(REFRESH, refresh.substring(0, start) + moved(refresh.substring(start), ours));
    }
    String allowed = headers.getFirst(ALLOW_ORIGIN);
    if (allowed != null && origins.contains(allowed)) {
      headers.put(ALLOW_ORIGIN, ours);
    }
    HeaderValues cookies = headers.get(Headers.SET_COOKIE);
    for (int i = 0; cookies != null && i < cookies.size(); i++) {
      cookies.set(i, ofThisHost(cookies.get(i)));
    }
  }

  private String moved(String address, String ours) {
    for (String origin : origins) {
      if (address.startsWith(origin) && endsAt(address, origin.length())) {
        return ours + address.substring(origin.length());
      }
      int authority = origin.indexOf("//");
      int end = origin.length() - authority;
      if (address.startsWith(origin.substring(authority)) && endsAt(address, end)) {
        return ours + address.substring(end);
      }
    }
    return address;
  }

  private static boolean endsAt(String address, int end) {
    return address.length() == end || "/?#".indexOf(address.charAt(end)) >= 0;
  }

  /** The cookie without a Domain that is the upstream's own name. */
  private String ofThisHost(String cookie) {
    if (!cookie.toLowerCase(Locale.ROOT).contains("domain")) {
      return cookie;
    }
    List<String> kept = new ArrayList<>();
    for (String part : cookie.split(";", -1)) {
      String attribute = part.strip().toLowerCase(Locale.ROOT);
      int equals = attribute.indexOf('=');
      boolean domain =
          !kept.isEmpty() && equals > 0 && attribute.substring(0, equals).strip().equals("domain");
      String value = domain ? attribute.substring(equals + 1).strip() : "";
      String name = value.startsWith(".") ? value.substring(1) : value;
      if (!domain || !(name.equals(upstream.host()) || name.equals("localhost"))) {
        kept.add(part);
      }
    }
    return String.join(";", kept);
  }

  /** A name in a magic zone has no names of its own below it: the neighbours are other people's. */
  private static void narrow(HeaderMap headers) {
    String policy = headers.getFirst(Headers.STRICT_TRANSPORT_SECURITY);
    if (policy != null) {
      List<String> kept = new ArrayList<>();
      for (String directive : policy.split(";", -1)) {
        String name = directive.strip().toLowerCase(Locale.ROOT);
        if (!name.equals("includesubdomains") && !name.equals("preload")) {
          kept.add(directive.strip());
        }
      }
      headers.put(Headers.STRICT_TRANSPORT_SECURITY, String.join("; ", kept));
    }
  }
}
