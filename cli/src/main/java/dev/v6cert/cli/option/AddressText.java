package dev.v6cert.cli.option;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import java.net.InetAddress;
import java.util.Optional;

/** IP addresses of either family, as people write them in settings. */
public final class AddressText {
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
    throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
  }

  /**
   * Reads the address of a certificate.
   *
   * @throws IllegalArgumentException when the text is none; where it is one as lists of addresses
   *     show it, with a prefix length or an interface behind it, the message says what to type
   */
  public static IpAddress ip(String text) {
    Optional<IpAddress> address = IpAddress.tryParse(text);
    if (address.isPresent()) {
      return address.get();
    }
    String why = "\"" + text + "\" is not an IP address";
    int end = Math.max(text.indexOf('/'), text.indexOf('%'));
    if (end > 0 && IpAddress.tryParse(text.substring(0, end)).isPresent()) {
      why = "leave out \"" + text.substring(end) + "\": " + text.substring(0, end);
    }
    throw new IllegalArgumentException(why);
  }
}
