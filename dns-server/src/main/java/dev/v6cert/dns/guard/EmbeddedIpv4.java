package dev.v6cert.dns.guard;

/**
 * IPv4 addresses inside IPv6 ones: a connection to the latter may end at the former. An address may
 * have one in its prefix or behind it, and another in its interface identifier.
 */
final class EmbeddedIpv4 {
  /** Stands for "none"; an address is 0 to 2^32 - 1. */
  static final long NONE = -1;

  private static final long LOCAL_NAT64 = 0x0064_ff9b_0001L; // 64:ff9b:1::/48, RFC 8215
  private static final long NAT64 = 0x0064_ff9b_0000_0000L; // 64:ff9b::/96, RFC 6052
  private static final int TEREDO = 0x2001_0000; // 2001::/32, RFC 4380
  private static final int SIX_TO_FOUR = 0x2002; // 2002::/16, RFC 3056
  private static final int MAPPED = 0xffff; // ::ffff:0:0/96, RFC 4291
  private static final long TRANSLATED = 0xffff_0000L; // ::ffff:0:0:0/96, RFC 2765
  private static final int ISATAP = 0x0000_5efe; // RFC 5214
  private static final int GLOBAL_ISATAP = 0x0200_5efe;

  private EmbeddedIpv4() {}

  /** Whether an address may have one; for most of those in use it is soon said that it has not. */
  static boolean isPossible(long high, long low) {
    return high >>> 61 != 1
        || high >>> 48 == SIX_TO_FOUR
        || (int) (high >>> 32) == TEREDO
        || isIsatap(low);
  }

  /**
   * The address that the form of the prefix shows: IPv4-mapped, IPv4-compatible, IPv4-translated,
   * NAT64, 6to4 and Teredo (its client).
   */
  static long inPrefix(long high, long low) {
    if (high >>> 48 == SIX_TO_FOUR) {
      return high >>> 16 & 0xffff_ffffL;
    }
    if ((int) (high >>> 32) == TEREDO) {
      return ~low & 0xffff_ffffL;
    }
    long upper = low >>> 32;
    boolean atEnd =
        high >>> 16 == LOCAL_NAT64
            || (high == NAT64 && upper == 0)
            || (high == 0 && (upper == MAPPED || upper == TRANSLATED))
            // ::2 is no address of a host 0.0.0.2, and ::1 is the loopback address.
            || (high == 0 && upper == 0 && low >>> 24 != 0);
    return atEnd ? low & 0xffff_ffffL : NONE;
  }

  /** The address in an interface identifier of ISATAP. */
  static long inInterface(long low) {
    return isIsatap(low) ? low & 0xffff_ffffL : NONE;
  }

  private static boolean isIsatap(long low) {
    int upper = (int) (low >>> 32);
    return upper == ISATAP || upper == GLOBAL_ISATAP;
  }

  /**
   * The four octets that NAT64 takes for an IPv4 address where its prefix has {@code length} bits:
   * 32, 40, 48, 56, 64 or 96. The octet in bits 64 to 71 is left out (RFC 6052 section 2.2).
   */
  static int afterPrefix(int length, long high, long low) {
    return switch (length) {
      case 32 -> (int) high;
      case 40 -> (int) ((high << 8) | ((low >>> 48) & 0xff));
      case 48 -> (int) ((high << 16) | ((low >>> 40) & 0xffff));
      case 56 -> (int) ((high << 24) | ((low >>> 32) & 0xff_ffff));
      case 64 -> (int) (low >>> 24);
      case 96 -> (int) low;
      default -> throw new IllegalArgumentException("no prefix of NAT64 has this length");
    };
  }
}
