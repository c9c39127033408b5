package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.Ipv6Address;
import java.util.Locale;

/** A way to write an IPv6 address as one DNS label. */
public enum NameForm {
  /** Eight groups without leading zeros: {@code 2800-3f0-4001-810-0-0-0-200e}. */
  EXPANDED {
    @Override
    public String label(Ipv6Address address) {
      return groups(address, "%x");
    }
  },

  /**
   * Eight groups of four digits: {@code 2a01-04f8-0c17-0b8f-0000-0000-0000-0002}. No group of it
   * ever reads as a decimal octet.
   */
  PADDED {
    @Override
    public String label(Ipv6Address address) {
      return groups(address, "%04x");
    }
  },

  /** The text of RFC 5952 with {@code -} for {@code :}, as in {@code 2001-db8--1}. */
  COMPRESSED {
    @Override
    public String label(Ipv6Address address) {
      return address.toString().replace(':', '-');
    }
  },

  /** 32 hexadecimal digits. */
  HEX {
    @Override
    public String label(Ipv6Address address) {
      return String.format(Locale.ROOT, "%016x%016x", address.high(), address.low());
    }
  };

  /** The label that carries {@code address} in this form. */
  public abstract String label(Ipv6Address address);

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
