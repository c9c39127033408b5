package dev.v6cert.dns.fast;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.BlockList;
import org.xbill.DNS.Name;

/** Which names and addresses are answered, asked about octets and numbers. */
final class NameFilter {
  /** The number of octets beyond the longest name that must be writable to look at a name. */
  static final int SLACK = 2 + BlockList.SLACK;

  private final AddressFilter addresses;
  private final BlockList blockList;

  NameFilter(AddressFilter addresses) {
    this.addresses = addresses;
    this.blockList = addresses.blockList();
  }

  /** Whether the IPv4 address may be answered. */
  boolean permitsIpv4(int bits) {
    return addresses.permitsIpv4(bits);
  }

  /** Whether the IPv6 address may be answered. */
  boolean permitsIpv6(long high, long low) {
    return addresses.permitsIpv6(high, low);
  }

  /** Whether a leading IPv4 address is the only one of a name. */
  boolean hasLanNames() {
    return addresses.rules().lanNames();
  }

  /** Whether every name in a zone is blocked, by a label or a word in its apex. */
  boolean blocksAllIn(Name apex) {
    return blockList.blocksName(apex.toString(true));
  }

  /**
   * Whether the name of an address may be blocked, whatever the address, in a zone that is not
   * blocked as a whole.
   *
   * @param starts where the labels of the name start, {@code count} of them
   * @param dotted a dot and the labels left of the apex, {@code length} octets; the rest of the
   *     name is written behind
   */
  boolean blocksName(byte[] octets, int[] starts, int count, byte[] dotted, int length) {
    if (!blockList.mayBlockName(dotted, length)) {
      return false;
    }
    int first = starts[0];
    int end = starts[count - 1] - first + 1 + octets[starts[count - 1]];
    System.arraycopy(octets, first + length, dotted, length, end - length);
    for (int i = count - 1; i >= 0 && starts[i] - first >= length; i--) {
      dotted[starts[i] - first] = '.';
    }
    dotted[end] = '.';
    return blockList.blocksName(dotted, length, end + 1);
  }
}
