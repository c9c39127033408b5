package dev.v6cert.dns.wire;

import java.util.Optional;

/**
 * The content of the OPT record of a query (RFC 6891 section 6.1).
 *
 * @param payloadSize the largest UDP response the client takes, in octets, as it wrote it
 * @param version the EDNS version; this server knows 0
 * @param dnssecOk the flag DO, which every answer repeats (RFC 3225 section 3)
 * @param cookie the DNS cookie
 * @param nameServerIdWanted whether the query asks for the server's identifier (RFC 5001)
 */
public record Edns(
    int payloadSize,
    int version,
    boolean dnssecOk,
    Optional<Cookie> cookie,
    boolean nameServerIdWanted) {
  /** DO among the 16 flags of an OPT record. */
  public static final int DNSSEC_OK = 0x8000;

  /**
   * A DNS cookie as a client sends it (RFC 7873 section 4).
   *
   * @param client the client cookie, 8 octets
   * @param server the server cookie, where there is one of the only length this server hands out
   */
  public record Cookie(long client, Optional<ServerCookie> server) {}

  /**
   * A server cookie of 16 octets (RFC 9018 section 4).
   *
   * @param head version, reserved octets and time stamp
   * @param hash the keyed hash
   */
  public record ServerCookie(long head, long hash) {}
}
