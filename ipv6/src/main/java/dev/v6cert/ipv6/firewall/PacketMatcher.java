package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares the values in rules with the fields of an {@link InboundConnection}. Its source is
 * anybody: a value that leaves out most of the Internet is not for it.
 */
record PacketMatcher(InboundConnection connection) {

  /** The global unicast addresses: what anybody has (RFC 4291 section 2.4, RFC 1122 3.2.1.3). */
  private static final Range ANYBODY =
      new Range(IpAddress.parse("2000::"), new Ipv6Address(0x3fff_ffff_ffff_ffffL, -1L));

  private static final Range ANYBODY_BY_IPV4 =
      new Range(IpAddress.parse("1.0.0.0"), IpAddress.parse("223.255.255.255"));

  /** A port that clients are given by every system. */
  private static final int EPHEMERAL = 50000;

  /** Whether the packet is of IPv6. */
  boolean isIpv6() {
    return connection.to().family() == IpFamily.IPV6;
  }

  /** A port or a range such as {@code 80-443} or {@code 80:443}, of this machine. */
  Ternary port(String value) {
    return port(value, connection.port());
  }

  /** The same, of the stranger. */
  Ternary sourcePort(String value) {
    return port(value, EPHEMERAL);
  }

  private static Ternary port(String value, int port) {
    if (!value.matches("\\d{1,5}([-:]\\d{1,5})?")) {
      return switch (value) {
        case "http" -> Ternary.of(port == 80);
        case "https" -> Ternary.of(port == 443);
        case "domain" -> Ternary.of(port == 53);
        default -> Ternary.UNKNOWN;
      };
    }
    String[] ends = value.split("[-:]", -1);
    return Ternary.of(
        Integer.parseInt(ends[0]) <= port && port <= Integer.parseInt(ends[ends.length - 1]));
  }

  /** Whether the packet is of the protocol, which has its name or its number. */
  Ternary protocol(String value) {
    IpProtocol transport = connection.transport();
    return Ternary.of(
        value.equalsIgnoreCase(transport.name())
            || value.equals(Integer.toString(transport.number()))
            || value.equals("all"));
  }

  /** A connection tracking state, of nft or iptables. */
  Ternary state(String value) {
    return Ternary.of(value.toLowerCase(Locale.ROOT).equals("new"));
  }

  /** An interface; a name may end in {@code *} or {@code +} for any rest. */
  Ternary device(String value) {
    String name = value.replace("\"", "");
    if (connection.on().isEmpty()) {
      return name.equals("lo") ? Ternary.NO : Ternary.UNKNOWN;
    }
    return Ternary.of(
        (name.endsWith("*") || name.endsWith("+"))
            ? connection.on().get().startsWith(name.substring(0, name.length() - 1))
            : connection.on().get().equals(name));
  }

  /** An address, prefix or range that the packet is for. */
  Ternary destination(String value) {
    return Range.of(value)
        .map(range -> Ternary.of(range.contains(new Range(connection.to(), connection.to()))))
        .orElse(Ternary.UNKNOWN);
  }

  /** An address, prefix or range that the packet comes from. */
  Ternary source(String value) {
    return Range.of(value)
        .map(range -> Ternary.of(range.contains(isIpv6() ? ANYBODY : ANYBODY_BY_IPV4)))
        .orElse(Ternary.UNKNOWN);
  }

  /** Addresses, both ends included. */
  private record Range(IpAddress from, IpAddress to) {

    static Optional<Range> of(String text) {
      String[] ends = text.split("-", 2);
      String[] parts = ends[0].split("/", 2);
      Optional<IpAddress> first = IpAddress.tryParse(parts[0]);
      if (first.isEmpty() || (parts.length == 2 && !parts[1].matches("\\d{1,3}"))) {
        return Optional.empty();
      }
      if (ends.length == 2) {
        return IpAddress.tryParse(ends[1]).map(last -> new Range(first.get(), last));
      }
      int bits = first.get().family().bits();
      int length = parts.length == 2 ? Integer.parseInt(parts[1]) : bits;
      return length > bits
          ? Optional.empty()
          : Optional.of(new Range(first.get(), last(first.get(), length)));
    }

    /** The last address of the prefix that the first one begins. */
    private static IpAddress last(IpAddress first, int length) {
      return switch (first) {
        case Ipv4Address v4 ->
            new Ipv4Address(v4.bits() | (length == Integer.SIZE ? 0 : -1 >>> length));
        case Ipv6Address v6 ->
            new Ipv6Address(
                v6.high() | (length >= Long.SIZE ? 0 : -1L >>> length),
                v6.low() | (length == 2 * Long.SIZE ? 0 : -1L >>> Math.max(length - Long.SIZE, 0)));
      };
    }

    boolean contains(Range other) {
      return from.compareTo(other.from) <= 0 && other.to.compareTo(to) <= 0;
    }
  }
}
