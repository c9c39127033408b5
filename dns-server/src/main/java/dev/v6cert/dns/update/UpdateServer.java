package dev.v6cert.dns.update;

/**
 * A name server that takes updates.
 *
 * @param host its name or address
 * @param port its TCP port
 */
public record UpdateServer(String host, int port) {

  /** The port of DNS. */
  public static final int PORT = 53;

  /** The server as it is typed: {@code ns1.example.org}, {@code [2001:db8::1]:5353}. */
  @Override
  public String toString() {
    if (port == PORT) {
      return host;
    }
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
