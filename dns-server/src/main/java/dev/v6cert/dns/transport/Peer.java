package dev.v6cert.dns.transport;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Who sent a message, and how.
 *
 * @param address where the answer goes
 * @param transport what it came by
 */
public record Peer(InetSocketAddress address, Transport transport) {
  private static final long MAPPED = 0xffff_0000_0000L;

  /** The first 64 bits of the address; one of IPv4 is mapped into IPv6. */
  long high() {
    byte[] octets = address.getAddress().getAddress();
    return octets.length == Integer.BYTES ? 0 : ByteBuffer.wrap(octets).getLong();
  }

  /** The last 64 bits of the address; one of IPv4 is mapped into IPv6. */
  long low() {
    byte[] octets = address.getAddress().getAddress();
    return octets.length == Integer.BYTES
        ? MAPPED | Integer.toUnsignedLong(ByteBuffer.wrap(octets).getInt())
        : ByteBuffer.wrap(octets).getLong(Long.BYTES);
  }
}
