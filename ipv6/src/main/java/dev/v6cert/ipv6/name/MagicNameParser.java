package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Optional;

/**
 * Finds the addresses in a relative name, over its octets and without allocating: the name, dotted,
 * in; addresses out, until the next {@code parse}. Octets that are no letter, digit or {@code -}
 * match nothing; only {@code .} separates labels. One thread at a time.
 *
 * <p>The grammar is that of sslip.io and nip.io with two changes. An A record never comes from text
 * that the IPv6 match used: a certificate authority falls back from AAAA to A, so a stray A would
 * let the holder of that IPv4 address validate the name. And eight dotted groups that end at the
 * apex are an IPv6 address.
 *
 * <p>A <em>boundary</em> is the start or the end of the name, a {@code .}, or a {@code -}. A
 * <em>run</em> is a maximal stretch of octets that are hexadecimal digits.
 */
public final class MagicNameParser {
  private final NameOctets octets = new NameOctets();
  private int from;
  private int to;

  /** The place of the IPv6 match; empty ({@code to} to {@code to}) where there is none. */
  private int usedFrom;

  private int usedTo;

  private boolean hasIpv6;
  private long high;
  private long low;
  private boolean hasIpv4;
  private int bits;

  /** The end of the octets of the last quad. */
  private int quadEnd;

  private int quadBits;

  /** The groups of a dashed match, or those before its gap, shifted in from the right. */
  private long dashedHigh;

  private long dashedLow;
  private int groups;

  /** The number of groups before the gap; negative without one. */
  private int gap;

  /** The end of the octets of the address; negative where there is none yet. */
  private int dashedEnd;

  /** Reads the relative name that stands at {@code from} (inclusive) to {@code to} (exclusive). */
  public void parse(byte[] name, int from, int to) {
    reset(name, from, to);
    hasIpv6 = findIpv6();
    hasIpv4 = findIpv4();
  }

  /** Like {@link #parse}, where only an IPv6 address is of interest. */
  public void parseIpv6(byte[] name, int from, int to) {
    reset(name, from, to);
    hasIpv6 = findIpv6();
    hasIpv4 = false;
  }

  /** Looks for an IPv4 address as if no IPv6 address claimed its text. */
  void parseIpv4Only(byte[] name, int from, int to) {
    reset(name, from, to);
    hasIpv6 = false;
    hasIpv4 = findIpv4();
  }

  private void reset(byte[] name, int from, int to) {
    this.from = from;
    this.to = to;
    usedFrom = to;
    usedTo = to;
    octets.read(name, from, to);
  }

  // Most forms can be ruled out by the number of their separators.

  private boolean findIpv6() {
    return ((octets.dashes() >= 7 || octets.hasGap()) && findDashedIpv6())
        || (octets.dots() >= 7 && findDottedIpv6())
        || (to - from >= 32 && findHex32());
  }

  private boolean findIpv4() {
    return (octets.dashes() >= 3 && findQuad('-'))
        || (octets.dots() >= 3 && findQuad('.'))
        || (to - from >= 8 && findHex8());
  }

  /** Whether the name carries an IPv6 address. */
  public boolean hasIpv6() {
    return hasIpv6;
  }

  /** The first 64 bits of the IPv6 address, when there is one. */
  public long ipv6High() {
    return high;
  }

  /** The last 64 bits of the IPv6 address, when there is one. */
  public long ipv6Low() {
    return low;
  }

  /** The place of the IPv6 address in the octets, when there is one. */
  int ipv6Start() {
    return usedFrom;
  }

  /** Whether the name carries an IPv4 address. */
  public boolean hasIpv4() {
    return hasIpv4;
  }

  /** The IPv4 address, first octet highest, when there is one. */
  public int ipv4Bits() {
    return bits;
  }

  /** The IPv6 address, as a value. */
  public Optional<Ipv6Address> ipv6() {
    return hasIpv6 ? Optional.of(new Ipv6Address(high, low)) : Optional.empty();
  }

  /** The IPv4 address, as a value. */
  public Optional<Ipv4Address> ipv4() {
    return hasIpv4 ? Optional.of(new Ipv4Address(bits)) : Optional.empty();
  }

  /** The number of dots in the name. */
  public int dots() {
    return octets.dots();
  }

  // IPv6

  private boolean findDashedIpv6() {
    for (int start = from; start < to; start = octets.nextToken(start)) {
      if (matchDashedIpv6(start)) {
        usedFrom = start;
        return true;
      }
    }
    return false;
  }

