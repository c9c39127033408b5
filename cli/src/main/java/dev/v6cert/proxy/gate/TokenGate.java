package dev.v6cert.proxy.gate;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lets in who has the link. Its token is exchanged for a cookie and taken out of the address at
 * once, so that neither the history of the browser nor a Referer nor the server behind has it.
 *
 * <p>The cookie's name begins with {@code __Host-}: browsers then refuse it from a neighbour in the
 * zone, who could otherwise set one for all names (RFC 6265bis section 4.1.3.2). It is Lax, since a
 * Strict one is missing from the very redirect that follows a link on another page.
 */
public final class TokenGate implements Gate {

  /** The query parameter with the token. */
  public static final String PARAMETER = "v6cert";

  private static final String COOKIE = "__Host-v6cert";
  private static final String COOKIE_START = COOKIE + "=";
  private static final String PARAMETER_START = PARAMETER + "=";
  private static final int MAX_AGE_SECONDS = 7 * 24 * 3600;

  private final String token;
  private final String pass;

  private TokenGate(String token, String pass) {
    this.token = token;
    this.pass = pass;
  }

  /** A gate with a token of its own. */
  public static TokenGate create() {
    return new TokenGate(Secrets.random(), Secrets.random());
  }

  /** The address that lets in: that of the page, with the token. */
  public String link(String address) {
    return address + "?" + PARAMETER_START + token;
  }

  @Override
  public Verdict check(HttpServerExchange exchange) {
    HeaderMap headers = exchange.getRequestHeaders();
    boolean known = takeCookie(headers);
    String referer = headers.getFirst(Headers.REFERER);
    if (referer != null && referer.contains(PARAMETER_START)) {
      headers.remove(Headers.REFERER);
    }
    Optional<String> typed = parameter(exchange.getQueryString());
    if (typed.isPresent()) {
      boolean reads =
          exchange.getRequestMethod().equals(Methods.GET)
              || exchange.getRequestMethod().equals(Methods.HEAD);
      return reads && Secrets.isSame(typed.get(), token)
          ? new Verdict.Enter(
              address(exchange),
              COOKIE_START
                  + pass
                  + "; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="
                  + MAX_AGE_SECONDS)
          : new Verdict.Refused("This link is not, or no longer, valid.");
    }
    if (!known) {
      return new Verdict.Refused("Open the link that v6cert has printed, or scan its QR code.");
    }
    return CrossOrigin.isForeign(exchange)
        ? new Verdict.Refused("A page of another site may not use this one.")
        : new Verdict.Pass();
  }

  /** Takes every cookie of the gate's name out of the request; whether one of them is right. */
  private boolean takeCookie(HeaderMap headers) {
    HeaderValues values = headers.get(Headers.COOKIE);
    if (values == null) {
      return false;
    }
    boolean known = false;
    boolean changed = false;
    List<String> others = new ArrayList<>();
    for (String value : values) {
      if (!value.contains(COOKIE)) {
        others.add(value);
        continue;
      }
      changed = true;
      List<String> kept = new ArrayList<>();
      for (String cookie : value.split(";", -1)) {
        String one = cookie.strip();
        if (one.startsWith(COOKIE_START)) {
          known |= Secrets.isSame(one.substring(COOKIE_START.length()), pass);
        } else if (!one.isEmpty()) {
          kept.add(one);
        }
      }
      if (!kept.isEmpty()) {
        others.add(String.join("; ", kept));
      }
    }
    if (changed) {
      HttpString name = Headers.COOKIE;
      headers.remove(name);
      headers.addAll(name, others);
    }
    return known;
  }

  private static Optional<String> parameter(String query) {
    if (!query.contains(PARAMETER_START)) {
      return Optional.empty();
    }
    for (String part : query.split("&", -1)) {
      if (part.startsWith(PARAMETER_START)) {
        return Optional.of(part.substring(PARAMETER_START.length()));
      }
    }
    return Optional.empty();
  }

  /** The query without the token. */
  public static String withoutToken(String query) {
    if (!query.contains(PARAMETER_START)) {
      return query;
    }
    List<String> kept = new ArrayList<>();
    for (String part : query.split("&", -1)) {
      if (!part.startsWith(PARAMETER_START)) {
        kept.add(part);
      }
    }
    return String.join("&", kept);
  }

  private static String address(HttpServerExchange exchange) {
    String path = exchange.getRequestURI();
    // Two slashes at the start would lead to another host.
    String own = exchange.isHostIncludedInRequestURI() || !path.startsWith("/") ? "/" : path;
    int start = 0;
    while (start + 1 < own.length() && "/\\".indexOf(own.charAt(start + 1)) >= 0) {
      start++;
    }
    String query = withoutToken(exchange.getQueryString());
    String clean = "/" + own.substring(start + 1);
    return query.isEmpty() ? clean : clean + "?" + query;
  }
}
