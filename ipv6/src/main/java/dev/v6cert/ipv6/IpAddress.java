package dev.v6cert.ipv6;

import java.net.InetAddress;
import java.util.Optional;

/** An IP address of either family, without a zone id. */
public sealed interface IpAddress extends Comparable<IpAddress> permits Ipv4Address, Ipv6Address {

  /**
   * Reads an address of either family; the text of {@link Ipv6Address#parse} or of {@link
   * Ipv4Address#parse}.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static IpAddress parse(String text) {
    Optional<IpAddress> address = tryParse(text);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IP address");
    }
    return address.get();
  }

  /** Like {@link #parse}, empty where the text is no address. */
  static Optional<IpAddress> tryParse(String text) {
    return text.indexOf(':') >= 0
        ? Ipv6Address.tryParse(text).map(v6 -> v6)
        : Ipv4Address.tryParse(text).map(v4 -> v4);
  }

  /** The address of a JDK value; a scope id is left out. */
  static IpAddress from(InetAddress address) {
    Optional<Ipv6Address> v6 = Ipv6Address.from(address);
    return v6.isPresent() ? v6.get() : Ipv4Address.of(address.getAddress());
  }

  /** The family. */
  IpFamily family();

  /** The purpose of the address. */
  AddressScope scope();

  /** The octets in network order: 4 or 16. */
  byte[] octets();

  /** This address for the JDK's sockets, without a scope id. */
  InetAddress toInetAddress();

  /** The host part of a URL (RFC 3986 section 3.2.2): {@code [2001:db8::1]}, {@code 192.0.2.1}. */
  String urlHost();

  /** Numeric order, IPv6 before IPv4. */
  @Override
  int compareTo(IpAddress other);
}
