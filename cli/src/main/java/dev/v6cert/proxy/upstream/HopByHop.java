package dev.v6cert.proxy.upstream;

import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** The header fields that are for one connection only (RFC 9110 section 7.6.1). */
final class HopByHop {

  static final HttpString PROXY_CONNECTION = new HttpString("Proxy-Connection");
  private static final HttpString HTTP2_SETTINGS = new HttpString("HTTP2-Settings");

  private static final Set<HttpString> ALWAYS =
      Set.of(
          Headers.CONNECTION,
          PROXY_CONNECTION,
          Headers.KEEP_ALIVE,
          Headers.PROXY_AUTHENTICATE,
          Headers.PROXY_AUTHORIZATION,
          Headers.TE,
          Headers.TRANSFER_ENCODING,
          Headers.UPGRADE,
          HTTP2_SETTINGS);

  private HopByHop() {}

  /** Those of a message: the well-known ones, and those that its {@code Connection} names. */
  static Set<HttpString> of(HeaderMap headers) {
    HeaderValues values = headers.get(Headers.CONNECTION);
    if (values == null || isUsual(values)) {
      return ALWAYS;
    }
    Set<HttpString> named = new HashSet<>(ALWAYS);
    for (String value : values) {
      for (String token : value.split(",", -1)) {
        if (!token.isBlank()) {
          named.add(new HttpString(token.strip()));
        }
      }
    }
    return named;
  }

  private static boolean isUsual(HeaderValues values) {
    String only = values.size() == 1 ? values.getFirst() : "";
    return only.equalsIgnoreCase("keep-alive")
        || only.equalsIgnoreCase("close")
        || only.equalsIgnoreCase("upgrade");
  }

  /** Whether a list field has the token. */
  static boolean has(HeaderMap headers, HttpString name, String token) {
    HeaderValues values = headers.get(name);
    if (values == null) {
      return false;
    }
    for (String value : values) {
      for (String one : value.split(",", -1)) {
        if (one.strip().toLowerCase(Locale.ROOT).equals(token)) {
          return true;
        }
      }
    }
    return false;
  }
}
