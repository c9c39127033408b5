package dev.v6cert.ipv6;

/** The purpose of an IPv4 address, by the IANA IPv4 registry (rows of 2025). */
public enum Ipv4Scope implements IpScope {
  THIS_HOST("0.0.0.0/32", "This host on this network", "RFC 1122"),
  DUMMY("192.0.0.8/32", "IPv4 dummy address", "RFC 7600"),
  PORT_CONTROL_PROTOCOL("192.0.0.9/32", "Port Control Protocol Anycast", "RFC 7723"),
  TURN("192.0.0.10/32", "Traversal Using Relays around NAT Anycast", "RFC 8155"),
  NAT64_DISCOVERY("192.0.0.170/32", "NAT64/DNS64 Discovery", "RFC 8880"),
  NAT64_DISCOVERY_SECOND("192.0.0.171/32", "NAT64/DNS64 Discovery", "RFC 8880"),
  LIMITED_BROADCAST("255.255.255.255/32", "Limited Broadcast", "RFC 919"),
  SERVICE_CONTINUITY("192.0.0.0/29", "IPv4 Service Continuity Prefix", "RFC 7335"),
  IETF_PROTOCOL("192.0.0.0/24", "IETF Protocol Assignments", "RFC 6890"),
  DOCUMENTATION_1("192.0.2.0/24", "Documentation (TEST-NET-1)", "RFC 5737"),
  AS112("192.31.196.0/24", "AS112-v4", "RFC 7535"),
  AMT("192.52.193.0/24", "AMT", "RFC 7450"),
  SIX_TO_FOUR_RELAY("192.88.99.0/24", "Deprecated (6to4 Relay Anycast)", "RFC 7526"),
  AS112_DIRECT("192.175.48.0/24", "Direct Delegation AS112 Service", "RFC 7534"),
  DOCUMENTATION_2("198.51.100.0/24", "Documentation (TEST-NET-2)", "RFC 5737"),
  DOCUMENTATION_3("203.0.113.0/24", "Documentation (TEST-NET-3)", "RFC 5737"),
  LINK_LOCAL("169.254.0.0/16", "Link Local", "RFC 3927"),
  PRIVATE_16("192.168.0.0/16", "Private-Use", "RFC 1918"),
  BENCHMARKING("198.18.0.0/15", "Benchmarking", "RFC 2544"),
  PRIVATE_12("172.16.0.0/12", "Private-Use", "RFC 1918"),
  SHARED("100.64.0.0/10", "Shared Address Space", "RFC 6598"),
  THIS_NETWORK("0.0.0.0/8", "This network", "RFC 791"),
  PRIVATE_8("10.0.0.0/8", "Private-Use", "RFC 1918"),
  LOOPBACK("127.0.0.0/8", "Loopback", "RFC 1122"),
  MULTICAST("224.0.0.0/4", "Multicast", "RFC 5771"),
  RESERVED("240.0.0.0/4", "Reserved", "RFC 1112"),
  /** In no row above. */
  GLOBAL_UNICAST("0.0.0.0/0", "Global Unicast", "RFC 791");

  // The constants stand in the order of their prefix lengths, so the first match is the longest.
  private static final Ipv4Scope[] LONGEST_FIRST = values();

  private final int base;
  private final int mask;
  private final String prefix;
  private final String registryName;
  private final String reference;

  Ipv4Scope(String prefix, String registryName, String reference) {
    int slash = prefix.indexOf('/');
    int length = Integer.parseInt(prefix, slash + 1, prefix.length(), 10);
    this.base = Ipv4Address.parse(prefix.substring(0, slash)).bits();
    this.mask = length == 0 ? 0 : -1 << (32 - length);
    this.prefix = prefix;
    this.registryName = registryName;
    this.reference = reference;
  }

  /** The scope of {@code address}: that of the longest prefix it is in. */
  public static Ipv4Scope of(Ipv4Address address) {
    for (Ipv4Scope scope : LONGEST_FIRST) {
      if (scope.contains(address)) {
        return scope;
      }
    }
    throw new AssertionError("0.0.0.0/0 contains every address");
  }

  /** Whether {@code address} is under this prefix; it may be under a longer one, too. */
  public boolean contains(Ipv4Address address) {
    return (address.bits() & mask) == base;
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

  /** Whether it is private (RFC 1918): behind a router that may have a public one. */
  public boolean isPrivate() {
    return this == PRIVATE_8 || this == PRIVATE_12 || this == PRIVATE_16;
  }

  /** Whether it is behind a provider's own NAT (RFC 6598), or a translator's (RFC 7335). */
  public boolean isCarriers() {
    return this == SHARED || this == SERVICE_CONTINUITY;
  }

  @Override
  public String reference() {
    return reference;
  }

  /** Name, prefix and document: {@code Private-Use (10.0.0.0/8, RFC 1918)}. */
  @Override
  public String toString() {
    return registryName + " (" + prefix + ", " + reference + ")";
  }
}
