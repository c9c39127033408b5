package dev.v6cert.dns.tsig;

import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;

/**
 * A key that a client and this server share.
 *
 * @param name the name of the key
 * @param algorithm the algorithm as a name, such as {@code hmac-sha256.}
 * @param tsig signs and verifies
 */
public record TsigKey(Name name, Name algorithm, TSIG tsig) {}