  /**
   * Matches the longest dashed address that starts at {@code start}: eight groups, or fewer around
   * one {@code --}, the last two of them perhaps a dotted quad.
   */
  private boolean matchDashedIpv6(int start) {
    dashedHigh = 0;
    dashedLow = 0;
    groups = 0;
    gap = -1;
    dashedEnd = -1;
    int at = octets.isGap(start) ? openGap(start) : start;
    while (groups < 8) {
      int runEnd = octets.runEnd(at);
      if (gap >= 0 && groups <= 5 && octets.is('.', runEnd) && matchQuad(at, '.')) {
        append(32, Integer.toUnsignedLong(quadBits));
        groups += 2;
        accept(quadEnd);
        break;
      }
      int length = runEnd - at;
      if (length < 1 || length > 4 || !octets.isBoundary(runEnd) || (gap >= 0 && groups == 7)) {
        break;
      }
      append(16, octets.group(at, length));
      groups++;
      at = runEnd;
      if (gap >= 0 || groups == 8) {
        accept(at);
      }
      if (gap < 0 && groups < 8 && octets.isGap(at)) {
        at = openGap(at);
      } else if (octets.is('-', at)) {
        at++;
      } else {
        break;
      }
    }
    usedTo = dashedEnd < 0 ? to : dashedEnd;
    return dashedEnd >= 0;
  }

  /** Takes the {@code --} at {@code at}, after which the address may end; returns its end. */
  private int openGap(int at) {
    gap = groups;
    int behind = at + 2;
    if (octets.isBoundary(behind)) {
      accept(behind);
    }
    return behind;
  }

  private void append(int width, long group) {
    dashedHigh = dashedHigh << width | dashedLow >>> (64 - width);
    dashedLow = dashedLow << width | group;
  }

  /** Takes the groups up to {@code at} as the address, with zeros put in at the gap. */
  private void accept(int at) {
    dashedEnd = at;
    if (gap < 0 || groups == 8) {
      high = dashedHigh;
      low = dashedLow;
      return;
    }
    int tail = 16 * (groups - gap);
    long tailHigh = tail <= 64 ? 0 : dashedHigh & mask(tail - 64);
    long tailLow = tail >= 64 ? dashedLow : dashedLow & mask(tail);
    int left = 16 * (8 - groups); // How far the groups before the gap move.
    long headHigh = dashedHigh & ~tailHigh;
    long headLow = dashedLow & ~tailLow;
    if (left >= 64) {
      headHigh = left == 128 ? 0 : headLow << (left - 64);
      headLow = 0;
    } else {
      headHigh = headHigh << left | headLow >>> (64 - left);
      headLow <<= left;
    }
    high = headHigh | tailHigh;
    low = headLow | tailLow;
  }

  private static long mask(int lowBits) {
    return lowBits == 0 ? 0 : -1L >>> (64 - lowBits);
  }

  /** Matches the last eight labels, when at least one of them is no decimal octet. */
  private boolean findDottedIpv6() {
    long groupsHigh = 0;
    long groupsLow = 0;
    boolean decimal = true;
    int end = to;
    for (int group = 0; group < 8; group++) {
      int start = end;
      while (start > from && octets.isDigit(start - 1)) {
        start--;
      }
      int length = end - start;
      if (length < 1 || length > 4) {
        return false;
      }
      groupsLow = groupsLow >>> 16 | groupsHigh << 48;
      groupsHigh = groupsHigh >>> 16 | octets.hex(start, end) << 48;
      decimal &= octets.octet(start, end) >= 0;
      boolean atDot = start > from && octets.is('.', start - 1);
      if (group == 7) {
        if (decimal || !(atDot || start == from)) {
          return false;
        }
        usedFrom = start;
        usedTo = to;
      } else if (!atDot) {
        return false;
      }
      end = start - 1;
    }
    high = groupsHigh;
    low = groupsLow;
    return true;
  }

  /** Matches the leftmost label that is 32 hexadecimal digits. */
  private boolean findHex32() {
    for (int start = from; start < to; start = octets.nextToken(start)) {
      int end = octets.runEnd(start);
      boolean isLabel =
          (start == from || octets.is('.', start - 1)) && (end == to || octets.is('.', end));
      if (end - start == 32 && isLabel) {
        high = octets.hex(start, start + 16);
        low = octets.hex(start + 16, end);
        usedFrom = start;
        usedTo = end;
        return true;
      }
    }
    return false;
  }

  // IPv4

  private boolean findQuad(char separator) {
    for (int start = from; start < to; start = octets.nextToken(start)) {
      if (matchQuad(start, separator) && isUnused(start, quadEnd)) {
        bits = quadBits;
        return true;
      }
    }
    return false;
  }

  private boolean findHex8() {
    for (int start = from; start < to; start = octets.nextToken(start)) {
      int end = octets.runEnd(start);
      if (end - start == 8 && octets.isBoundary(end) && isUnused(start, end)) {
        bits = (int) octets.hex(start, end);
        return true;
      }
    }
    return false;
  }

  /** Matches four decimal octets with a boundary behind them; leaves them in the quad fields. */
  private boolean matchQuad(int start, char separator) {
    int value = 0;
    int at = start;
    for (int i = 0; i < 4; i++) {
      int end = octets.runEnd(at);
      int octet = octets.octet(at, end);
      if (octet < 0) {
        return false;
      }
      value = value << 8 | octet;
      at = end;
      if (i < 3) {
        if (!octets.is(separator, at)) {
          return false;
        }
        at++;
      }
    }
    if (!octets.isBoundary(at)) {
      return false;
    }
    quadBits = value;
    quadEnd = at;
    return true;
  }

  private boolean isUnused(int start, int end) {
    return end <= usedFrom || start >= usedTo;
  }
}
