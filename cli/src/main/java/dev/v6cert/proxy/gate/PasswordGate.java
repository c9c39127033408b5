package dev.v6cert.proxy.gate;

import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Lets in who knows a name and its password (RFC 7617). */
public final class PasswordGate implements Gate {

  private static final String SCHEME = "Basic ";

  /** Digests of {@code name:password}; the words themselves are not kept. */
  private final List<byte[]> known;

  private PasswordGate(List<byte[]> known) {
    this.known = known;
  }

  /**
   * A gate for lines of {@code name:password}; empty ones and those that begin with {@code #} are
   * left out.
   *
   * @throws IllegalArgumentException with the reason, when a line is something else or all are
   *     empty
   */
  public static PasswordGate of(List<String> lines) {
    List<byte[]> known = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      int colon = line.indexOf(':');
      if (colon < 1 || colon == line.length() - 1) {
        throw new IllegalArgumentException("line " + (i + 1) + " is not NAME:PASSWORD");
      }
      String password = line.substring(colon + 1);
      if (password.startsWith("$2")
          || password.startsWith("$apr1$")
          || password.startsWith("{SHA}")) {
        throw new IllegalArgumentException(
            "line " + (i + 1) + " has a hash of htpasswd, and a password in clear is needed");
      }
      known.add(Secrets.digest(line));
    }
    if (known.isEmpty()) {
      throw new IllegalArgumentException("it has no line NAME:PASSWORD");
    }
    return new PasswordGate(known);
  }

  @Override
  public Verdict check(HttpServerExchange exchange) {
    String given = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    if (given == null || !isKnown(given)) {
      return new Verdict.AskPassword();
    }
    if (CrossOrigin.isForeign(exchange)) {
      return new Verdict.Refused("A page of another site may not use this one.");
    }
    exchange.getRequestHeaders().remove(Headers.AUTHORIZATION);
    return new Verdict.Pass();
  }

  private boolean isKnown(String given) {
    if (!given.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return false;
    }
    byte[] digest;
    try {
      byte[] pair = Base64.getDecoder().decode(given.substring(SCHEME.length()).strip());
      digest = Secrets.digest(new String(pair, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return false;
    }
    boolean found = false;
    for (byte[] one : known) {
      found |= MessageDigest.isEqual(one, digest); // All of them, so that the time tells nothing.
    }
    return found;
  }
}
