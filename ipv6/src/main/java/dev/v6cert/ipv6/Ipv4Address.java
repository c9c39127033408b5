package dev.v6cert.ipv6;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A 32-bit IPv4 address.
 *
 * @param bits the four octets in network order, the first one highest
 */
public record Ipv4Address(int bits) implements IpAddress {

  /**
   * The address of the given four octets, in network order.
   *
   * @throws IllegalArgumentException when there are not exactly four
   */
  public static Ipv4Address of(byte[] octets) {
    if (octets.length != 4) {
      throw new IllegalArgumentException(
          "an IPv4 address has 4 octets, these are " + octets.length);
    }
    return new Ipv4Address(
        octets[0] << 24 | (octets[1] & 0xff) << 16 | (octets[2] & 0xff) << 8 | (octets[3] & 0xff));
  }

  /** The address of a JDK value, empty for IPv6. */
  public static Optional<Ipv4Address> from(InetAddress address) {
    return address instanceof Inet4Address v4 ? Optional.of(of(v4.getAddress())) : Optional.empty();
  }

  /**
   * Reads a dotted quad: four decimal octets 0 to 255 without leading zeros.
   *
   * @throws IllegalArgumentException when the text is no dotted quad
   */
  public static Ipv4Address parse(String text) {
    Optional<Ipv4Address> address = tryParse(text);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IPv4 address");
    }
    return address.get();
  }

  /** Like {@link #parse}, empty where the text is no dotted quad. */
  public static Optional<Ipv4Address> tryParse(String text) {
    int bits = 0;
    int at = 0;
    for (int octet = 0; octet < 4; octet++) {
      int value = 0;
      int start = at;
      while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
        value = value * 10 + (text.charAt(at) - '0');
        at++;
        if (at - start > 3) {
          return Optional.empty();
        }
      }
      boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
      if (at == start || leadingZero || value > 255) {
        return Optional.empty();
      }
      bits = bits << 8 | value;
      if (octet < 3) {
        if (at == text.length() || text.charAt(at) != '.') {
          return Optional.empty();
        }
        at++;
      }
    }
    return at == text.length() ? Optional.of(new Ipv4Address(bits)) : Optional.empty();
  }

  // Written out, as for IPv6: what the compiler gives a record is linked anew by every process.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ipv4Address address && bits == address.bits;
  }

  @Override
  public int hashCode() {
    return bits;
  }

  @Override
  public IpFamily family() {
    return IpFamily.IPV4;
  }

  @Override
  public AddressScope scope() {
    return AddressScope.of(this);
  }

  @Override
  public Inet4Address toInetAddress() {
    try {
      return (Inet4Address) InetAddress.getByAddress(octets());
    } catch (UnknownHostException e) {
      throw new AssertionError("4 octets are always an address", e);
    }
  }

  @Override
  public String urlHost() {
    return toString();
  }

  @Override
  public byte[] octets() {
    return new byte[] {
      (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
    };
  }

  @Override
  public int compareTo(IpAddress other) {
    return other instanceof Ipv4Address v4 ? Integer.compareUnsigned(bits, v4.bits) : 1;
  }

  /** The dotted quad. */
  @Override
  public String toString() {
    return (bits >>> 24)
        + "."
        + (bits >>> 16 & 0xff)
        + "."
        + (bits >>> 8 & 0xff)
        + "."
        + (bits & 0xff);
  }
}
