package dev.v6cert.ipv6;

import java.util.Optional;

/** The text forms of an IPv6 address: RFC 4291 section 2.2 in, RFC 5952 section 4 out. */
final class Ipv6Text {
  private Ipv6Text() {}

  /** RFC 5952 text with {@code separator} in the place of the colon. */
  static String format(Ipv6Address address, char separator) {
    int runStart = -1;
    int runLength = 1; // A single zero group is never shortened (RFC 5952 section 4.2.2).
    for (int start = 0; start < Ipv6Address.GROUPS; start++) {
      int end = start;
      while (end < Ipv6Address.GROUPS && address.group(end) == 0) {
        end++;
      }
      if (end - start > runLength) {
        runStart = start;
        runLength = end - start;
      }
      start = Math.max(start, end - 1);
    }
    StringBuilder text = new StringBuilder(39);
    for (int i = 0; i < Ipv6Address.GROUPS; i++) {
      if (i == runStart) {
        text.append(separator).append(separator);
        i += runLength - 1;
      } else {
        if (i > 0 && i != runStart + runLength) {
          text.append(separator);
        } else if (i > 0 && runStart < 0) {
          text.append(separator);
        }
        text.append(Integer.toHexString(address.group(i)));
      }
    }
    return text.toString();
  }

  static Optional<Ipv6Address> parse(String text) {
    int[] groups = new int[Ipv6Address.GROUPS];
    int count = 0;
    int gap = -1;
    int at = 0;
    int length = text.length();
    if (text.startsWith("::")) {
      gap = 0;
      at = 2;
    }
    while (at < length) {
      if (count == Ipv6Address.GROUPS) {
        return Optional.empty();
      }
      int end = groupEnd(text, at);
      if (end < length && text.charAt(end) == '.') {
        return withQuad(text.substring(at), groups, count, gap);
      }
      if (end == at || end - at > 4) {
        return Optional.empty();
      }
      groups[count++] = Integer.parseInt(text, at, end, 16);
      at = end;
      if (at == length) {
        break;
      }
      if (text.charAt(at) != ':' || at + 1 == length) {
        return Optional.empty();
      }
      at++;
      if (text.charAt(at) == ':') {
        if (gap >= 0) {
          return Optional.empty();
        }
        gap = count;
        at++;
      }
    }
    return assemble(groups, count, gap);
  }

  private static int groupEnd(String text, int start) {
    int end = start;
    while (end < text.length() && Character.digit(hexOnly(text.charAt(end)), 16) >= 0) {
      end++;
    }
    return end;
  }

  private static Optional<Ipv6Address> withQuad(String text, int[] groups, int count, int gap) {
    Optional<Ipv4Address> quad = Ipv4Address.tryParse(text);
    if (quad.isEmpty() || count > Ipv6Address.GROUPS - 2) {
      return Optional.empty();
    }
    groups[count] = quad.get().bits() >>> 16;
    groups[count + 1] = quad.get().bits() & 0xffff;
    return assemble(groups, count + 2, gap);
  }

  /** Maps what {@link Character#digit} would take beyond ASCII to something it refuses. */
  private static char hexOnly(char c) {
    return c < 0x80 ? c : ' ';
  }

  private static Optional<Ipv6Address> assemble(int[] groups, int count, int gap) {
    boolean full = count == Ipv6Address.GROUPS;
    if (gap < 0 ? !full : full) {
      return Optional.empty();
    }
    int missing = Ipv6Address.GROUPS - count;
    long high = 0;
    long low = 0;
    for (int i = 0; i < Ipv6Address.GROUPS; i++) {
      int group = gap < 0 || i < gap ? groups[i] : i < gap + missing ? 0 : groups[i - missing];
      if (i < 4) {
        high = high << 16 | group;
      } else {
        low = low << 16 | group;
      }
    }
    return Optional.of(new Ipv6Address(high, low));
  }
}
