package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses of one family: all that share the first bits.
 *
 * @param ipv4 whether it is a block of IPv4 addresses
 * @param base its lowest address; that of an IPv4 block in the lowest 32 bits
 * @param length the number of bits shared, 0 to 32 or 128
 */
public record Cidr(boolean ipv4, Ipv6Address base, int length) {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /**
   * Checks the length, and that no bit is set behind it.
   *
   * @throws IllegalArgumentException when the values are no block; the message says why
   */
  public Cidr {
    int most = ipv4 ? IPV4_BITS : IPV6_BITS;
    if (length < 0 || length > most) {
      throw new IllegalArgumentException("a prefix length is 0 to " + most);
    }
    int free = most - length;
    if ((base.high() & ones(free - Long.SIZE)) != 0 || (base.low() & ones(free)) != 0) {
      throw new IllegalArgumentException("the address has bits set behind the prefix length");
    }
  }

  /**
   * Reads {@code address} or {@code address/length}, of either family.
   *
   * @throws IllegalArgumentException when the text is neither; the message says why
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    Optional<Ipv4Address> v4 = Ipv4Address.tryParse(address);
    Ipv6Address base =
        v4.map(Cidr::widened)
            .or(() -> Ipv6Address.tryParse(address))
            .orElseThrow(() -> new IllegalArgumentException("\"" + address + "\" is no address"));
    int most = v4.isPresent() ? IPV4_BITS : IPV6_BITS;
    return new Cidr(v4.isPresent(), base, slash < 0 ? most : length(text.substring(slash + 1)));
  }

  /**
   * Reads what {@link #parse} reads, and lets bits be set behind the prefix length.
   *
   * @throws IllegalArgumentException when the text is neither; the message says why
   */
  public static Cidr around(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return parse(text);
    }
    Cidr address = parse(text.substring(0, slash));
    int length = length(text.substring(slash + 1));
    int free = Math.max(address.length() - length, 0);
    long high = address.base().high() & ~ones(free - Long.SIZE);
    long low = address.base().low() & ~ones(free);
    return new Cidr(address.ipv4(), new Ipv6Address(high, low), length);
  }

  /** The block of a length that the address is in. */
  public static Cidr around(InetAddress address, int length) {
    String literal = address.getHostAddress();
    int scope = literal.indexOf('%');
    return around((scope < 0 ? literal : literal.substring(0, scope)) + "/" + length);
  }

  /** The block as {@link #parse} reads it. */
  public String text() {
    return (ipv4 ? new Ipv4Address((int) base.low()).toString() : base.toString()) + "/" + length;
  }

  private static int length(String digits) {
    if (!digits.matches("[0-9]{1,3}")) {
      throw new IllegalArgumentException("\"" + digits + "\" is no prefix length");
    }
    return Integer.parseInt(digits);
  }

  /** An IPv4 address in the lowest bits of a wider one. */
  static Ipv6Address widened(Ipv4Address address) {
    return new Ipv6Address(0, Integer.toUnsignedLong(address.bits()));
  }

  /** Whether an address with these halves lies in the block; an IPv4 address in the lowest bits. */
  boolean contains(long high, long low) {
    int free = freeBits();
    return ((base.high() ^ high) & ~ones(free - Long.SIZE)) == 0
        && ((base.low() ^ low) & ~ones(free)) == 0;
  }

  /** Whether the address lies in the block; one of the other family never does. */
  public boolean contains(InetAddress address) {
    Ipv6Address halves =
        Ipv6Address.from(address)
            .orElseGet(() -> widened(Ipv4Address.parse(address.getHostAddress())));
    return ipv4 == address instanceof Inet4Address && contains(halves.high(), halves.low());
  }

  /**
   * One of the blocks of a greater length that this one consists of.
   *
   * @param index its place among them, from 0
   */
  public Cidr part(int index, int partLength) {
    int shift = (ipv4 ? IPV4_BITS : IPV6_BITS) - partLength;
    long high = shift < Long.SIZE ? 0 : (long) index << (shift - Long.SIZE);
    long low = shift < Long.SIZE ? (long) index << shift : 0;
    return new Cidr(ipv4, new Ipv6Address(base.high() | high, base.low() | low), partLength);
  }

  /** The number of bits behind the prefix. */
  int freeBits() {
    return (ipv4 ? IPV4_BITS : IPV6_BITS) - length;
  }

  /** The number whose lowest {@code count} bits are set: none below 0, all from 64 on. */
  static long ones(int count) {
    return count <= 0 ? 0 : count >= 64 ? -1L : (1L << count) - 1;
  }
}
