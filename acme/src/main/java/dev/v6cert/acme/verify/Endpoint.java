package dev.v6cert.acme.verify;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The address of a TLS server.
 *
 * @param host a name or an address, without brackets
 * @param port from 1 to 65535
 */
public record Endpoint(String host, int port) {

  private static final Pattern TEXT =
      Pattern.compile("(?:\\[([0-9A-Fa-f:.%]+)\\]|([^:\\s\\[\\]/]+)):(\\d{1,5})");

  private static final int MAX_PORT = 65535;

  /**
   * Reads {@code host:port}, an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException when it is no such text
   */
  public static Endpoint parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is not HOST:PORT such as localhost:443 or [::1]:443");
    }
    int port = Integer.parseInt(matcher.group(3));
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("a port is a number from 1 to " + MAX_PORT);
    }
    String address = matcher.group(1);
    return new Endpoint(address == null ? matcher.group(2) : address, port);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
