package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.Ipv6Address;
import java.util.Locale;
import java.util.Optional;

/**
 * Compares the values in rules with the fields of an {@link InboundConnection}. Its source is
 * anybody: a value that leaves out most of the Internet is not for it.
 */
record PacketMatcher(InboundConnection connection) {

  private static final int BITS = 128;

  /** The global unicast addresses, 2000::/3 (RFC 4291 section 2.4): what anybody has. */
  private static final Ipv6Address LOWEST = new Ipv6Address(0x2000_0000_0000_0000L, 0);

  private static final Ipv6Address HIGHEST = new Ipv6Address(0x3fff_ffff_ffff_ffffL, -1L);

  /** A port that clients are given by every system. */
  private static final int EPHEMERAL = 50000;

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
        default -> Ternary.UNKNOWN;
      };
    }
    String[] ends = value.split("[-:]", -1);
    return Ternary.of(
        Integer.parseInt(ends[0]) <= port && port <= Integer.parseInt(ends[ends.length - 1]));
  }

  Ternary protocol(String value) {
    return Ternary.of(value.equals("tcp") || value.equals("6") || value.equals("all"));
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
        .map(range -> Ternary.of(range.contains(connection.to(), connection.to())))
        .orElse(Ternary.UNKNOWN);
  }

  /** An address, prefix or range that the packet comes from. */
  Ternary source(String value) {
    return Range.of(value)
        .map(range -> Ternary.of(range.contains(LOWEST, HIGHEST)))
        .orElse(Ternary.UNKNOWN);
  }

  /** Addresses, both ends included. */
  private record Range(Ipv6Address from, Ipv6Address to) {

    static Optional<Range> of(String text) {
      String[] ends = text.split("-", 2);
      String[] parts = ends[0].split("/", 2);
      Optional<Ipv6Address> first = Ipv6Address.tryParse(parts[0]);
      if (first.isEmpty() || (parts.length == 2 && !parts[1].matches("\\d{1,3}"))) {
        return Optional.empty();
      }
      if (ends.length == 2) {
        return Ipv6Address.tryParse(ends[1]).map(last -> new Range(first.get(), last));
      }
      int length = parts.length == 2 ? Integer.parseInt(parts[1]) : BITS;
      long high = length >= Long.SIZE ? 0 : -1L >>> length;
      long low = length >= BITS ? 0 : -1L >>> Math.max(length - Long.SIZE, 0);
      return Optional.of(
          new Range(
              first.get(), new Ipv6Address(first.get().high() | high, first.get().low() | low)));
    }

    boolean contains(Ipv6Address lowest, Ipv6Address highest) {
      return from.compareTo(lowest) <= 0 && highest.compareTo(to) <= 0;
    }
  }
}
