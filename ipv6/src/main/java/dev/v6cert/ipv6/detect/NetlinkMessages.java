package dev.v6cert.ipv6.detect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The netlink messages of {@code linux/rtnetlink.h} that list interfaces and addresses. */
final class NetlinkMessages {
  static final int RTM_NEWLINK = 16;
  static final int RTM_GETLINK = 18;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;

  /** Set on a part of a dump when something changed while it was made. */
  static final int NLM_F_DUMP_INTR = 0x10;

  private static final int NLM_F_REQUEST = 0x1;
  private static final int NLM_F_DUMP = 0x300;
  private static final int AF_INET = 2;
  private static final int AF_INET6 = 10;
  private static final int HEADER = 16;
  private static final int IFADDRMSG = 8;
  private static final int IFINFOMSG = 16;
  private static final int ATTRIBUTE_TYPE = 0x3fff; // Above are NLA_F_NESTED and byte order.

  private static final int IFA_ADDRESS = 1;
  private static final int IFA_LOCAL = 2;
  private static final int IFA_CACHEINFO = 6;
  private static final int IFA_FLAGS = 8;
  private static final int IFLA_IFNAME = 3;
  private static final int IFLA_OPERSTATE = 16;
  private static final int IFLA_LINKINFO = 18;
  private static final int IFLA_INFO_KIND = 1;
  private static final int IF_OPER_UP = 6;
  private static final int IF_OPER_UNKNOWN = 0;
  private static final int INFINITE = -1;

  private NetlinkMessages() {}

  /** A request for everything of one type, of every family. */
  static ByteBuffer dumpRequest(int type) {
    int body = type == RTM_GETADDR ? IFADDRMSG : IFINFOMSG;
    ByteBuffer request = ByteBuffer.allocate(HEADER + body).order(ByteOrder.nativeOrder());
    request.putInt(HEADER + body);
    request.putShort((short) type);
    request.putShort((short) (NLM_F_REQUEST | NLM_F_DUMP));
    request.putInt(1); // The sequence number; the socket has one exchange at a time.
    request.putInt(0);
    request.put((byte) 0); // AF_UNSPEC
    return request.position(0);
  }

  /** One message: its type, its flags, and what follows its header. */
  record Message(int type, int flags, ByteBuffer body) {}

  /** Takes the next message from a datagram. */
  static Message next(ByteBuffer datagram) throws IOException {
    int start = datagram.position();
    if (datagram.remaining() < HEADER) {
      throw new IOException("netlink: a message is cut short");
    }
    int length = datagram.getInt(start);
    if (length < HEADER || length > datagram.remaining()) {
      throw new IOException("netlink: a message says it has " + length + " octets");
    }
    int type = Short.toUnsignedInt(datagram.getShort(start + 4));
    int flags = Short.toUnsignedInt(datagram.getShort(start + 6));
    ByteBuffer body = slice(datagram, start + HEADER, length - HEADER);
    datagram.position(Math.min(start + aligned(length), datagram.limit()));
    return new Message(type, flags, body);
  }

  /** The error number in an error message; 0 is an acknowledgement. */
  static int errno(ByteBuffer body) throws IOException {
    requireAtLeast(Integer.BYTES, body);
    return -body.getInt(0);
  }

  /** The interface in a message that announces one. */
  static HostInterface link(ByteBuffer body) throws IOException {
    requireAtLeast(IFINFOMSG, body);
    int type = Short.toUnsignedInt(body.getShort(2));
    int index = body.getInt(4);
    Map<Integer, ByteBuffer> attributes = attributes(body, IFINFOMSG);
    String name = text(attributes.get(IFLA_IFNAME));
    ByteBuffer state = attributes.get(IFLA_OPERSTATE);
    int operational = state == null || !state.hasRemaining() ? IF_OPER_UNKNOWN : state.get(0);
    ByteBuffer made = attributes.get(IFLA_LINKINFO);
    String kind = made == null ? "" : text(attributes(made, 0).get(IFLA_INFO_KIND));
    return new HostInterface(
        name,
        index,
        operational == IF_OPER_UP || operational == IF_OPER_UNKNOWN,
        InterfaceKind.isTunnelName(name)
            || InterfaceKind.isTunnelKind(kind)
            || InterfaceKind.isTunnelType(Integer.toString(type)));
  }

