package dev.v6cert.proxy.upstream;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A server that requests are handed on to.
 *
 * @param tls whether it speaks HTTPS
 * @param host a name or an address, IPv6 without brackets; {@code localhost} stands for both
 *     loopback addresses
 * @param port 1 to 65535
 * @param keepHost whether it sees the public name, rather than its own, as {@code Host}
 * @param socket the Unix socket that it listens on, in place of the port
 */
public record Upstream(
    boolean tls, String host, int port, boolean keepHost, Optional<Path> socket) {

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** A server that listens on a port. */
  public Upstream(boolean tls, String host, int port, boolean keepHost) {
    this(tls, host, port, keepHost, Optional.empty());
  }

  /** A server that listens on a Unix socket, and sees {@code Host: localhost}. */
  public static Upstream unix(Path socket, boolean keepHost) {
    return new Upstream(false, "localhost", HTTP, keepHost, Optional.of(socket));
  }

  /** A server on this machine that speaks plain HTTP. */
  public static Upstream local(int port) {
    return new Upstream(false, "localhost", port, false);
  }

  /** The value of {@code Host}: without the port where it is the scheme's own. */
  public String authority() {
    String literal = host.indexOf(':') < 0 ? host : "[" + host + "]";
    return port == (tls ? HTTPS : HTTP) ? literal : literal + ":" + port;
  }

  /** The origin as a browser writes it (RFC 6454 section 6.2). */
  public String origin() {
    return (tls ? "https://" : "http://") + authority();
  }

  @Override
  public String toString() {
    return socket.map(path -> "unix:" + path).orElseGet(this::origin);
  }
}
