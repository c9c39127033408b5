package dev.v6cert.dns.update;

import dev.v6cert.ipv6.name.HostName;

/**
 * A TXT record with one string.
 *
 * @param value at most 255 octets of ASCII
 */
public record TxtValue(HostName name, String value) {}
