package dev.v6cert.ipv6;

/**
 * The purpose of an IP address: a row of one of the IANA Special-Purpose Address Registries (RFC
 * 6890), multicast, global unicast, or reserved. Public certificate authorities refuse an address
 * in any row, whatever its "Globally Reachable" column says (CA/Browser Forum Baseline Requirements
 * section 7.1.2.7.12).
 */
public sealed interface IpScope permits AddressScope, Ipv4Scope {

  /** Whether a public certificate authority may sign an address or a name that leads to it. */
  boolean isPublic();

  /** The address block, such as {@code fc00::/7}. */
  String prefix();

  /** The name that the registry gives to the block, such as {@code Unique-Local}. */
  String registryName();

  /** The document that sets the block aside, such as {@code RFC 4193}. */
  String reference();
}
