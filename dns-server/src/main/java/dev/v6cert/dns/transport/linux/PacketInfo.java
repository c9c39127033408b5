package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;

/**
 * The control message that tells which address a datagram was sent to, {@code IP_PKTINFO} of ip(7)
 * or {@code IPV6_PKTINFO} of ipv6(7). Sent back with the reply, it is where the reply leaves from.
 */
final class PacketInfo {
  /** The space for one control message of either kind, in octets. */
  static final int STRIDE = 64;

  /** The alignment of control messages. */
  static final int ALIGNMENT = 8;

  // struct cmsghdr: size_t length, int level, int type; musl has 32-bit length and padding.
  private static final long LEVEL = 8;
  private static final long TYPE = 12;
  private static final long DATA = 16;

  /** The interface in {@code struct in_pktinfo}, which begins with it. */
  private static final long IPV4_INTERFACE = DATA;

  /** The interface in {@code struct in6_pktinfo}, behind the address. */
  private static final long IPV6_INTERFACE = DATA + 16;

  private PacketInfo() {}

  /**
   * Makes what was received at {@code at} fit to be sent. The interface is taken out, since the way
   * back is for the routing table to say; but a link-local address means nothing without it.
   *
   * @param length of what was received; 0 where it was not asked for
   */
  static void turnAround(MemorySegment controls, long at, long length) {
    if (length <= DATA || controls.get(JAVA_LONG, at) <= DATA) {
      return;
    }
    int level = controls.get(JAVA_INT, at + LEVEL);
    int type = controls.get(JAVA_INT, at + TYPE);
    if (level == LinuxCalls.IPPROTO_IP && type == LinuxCalls.IP_PKTINFO) {
      controls.set(JAVA_INT, at + IPV4_INTERFACE, 0);
    } else if (level == LinuxCalls.IPPROTO_IPV6
        && type == LinuxCalls.IPV6_PKTINFO
        && !isLinkLocal(controls, at + DATA)) {
      controls.set(JAVA_INT, at + IPV6_INTERFACE, 0);
    }
  }

  private static boolean isLinkLocal(MemorySegment controls, long address) {
    return (controls.get(JAVA_BYTE, address) & 0xff) == 0xfe
        && (controls.get(JAVA_BYTE, address + 1) & 0xc0) == 0x80;
  }
}