  /** Whether a message about an address is about one of IPv6 or IPv4. */
  static boolean isIp(ByteBuffer body) throws IOException {
    requireAtLeast(IFADDRMSG, body);
    return body.get(0) == AF_INET6 || body.get(0) == AF_INET;
  }

  /** The index of the interface that has the address in a message that announces one. */
  static int interfaceIndex(ByteBuffer body) throws IOException {
    requireAtLeast(IFADDRMSG, body);
    return body.getInt(4);
  }

  /** The address in a message that announces one. */
  static InterfaceAddress address(ByteBuffer body, HostInterface on) throws IOException {
    requireAtLeast(IFADDRMSG, body);
    int prefixLength = Byte.toUnsignedInt(body.get(1));
    Map<Integer, ByteBuffer> attributes = attributes(body, IFADDRMSG);
    // On a point-to-point link IFA_ADDRESS is the other end; IFA_LOCAL, where it is, is this one.
    ByteBuffer octets = attributes.getOrDefault(IFA_LOCAL, attributes.get(IFA_ADDRESS));
    boolean ipv6 = body.get(0) == AF_INET6;
    if (octets == null || octets.remaining() != (ipv6 ? 16 : 4)) {
      throw new IOException("netlink: an address message has no address");
    }
    ByteBuffer wide = attributes.get(IFA_FLAGS);
    ByteBuffer cache = attributes.get(IFA_CACHEINFO);
    requireAtLeast(Integer.BYTES, wide);
    requireAtLeast(2 * Integer.BYTES, cache);
    int flags = wide == null ? Byte.toUnsignedInt(body.get(2)) : wide.getInt(0);
    octets.order(ByteOrder.BIG_ENDIAN);
    return new InterfaceAddress(
        ipv6
            ? new Ipv6Address(octets.getLong(0), octets.getLong(8))
            : new Ipv4Address(octets.getInt(0)),
        prefixLength,
        on,
        ipv6 ? AddressFlag.ofLinux(flags, prefixLength) : AddressFlag.ofLinuxIpv4(flags),
        cache == null ? Lifetime.UNKNOWN : lifetime(cache.getInt(0)),
        cache == null ? Lifetime.UNKNOWN : lifetime(cache.getInt(4)));
  }

  private static void requireAtLeast(int octets, @Nullable ByteBuffer part) throws IOException {
    if (part != null && part.remaining() < octets) {
      throw new IOException("netlink: a message is cut short");
    }
  }

  private static Lifetime lifetime(int seconds) {
    return seconds == INFINITE
        ? Lifetime.FOREVER
        : Lifetime.ofSeconds(Integer.toUnsignedLong(seconds));
  }

  private static Map<Integer, ByteBuffer> attributes(ByteBuffer body, int start) {
    Map<Integer, ByteBuffer> attributes = new HashMap<>();
    int at = start;
    while (at + 4 <= body.limit()) {
      int length = Short.toUnsignedInt(body.getShort(at));
      if (length < 4 || at + length > body.limit()) {
        break;
      }
      int type = body.getShort(at + 2) & ATTRIBUTE_TYPE;
      attributes.put(type, slice(body, at + 4, length - 4));
      at += aligned(length);
    }
    return attributes;
  }

  private static String text(@Nullable ByteBuffer zeroEnded) {
    if (zeroEnded == null) {
      return "";
    }
    String text = UTF_8.decode(zeroEnded.duplicate()).toString();
    int end = text.indexOf(0);
    return end < 0 ? text : text.substring(0, end);
  }

  private static ByteBuffer slice(ByteBuffer of, int start, int length) {
    return of.slice(start, length).order(of.order());
  }

  private static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
