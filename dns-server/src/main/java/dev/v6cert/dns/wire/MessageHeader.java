package dev.v6cert.dns.wire;

/**
 * The first four octets of a query (RFC 1035 section 4.1.1).
 *
 * @param id the identifier, 0 to 65535
 * @param flags the second 16 bits: QR, opcode, flags and rcode, as received
 */
public record MessageHeader(int id, int flags) {
  /** The length of a message header, in octets. */
  public static final int LENGTH = 12;

  private static final int RECURSION_DESIRED = 0x0100;
  private static final int CHECKING_DISABLED = 0x0010;

  /** The kind of query, 0 to 15; 0 is QUERY. */
  public int opcode() {
    return flags >>> 11 & 0xf;
  }

  /**
   * The flags that a response repeats: the opcode, and those of a query that are RD and CD (RFC
   * 1035 section 4.1.1, RFC 4035 section 3.2.2).
   */
  int echoedFlags() {
    int ofQueries = opcode() == 0 ? RECURSION_DESIRED | CHECKING_DISABLED : 0;
    return flags & (0xf << 11 | ofQueries);
  }
}
