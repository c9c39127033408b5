package dev.v6cert.ipv6;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A 128-bit IPv6 address, without a zone id. Its text is the canonical form of RFC 5952, the only
 * one that certificate authorities accept for an IP identifier; the JDK's {@code getHostAddress()}
 * writes another.
 *
 * @param high the first 64 bits, in network order
 * @param low the last 64 bits, in network order
 */
public record Ipv6Address(long high, long low) implements IpAddress {

  /** The number of 16-bit groups in an address. */
  public static final int GROUPS = 8;

  /**
   * The address of the given 16 octets, in network order.
   *
   * @throws IllegalArgumentException when there are not exactly 16
   */
  public static Ipv6Address of(byte[] octets) {
    if (octets.length != 16) {
      throw new IllegalArgumentException(
          "an IPv6 address has 16 octets, these are " + octets.length);
    }
    ByteBuffer buffer = ByteBuffer.wrap(octets);
    return new Ipv6Address(buffer.getLong(), buffer.getLong());
  }

  /**
   * Reads any text form of RFC 4291 section 2.2, an embedded dotted quad included; a zone id is
   * refused.
   *
   * @throws IllegalArgumentException when the text is no IPv6 address
   */
  public static Ipv6Address parse(String text) {
    Optional<Ipv6Address> address = tryParse(text);
    if (address.isEmpty()) {
      throw new IllegalArgumentException("\"" + text + "\" is not an IPv6 address");
    }
    return address.get();
  }

  /** Like {@link #parse}, empty where the text is no IPv6 address. */
  public static Optional<Ipv6Address> tryParse(String text) {
    return Ipv6Text.parse(text);
  }

  // Written out: what the compiler gives a record is linked anew by every process, for 20 ms.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ipv6Address address && high == address.high && low == address.low;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(high) + Long.hashCode(low);
  }

  /** The group at {@code index} (0 the leftmost, 7 the rightmost), 0 to 0xffff. */
  public int group(int index) {
    if (index < 0 || index >= GROUPS) {
      throw new IndexOutOfBoundsException(index);
    }
    long half = index < 4 ? high : low;
    return (int) (half >>> (48 - 16 * (index & 3))) & 0xffff;
  }

  @Override
  public IpFamily family() {
    return IpFamily.IPV6;
  }

  @Override
  public AddressScope scope() {
    return AddressScope.of(this);
  }

  @Override
  public String urlHost() {
    return "[" + this + "]";
  }

  @Override
  public byte[] octets() {
    return ByteBuffer.allocate(16).putLong(high).putLong(low).array();
  }

  @Override
  public Inet6Address toInetAddress() {
    try {
      return Inet6Address.getByAddress(null, octets(), -1);
    } catch (UnknownHostException e) {
      throw new AssertionError("16 octets are always an address", e);
    }
  }

  /** The address of a JDK value, empty for IPv4; a scope id is left out. */
  public static Optional<Ipv6Address> from(InetAddress address) {
    return address instanceof Inet6Address v6 ? Optional.of(of(v6.getAddress())) : Optional.empty();
  }

  @Override
  public int compareTo(IpAddress other) {
    if (!(other instanceof Ipv6Address v6)) {
      return -1;
    }
    int byHigh = Long.compareUnsigned(high, v6.high);
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, v6.low);
  }

  /** The text of RFC 5952 section 4: lower case, the longest run of zero groups as {@code ::}. */
  @Override
  public String toString() {
    return Ipv6Text.format(this, ':');
  }
}
