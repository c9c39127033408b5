package dev.v6cert.dns.fast;

import dev.v6cert.dns.guard.AddressFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Which names and addresses are answered, asked about octets and numbers. */
final class NameFilter {
  private final AddressFilter addresses;
  private final LabelSet labels;
  private final boolean hasLabels;
  private final List<Fragment> fragments;

  private record Fragment(Caseless text, int length) {
    static Fragment of(String text) {
      return new Fragment(new Caseless(text.getBytes(StandardCharsets.US_ASCII)), text.length());
    }
  }

  NameFilter(AddressFilter addresses) {
    this.addresses = addresses;
    this.labels =
        new LabelSet(addresses.blockList().labels().stream().map(NameFilter::wire).toList());
    this.hasLabels = !addresses.blockList().labels().isEmpty();
    this.fragments = addresses.blockList().fragments().stream().map(Fragment::of).toList();
  }

  private static byte[] wire(String label) {
    byte[] text = label.getBytes(StandardCharsets.US_ASCII);
    byte[] wire = new byte[1 + text.length];
    wire[0] = (byte) text.length;
    System.arraycopy(text, 0, wire, 1, text.length);
    return wire;
  }

  /** Whether the IPv4 address may be answered. */
  boolean permitsIpv4(int bits) {
    return addresses.permitsIpv4(bits);
  }

  /** Whether the IPv6 address may be answered. */
  boolean permitsIpv6(long high, long low) {
    return addresses.permitsIpv6(high, low);
  }

  /**
   * Whether the name of an address is blocked, whatever the address.
   *
   * @param starts where the labels left of the apex start, {@code count} of them
   * @param relative the same labels, dotted, {@code length} octets
   */
  boolean blocksName(byte[] octets, int[] starts, int count, byte[] relative, int length) {
    if (hasLabels) {
      for (int i = 0; i < count; i++) {
        if (labels.contains(octets, starts[i])) {
          return true;
        }
      }
    }
    for (int i = 0; i < fragments.size(); i++) {
      Fragment fragment = fragments.get(i);
      for (int at = 0; at <= length - fragment.length; at++) {
        if (fragment.text.matches(relative, at)) {
          return true;
        }
      }
    }
    return false;
  }
}
