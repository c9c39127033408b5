package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A way to write an address as one DNS label. An IPv4 address is the dashed quad {@code
 * 198-51-100-7} in every form but {@link #HEX}: a leading zero or a run of zeros is nothing there.
 */
public enum NameForm {
  /** Eight groups without leading zeros: {@code 2800-3f0-4001-810-0-0-0-200e}. */
  EXPANDED {
    @Override
    String label(Ipv6Address address) {
      return groups(address, "%x");
    }
  },

  /**
   * Eight groups of four digits: {@code 2a01-04f8-0c17-0b8f-0000-0000-0000-0002}. No group of it
   * ever reads as a decimal octet.
   */
  PADDED {
    @Override
    String label(Ipv6Address address) {
      return groups(address, "%04x");
    }
  },

  /** The text of RFC 5952 with {@code -} for {@code :}, as in {@code 2001-db8--1}. */
  COMPRESSED {
    @Override
    String label(Ipv6Address address) {
      return address.toString().replace(':', '-');
    }
  },

  /** 32 hexadecimal digits; 8 of an IPv4 address. */
  HEX {
    @Override
    String label(Ipv6Address address) {
      return String.format(Locale.ROOT, "%016x%016x", address.high(), address.low());
    }
  };

  /** The label that carries an address of either family in this form. */
  public final String label(IpAddress address) {
    if (address instanceof Ipv6Address v6) {
      return label(v6);
    }
    return this == HEX
        ? HexFormat.of().formatHex(address.octets())
        : address.toString().replace('.', '-');
  }

  /** The label that carries {@code address} in this form. */
  abstract String label(Ipv6Address address);

  private static String groups(Ipv6Address address, String format) {
    StringBuilder label = new StringBuilder(39);
    for (int i = 0; i < Ipv6Address.GROUPS; i++) {
      if (i > 0) {
        label.append('-');
      }
      label.append(String.format(Locale.ROOT, format, address.group(i)));
    }
    return label.toString();
  }
}
