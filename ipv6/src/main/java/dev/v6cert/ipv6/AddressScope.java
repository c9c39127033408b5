package dev.v6cert.ipv6;

import java.util.Arrays;

/**
 * The purpose of an IP address: a row of one of the IANA Special-Purpose Address Registries (RFC
 * 6890; rows of 2025), multicast, global unicast, or reserved. Public certificate authorities
 * refuse an address in any row, whatever its "Globally Reachable" column says (CA/Browser Forum
 * Baseline Requirements section 7.1.2.7.12).
 */
public enum AddressScope {
  LOOPBACK("::1/128", "Loopback Address", "RFC 4291"),
  UNSPECIFIED("::/128", "Unspecified Address", "RFC 4291"),
  PORT_CONTROL_PROTOCOL("2001:1::1/128", "Port Control Protocol Anycast", "RFC 7723"),
  TURN("2001:1::2/128", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
  DNS_SD_REGISTRATION("2001:1::3/128", "DNS-SD Service Registration Protocol Anycast", "RFC 9665"),
  IPV4_MAPPED("::ffff:0:0/96", "IPv4-mapped Address", "RFC 4291"),
  TRANSLATED("64:ff9b::/96", "IPv4-IPv6 Translat.", "RFC 6052"),
  DISCARD_ONLY("100::/64", "Discard-Only Address Block", "RFC 6666"),
  DUMMY("100:0:0:1::/64", "Dummy IPv6 Prefix", "RFC 9780"),
  LOCALLY_TRANSLATED("64:ff9b:1::/48", "IPv4-IPv6 Translat.", "RFC 8215"),
  BENCHMARKING("2001:2::/48", "Benchmarking", "RFC 5180"),
  AS112("2001:4:112::/48", "AS112-v6", "RFC 7535"),
  AS112_DIRECT("2620:4f:8000::/48", "Direct Delegation AS112 Service", "RFC 7534"),
  TEREDO("2001::/32", "TEREDO", "RFC 4380"),
  AMT("2001:3::/32", "AMT", "RFC 7450"),
  DOCUMENTATION("2001:db8::/32", "Documentation", "RFC 3849"),
  ORCHID("2001:10::/28", "Deprecated (previously ORCHID)", "RFC 4843"),
  ORCHID_V2("2001:20::/28", "ORCHIDv2", "RFC 7343"),
  DRONE_REMOTE_ID("2001:30::/28", "Drone Remote ID Protocol Entity Tags (DETs) Prefix", "RFC 9374"),
  IETF_PROTOCOL("2001::/23", "IETF Protocol Assignments", "RFC 2928"),
  DOCUMENTATION_2024("3fff::/20", "Documentation", "RFC 9637"),
  SIX_TO_FOUR("2002::/16", "6to4", "RFC 3056"),
  SEGMENT_ROUTING("5f00::/16", "Segment Routing (SRv6) SIDs", "RFC 9602"),
  LINK_LOCAL("fe80::/10", "Link-Local Unicast", "RFC 4291"),
  MULTICAST("ff00::/8", "Multicast", "RFC 4291"),
  UNIQUE_LOCAL("fc00::/7", "Unique-Local", "RFC 4193"),
  /** In 2000::/3, the only IPv6 space that IANA hands out, and in no row above. */
  GLOBAL_UNICAST("2000::/3", "Global Unicast", "RFC 4291"),
  /** In no row above and outside 2000::/3: not handed out to anybody. */
  RESERVED("::/0", "Reserved by IETF", "RFC 4291"),

  THIS_HOST("0.0.0.0/32", "This host on this network", "RFC 1122"),
  IPV4_DUMMY("192.0.0.8/32", "IPv4 dummy address", "RFC 7600"),
  IPV4_PORT_CONTROL_PROTOCOL("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723"),
  IPV4_TURN("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
  NAT64_DISCOVERY("192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880"),
  NAT64_DISCOVERY_SECOND("192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880"),
  LIMITED_BROADCAST("255.255.255.255/32", "Limited Broadcast", "RFC 919"),
  SERVICE_CONTINUITY("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335"),
  IPV4_IETF_PROTOCOL("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890"),
  DOCUMENTATION_1("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737"),
  IPV4_AS112("192.31.196.0/24", "AS112-v4", "RFC 7535"),
  IPV4_AMT("192.52.193.0/24", "AMT", "RFC 7450"),
  SIX_TO_FOUR_RELAY("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
  IPV4_AS112_DIRECT("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534"),
  DOCUMENTATION_2("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737"),
  DOCUMENTATION_3("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737"),
  IPV4_LINK_LOCAL("169.254.0.0/16", "Link Local", "RFC 3927"),
  PRIVATE_16("192.168.0.0/16", "Private-Use", "RFC 1918"),
  IPV4_BENCHMARKING("198.18.0.0/15", "Benchmarking", "RFC 2544"),
  PRIVATE_12("172.16.0.0/12", "Private-Use", "RFC 1918"),
  SHARED("100.64.0.0/10", "Shared Address Space", "RFC 6598"),
  THIS_NETWORK("0.0.0.0/8", "This network", "RFC 791"),
  PRIVATE_8("10.0.0.0/8", "Private-Use", "RFC 1918"),
  IPV4_LOOPBACK("127.0.0.0/8", "Loopback", "RFC 1122"),
  IPV4_MULTICAST("224.0.0.0/4", "Multicast", "RFC 5771"),
  IPV4_RESERVED("240.0.0.0/4", "Reserved", "RFC 1112"),
  /** In no other IPv4 row. */
  IPV4_GLOBAL_UNICAST("0.0.0.0/0", "Global Unicast", "RFC 791");

  // The constants of a family stand in the order of their prefix lengths: the first match is the
  // longest.
  private static final AddressScope[] IPV6 = family(false);
  private static final AddressScope[] IPV4 = family(true);

  private final String prefix;
  private final String registryName;
  private final String reference;
  private final boolean ipv4;
  private final long baseHigh;
  private final long baseLow;
  private final long highMask;
  private final long lowMask;

  AddressScope(String prefix, String registryName, String reference) {
    AddressBlock block = AddressBlock.parse(prefix);
    this.prefix = prefix;
    this.registryName = registryName;
    this.reference = reference;
    this.ipv4 = block.ipv4();
    this.baseHigh = block.base().high();
    this.baseLow = block.base().low();
    // Computed once: the DNS server asks for the scope of an address with each query.
    this.highMask = ~AddressBlock.ones(block.freeBits() - Long.SIZE);
    this.lowMask = ~AddressBlock.ones(block.freeBits());
  }

  private static AddressScope[] family(boolean ipv4) {
    AddressScope[] rows = new AddressScope[values().length];
    int count = 0;
    for (AddressScope row : values()) {
      if (row.ipv4 == ipv4) {
        rows[count++] = row;
      }
    }
    return Arrays.copyOf(rows, count);
  }

  /** The scope of an address: that of the longest prefix it is in. */
  public static AddressScope of(Ipv6Address address) {
    return of(IPV6, address.high(), address.low());
  }

  /** The scope of an address: that of the longest prefix it is in. */
  public static AddressScope of(Ipv4Address address) {
    return of(IPV4, 0, Integer.toUnsignedLong(address.bits()));
  }

  private static AddressScope of(AddressScope[] rows, long high, long low) {
    for (AddressScope row : rows) {
      if ((low & row.lowMask) == row.baseLow && (high & row.highMask) == row.baseHigh) {
        return row;
      }
    }
    throw new AssertionError("the last row contains every address");
  }

  /** Whether a public certificate authority may sign an address or a name that leads to it. */
  public boolean isPublic() {
    return this == GLOBAL_UNICAST || this == IPV4_GLOBAL_UNICAST;
  }

  /** Whether it is private (RFC 1918): behind a router that may have a public one. */
  public boolean isPrivate() {
    return this == PRIVATE_8 || this == PRIVATE_12 || this == PRIVATE_16;
  }

  /** Whether it is behind a provider's own NAT (RFC 6598), or a translator's (RFC 7335). */
  public boolean isCarriers() {
    return this == SHARED || this == SERVICE_CONTINUITY;
  }

  /** The address block, such as {@code fc00::/7}. */
  public String prefix() {
    return prefix;
  }

  /** The name that the registry gives to the block, such as {@code Unique-Local}. */
  public String registryName() {
    return registryName;
  }

  /** The document that sets the block aside, such as {@code RFC 4193}. */
  public String reference() {
    return reference;
  }

  /** Name, prefix and document: {@code Unique-Local (fc00::/7, RFC 4193)}. */
  @Override
  public String toString() {
    return registryName + " (" + prefix + ", " + reference + ")";
  }
}
