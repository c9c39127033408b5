package dev.v6cert.ipv6;

/** The purpose of an IPv6 address, by the IANA IPv6 registry (rows of 2025). */
public enum AddressScope implements IpScope {
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
  /** In 2000::/3, the only space that IANA hands out, and in no row above. */
  GLOBAL_UNICAST("2000::/3", "Global Unicast", "RFC 4291"),
  /** In no row above and outside 2000::/3: not handed out to anybody. */
  RESERVED("::/0", "Reserved by IETF", "RFC 4291");

  // The constants stand in the order of their prefix lengths, so the first match is the longest.
  private static final AddressScope[] LONGEST_FIRST = values();

  private final long baseHigh;
  private final long baseLow;
  private final long highMask;
  private final long lowMask;
  private final String prefix;
  private final String registryName;
  private final String reference;

  AddressScope(String prefix, String registryName, String reference) {
    int slash = prefix.indexOf('/');
    int length = Integer.parseInt(prefix, slash + 1, prefix.length(), 10);
    Ipv6Address base = Ipv6Address.parse(prefix.substring(0, slash));
    this.baseHigh = base.high();
    this.baseLow = base.low();
    this.highMask = length == 0 ? 0 : length >= 64 ? -1L : -1L << (64 - length);
    this.lowMask = length <= 64 ? 0 : -1L << (128 - length);
    this.prefix = prefix;
    this.registryName = registryName;
    this.reference = reference;
  }

  /** The scope of {@code address}: that of the longest prefix it is in. */
  public static AddressScope of(Ipv6Address address) {
    for (AddressScope scope : LONGEST_FIRST) {
      if (scope.contains(address)) {
        return scope;
      }
    }
    throw new AssertionError("::/0 contains every address");
  }

  /** Whether {@code address} is under this prefix; it may be under a longer one, too. */
  public boolean contains(Ipv6Address address) {
    return (address.high() & highMask) == baseHigh && (address.low() & lowMask) == baseLow;
  }

  @Override
  public boolean isPublic() {
    return this == GLOBAL_UNICAST;
  }

  @Override
  public String prefix() {
    return prefix;
  }

  @Override
  public String registryName() {
    return registryName;
  }

  @Override
  public String reference() {
    return reference;
  }

  /** Name, prefix and document: {@code Unique-Local (fc00::/7, RFC 4193)}. */
  @Override
  public String toString() {
    return registryName + " (" + prefix + ", " + reference + ")";
  }
}
