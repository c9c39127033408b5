package dev.v6cert.cli.command;

import dev.v6cert.ipv6.Ipv4Address;
import java.net.InetAddress;

/** IP addresses of either family, as people write them in settings. */
final class AddressText {
  private AddressText() {}

  /**
   * Reads an address. Unlike the JDK it does not take {@code 1.2.3} for {@code 1.2.0.3}.
   *
   * @throws IllegalArgumentException when the text is no address; the message says so
   */
  static InetAddress read(String text) {
    try {
      if (text.contains(":") || Ipv4Address.tryParse(text).isPresent()) {
        return InetAddress.ofLiteral(text);
      }
    } catch (IllegalArgumentException e) {
      // Said below, as for text of any other kind.
    }
    throw new IllegalArgumentException("\"" + text + "\" is no IP address");
  }
}
