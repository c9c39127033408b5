package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * The octets of {@code sockaddr_in} and {@code sockaddr_in6}, ip(7) and ipv6(7): family and scope
 * in the order of the machine, all else in the order of the network.
 */
final class SocketAddress {
  /** The length of {@code sockaddr_in6}, the longer one. */
  static final int MAX_LENGTH = 28;

  private static final int IPV4_LENGTH = 16;
  private static final long FAMILY = 0;
  private static final long PORT = 2;
  private static final long IPV4 = 4;
  private static final long IPV6 = 8;
  private static final long SCOPE = 24;

  private static final ValueLayout.OfShort NATIVE_SHORT = ValueLayout.JAVA_SHORT;
  private static final ValueLayout.OfInt NATIVE_INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfShort NETWORK_SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt NETWORK_INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong NETWORK_LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private SocketAddress() {}

  /** The octets of an address and port. */
  static MemorySegment allocate(SegmentAllocator allocator, InetSocketAddress address) {
    byte[] octets = address.getAddress().getAddress();
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    MemorySegment segment = allocator.allocate(ipv6 ? MAX_LENGTH : IPV4_LENGTH, Long.BYTES);
    segment.set(NATIVE_SHORT, FAMILY, (short) (ipv6 ? LinuxCalls.AF_INET6 : LinuxCalls.AF_INET));
    segment.set(NETWORK_SHORT, PORT, (short) address.getPort());
    MemorySegment.copy(octets, 0, segment, JAVA_BYTE, ipv6 ? IPV6 : IPV4, octets.length);
    if (address.getAddress() instanceof Inet6Address scoped) {
      segment.set(NATIVE_INT, SCOPE, scoped.getScopeId());
    }
    return segment;
  }

  /** The port of the address at {@code at}. */
  static int port(MemorySegment segment, long at) {
    return Short.toUnsignedInt(segment.get(NETWORK_SHORT, at + PORT));
  }

  /** The first half of the address at {@code at}; an IPv4 address is mapped into IPv6. */
  static long high(MemorySegment segment, long at) {
    return isIpv6(segment, at) ? segment.get(NETWORK_LONG, at + IPV6) : 0;
  }

  /** The second half of the address at {@code at}; an IPv4 address is mapped into IPv6. */
  static long low(MemorySegment segment, long at) {
    return isIpv6(segment, at)
        ? segment.get(NETWORK_LONG, at + IPV6 + Long.BYTES)
        : 0xffff_0000_0000L | Integer.toUnsignedLong(segment.get(NETWORK_INT, at + IPV4));
  }

  /** The address at {@code at} as a value; one of IPv4 that is mapped into IPv6 as IPv4. */
  static InetSocketAddress read(MemorySegment segment, long at) {
    boolean ipv6 = isIpv6(segment, at);
    byte[] octets = new byte[ipv6 ? 16 : 4];
    MemorySegment.copy(segment, JAVA_BYTE, at + (ipv6 ? IPV6 : IPV4), octets, 0, octets.length);
    int scope = ipv6 ? segment.get(NATIVE_INT, at + SCOPE) : 0;
    try {
      InetAddress address =
          scope == 0
              ? InetAddress.getByAddress(octets)
              : Inet6Address.getByAddress(null, octets, scope);
      return new InetSocketAddress(address, port(segment, at));
    } catch (UnknownHostException e) {
      throw new AssertionError("an address has 4 or 16 octets", e);
    }
  }

  private static boolean isIpv6(MemorySegment segment, long at) {
    return segment.get(NATIVE_SHORT, at + FAMILY) == LinuxCalls.AF_INET6;
  }
}
