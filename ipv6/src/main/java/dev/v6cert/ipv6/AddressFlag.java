package dev.v6cert.ipv6;

import java.util.Set;
import java.util.TreeSet;

/** A property that the operating system keeps of an address; the names are those of Linux. */
public enum AddressFlag {
  /** Made at random and soon replaced, for outgoing connections (RFC 8981). */
  TEMPORARY(0x01),
  /** Taken without a check that nobody else has it. */
  NODAD(0x02),
  /** Usable although the check for duplicates is still running (RFC 4429). */
  OPTIMISTIC(0x04),
  /** Another host on the link has it. */
  DADFAILED(0x08),
  /** No longer to be used for new connections: its preferred lifetime is over (RFC 4862). */
  DEPRECATED(0x20),
  /** Not yet usable: the check for duplicates is still running (RFC 4862 section 5.4). */
  TENTATIVE(0x40),
  /** Set by hand or by a program, without an end. */
  PERMANENT(0x80),
  /** Temporary addresses are made beside it. */
  MANAGETEMPADDR(0x100),
  /** Its interface identifier is random but the same on every visit to the link (RFC 7217). */
  STABLE_PRIVACY(0x800),
  /**
   * Leased by DHCP. Linux does not say so; there it is an IPv6 address with an end and a /128, or
   * an IPv4 address with an end.
   */
  DHCP(0);

  private static final AddressFlag[] ALL = values();
  private static final int SINGLE = 128;

  private final int linuxBit;

  AddressFlag(int linuxBit) {
    this.linuxBit = linuxBit;
  }

  /** The flags in the {@code IFA_F_*} bits of an IPv4 address; the bit of TEMPORARY is another. */
  public static Set<AddressFlag> ofLinuxIpv4(int bits) {
    Set<AddressFlag> flags = new TreeSet<>();
    flags.add((bits & PERMANENT.linuxBit) != 0 ? PERMANENT : DHCP);
    if ((bits & DEPRECATED.linuxBit) != 0) {
      flags.add(DEPRECATED);
    }
    return flags;
  }

  /** The flags in the {@code IFA_F_*} bits of an IPv6 address of Linux. */
  public static Set<AddressFlag> ofLinux(int bits, int prefixLength) {
    // An EnumSet would start reflection, which costs a short command more than all the reading.
    Set<AddressFlag> flags = new TreeSet<>();
    for (AddressFlag flag : ALL) {
      if ((bits & flag.linuxBit) != 0) {
        flags.add(flag);
      }
    }
    if (prefixLength == SINGLE && !flags.contains(PERMANENT) && !flags.contains(TEMPORARY)) {
      flags.add(DHCP);
    }
    return flags;
  }
}
