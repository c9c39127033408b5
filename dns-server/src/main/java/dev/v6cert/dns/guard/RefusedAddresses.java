package dev.v6cert.dns.guard;

import dev.v6cert.ipv6.AddressBlock;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * The addresses that are never answered, whatever the operator's rules say: those that serve
 * attacks and nothing else. docs/threat-model.md gives the reasons at length. An IPv6 address that
 * has an IPv4 address of this table inside is refused as well, see {@link EmbeddedIpv4}; a single
 * address also where NAT64 with a prefix of any length would find it (RFC 6052).
 */
public enum RefusedAddresses {
  THIS_NETWORK("0.0.0.0/8", "reaches the client's own machine, past guards of 127.0.0.0/8"),
  UNSPECIFIED("::/128", "reaches the client's own machine, past guards of ::1"),
  MULTICAST("224.0.0.0/4", "multiplies packets"),
  MULTICAST_IPV6("ff00::/8", "multiplies packets"),
  METADATA("169.254.169.254/32", "metadata of AWS, Azure, Google, Oracle, OpenStack and others"),
  METADATA_GKE("169.254.169.252/32", "metadata of Google's Kubernetes, behind the address above"),
  METADATA_ECS("169.254.170.2/32", "credentials of AWS containers"),
  METADATA_EKS("169.254.170.23/32", "credentials of AWS Kubernetes pods"),
  METADATA_SCALEWAY("169.254.42.42/32", "metadata of Scaleway"),
  METADATA_TENCENT("169.254.0.23/32", "metadata of Tencent Cloud"),
  METADATA_ALIBABA("100.100.100.200/32", "metadata of Alibaba Cloud"),
  METADATA_ORACLE_CLASSIC("192.0.0.192/32", "metadata of Oracle Cloud Classic"),
  WIRE_SERVER("168.63.129.16/32", "host agent of Azure, gives out a machine's certificates"),
  METADATA_AWS_IPV6("fd00:ec2::254/128", "metadata of AWS"),
  METADATA_EKS_IPV6("fd00:ec2::23/128", "credentials of AWS Kubernetes pods"),
  METADATA_GOOGLE_IPV6("fd20:ce::254/128", "metadata of Google"),
  METADATA_ORACLE_IPV6("fd00:c1::a9fe:a9fe/128", "metadata of Oracle Cloud"),
  METADATA_ALIBABA_IPV6("fd00:100::100:200/128", "metadata of Alibaba Cloud"),
  METADATA_SCALEWAY_IPV6("fd00:42::42/128", "metadata of Scaleway"),
  METADATA_LINODE_IPV6("fd00:a9fe:a9fe::1/128", "metadata of Linode"),
  METADATA_OPENSTACK_IPV6("fe80::a9fe:a9fe/128", "metadata of OpenStack");

  private static final Ipv4Hosts HOSTS = new Ipv4Hosts();
  private static final RefusedAddresses[] RANGES =
      rows(row -> row.block.ipv4() && row.block.freeBits() > 0);
  private static final RefusedAddresses[] IPV6 = rows(row -> !row.block.ipv4());

  @SuppressWarnings("ImmutableEnumChecker") // A record of immutable values.
  private final AddressBlock block;

  private final String reason;

  RefusedAddresses(String block, String reason) {
    this.block = AddressBlock.parse(block);
    this.reason = reason;
  }

  private static RefusedAddresses[] rows(Predicate<RefusedAddresses> which) {
    return Arrays.stream(values()).filter(which).toArray(RefusedAddresses[]::new);
  }

  /** The single IPv4 addresses of the table, in a hash table in which each has its own place. */
  private static final class Ipv4Hosts {
    private static final int SHIFT = 26;

    private final int[] places = new int[1 << (Integer.SIZE - SHIFT)];
    private int multiplier = 0x9e37_79b1;

    Ipv4Hosts() {
      int[] hosts =
          Arrays.stream(rows(row -> row.block.ipv4() && row.block.freeBits() == 0))
              .mapToInt(row -> (int) row.block.base().low())
              .toArray();
      while (Arrays.stream(hosts).map(this::place).distinct().count() < hosts.length) {
        multiplier += 2;
      }
      Arrays.fill(places, hosts[0]); // Where no host has its place, none is found.
      for (int host : hosts) {
        places[place(host)] = host;
      }
    }

    private int place(int bits) {
      return (bits * multiplier) >>> SHIFT;
    }

    boolean contains(int bits) {
      return places[place(bits)] == bits;
    }
  }

  /** Whether an IPv4 address is in the table. */
  static boolean contains(int bits) {
    if (HOSTS.contains(bits)) {
      return true;
    }
    for (RefusedAddresses row : RANGES) {
      if (row.block.contains(0, Integer.toUnsignedLong(bits))) {
        return true;
      }
    }
    return false;
  }

  /** Whether an IPv6 address is in the table, or has an IPv4 address of it inside. */
  static boolean contains(long high, long low) {
    return hasHostForNat64(high, low)
        || (EmbeddedIpv4.isPossible(high, low)
            && (containsItself(high, low)
                || contains(EmbeddedIpv4.inPrefix(high, low))
                || contains(EmbeddedIpv4.inInterface(low))));
  }

  private static boolean contains(long embedded) {
    return embedded != EmbeddedIpv4.NONE && contains((int) embedded);
  }

  /** Whether the address itself is in the table, which has no row in 2000::/3. */
  private static boolean containsItself(long high, long low) {
    for (RefusedAddresses row : IPV6) {
      if (row.block.contains(high, low)) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasHostForNat64(long high, long low) {
    return HOSTS.contains(EmbeddedIpv4.afterPrefix(96, high, low))
        || HOSTS.contains(EmbeddedIpv4.afterPrefix(64, high, low))
        || HOSTS.contains(EmbeddedIpv4.afterPrefix(56, high, low))
        || HOSTS.contains(EmbeddedIpv4.afterPrefix(48, high, low))
        || HOSTS.contains(EmbeddedIpv4.afterPrefix(40, high, low))
        || HOSTS.contains(EmbeddedIpv4.afterPrefix(32, high, low));
  }

  /** The addresses of this row. */
  public AddressBlock block() {
    return block;
  }

  /** The reason for which they are refused. */
  public String reason() {
    return reason;
  }
}
