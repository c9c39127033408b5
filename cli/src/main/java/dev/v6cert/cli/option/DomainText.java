package dev.v6cert.cli.option;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import java.net.IDN;

/** Names for a certificate, as people write them, and what they meant where they are none. */
public final class DomainText {
  private static final String WILDCARD = "*.";

  private DomainText() {}

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException when the text is none; the message says why, or what to type
   */
  public static HostName read(String text) {
    if (text.startsWith(WILDCARD)) {
      throw new IllegalArgumentException(
          "type the name without \"*.\"; --wildcard adds the names below it");
    }
    if (text.contains("://")) {
      throw new IllegalArgumentException("it is the address of a page; type the name in it");
    }
    if (Ipv6Address.tryParse(text).isPresent() || Ipv4Address.tryParse(text).isPresent()) {
      throw new IllegalArgumentException("it is an address; --ip is for this machine's IPv6 one");
    }
    if (!text.chars().allMatch(character -> character < 0x80)) {
      throw new IllegalArgumentException(spelled(text));
    }
    return HostName.of(text);
  }

  private static String spelled(String text) {
    try {
      return "certificates spell it " + IDN.toASCII(text) + ": type that";
    } catch (IllegalArgumentException e) {
      return "it has characters that no name has";
    }
  }
}
