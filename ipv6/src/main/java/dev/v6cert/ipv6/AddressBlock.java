package dev.v6cert.ipv6;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of addresses of one family: all that share the first bits.
 *
 * @param ipv4 whether it is a block of IPv4 addresses
 * @param base the bits of its lowest address; those of IPv4 are the lowest 32
 * @param length the number of bits shared, 0 to 32 or 128
 */
public record AddressBlock(boolean ipv4, Ipv6Address base, int length) {
  private static final int IPV4_BITS = 32;
  private static final int IPV6_BITS = 128;

  /**
   * Checks the length, and that no bit is set behind it.
   *
   * @throws IllegalArgumentException when the values are no block; the message says why
   */
  public AddressBlock {
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
  public static AddressBlock parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    Optional<IpAddress> base = IpAddress.tryParse(address);
    if (base.isEmpty()) {
      throw new IllegalArgumentException("\"" + address + "\" is not an address");
    }
    boolean ipv4 = base.get() instanceof Ipv4Address;
    int most = ipv4 ? IPV4_BITS : IPV6_BITS;
    return new AddressBlock(
        ipv4, widened(base.get()), slash < 0 ? most : length(text.substring(slash + 1)));
  }

  /**
   * Reads what {@link #parse} reads, and lets bits be set behind the prefix length.
   *
   * @throws IllegalArgumentException when the text is neither; the message says why
   */
  public static AddressBlock around(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      return parse(text);
    }
    AddressBlock address = parse(text.substring(0, slash));
    int length = length(text.substring(slash + 1));
    int free = Math.max(address.length() - length, 0);
    long high = address.base().high() & ~ones(free - Long.SIZE);
    long low = address.base().low() & ~ones(free);
    return new AddressBlock(address.ipv4(), new Ipv6Address(high, low), length);
  }

  /** The block of a length that the address is in. */
  public static AddressBlock around(InetAddress address, int length) {
    return around(IpAddress.from(address) + "/" + length);
  }

  private static int length(String digits) {
    int length = digits.isEmpty() || digits.length() > 3 ? -1 : 0;
    for (int i = 0; i < digits.length() && length >= 0; i++) {
      char digit = digits.charAt(i);
      length = digit >= '0' && digit <= '9' ? length * 10 + (digit - '0') : -1;
    }
    if (length < 0) {
      throw new IllegalArgumentException("\"" + digits + "\" is not a prefix length");
    }
    return length;
  }

  /** An IPv4 address in the lowest bits of a wider one; an IPv6 address as it is. */
  public static Ipv6Address widened(IpAddress address) {
    // Not a switch, for which the JVM makes a class at the start of each light command.
    return address instanceof Ipv4Address v4
        ? new Ipv6Address(0, Integer.toUnsignedLong(v4.bits()))
        : (Ipv6Address) address;
  }

  /** Whether an address with these halves lies in the block; an IPv4 address in the lowest bits. */
  public boolean contains(long high, long low) {
    int free = freeBits();
    return ((base.high() ^ high) & ~ones(free - Long.SIZE)) == 0
        && ((base.low() ^ low) & ~ones(free)) == 0;
  }

  /** Whether the address lies in the block; one of the other family never does. */
  public boolean contains(IpAddress address) {
    Ipv6Address halves = widened(address);
    return ipv4 == address instanceof Ipv4Address && contains(halves.high(), halves.low());
  }

  /** Whether all addresses of the other block lie in this one. */
  public boolean contains(AddressBlock other) {
    return ipv4 == other.ipv4
        && length <= other.length
        && contains(other.base.high(), other.base.low());
  }

  /**
   * One of the blocks of a greater length that this one consists of.
   *
   * @param index its place among them, from 0
   */
  public AddressBlock part(int index, int partLength) {
    int shift = (ipv4 ? IPV4_BITS : IPV6_BITS) - partLength;
    long high = shift < Long.SIZE ? 0 : (long) index << (shift - Long.SIZE);
    long low = shift < Long.SIZE ? (long) index << shift : 0;
    return new AddressBlock(
        ipv4, new Ipv6Address(base.high() | high, base.low() | low), partLength);
  }

  /** Its lowest address. */
  public IpAddress address() {
    return ipv4 ? new Ipv4Address((int) base.low()) : base;
  }

  /** The number of bits behind the prefix. */
  public int freeBits() {
    return (ipv4 ? IPV4_BITS : IPV6_BITS) - length;
  }

  /** The number whose lowest {@code count} bits are set: none below 0, all from 64 on. */
  public static long ones(int count) {
    return count <= 0 ? 0 : count >= 64 ? -1L : (1L << count) - 1;
  }

  /** The block as {@link #parse} reads it. */
  @Override
  public String toString() {
    return address() + "/" + length;
  }
}
