package dev.v6cert.ipv6;

import java.util.Optional;

/**
 * A 32-bit IPv4 address.
 *
 * @param bits the four octets in network order, the first one highest
 */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {

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

  /** The four octets, in network order. */
  public byte[] octets() {
    return new byte[] {
      (byte) (bits >>> 24), (byte) (bits >>> 16), (byte) (bits >>> 8), (byte) bits
    };
  }

  /** Unsigned numeric order. */
  @Override
  public int compareTo(Ipv4Address other) {
    return Integer.compareUnsigned(bits, other.bits);
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
