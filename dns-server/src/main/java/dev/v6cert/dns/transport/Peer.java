package dev.v6cert.dns.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * The sender of a message, and its transport.
 *
 * @param address where the answer goes
 * @param transport what it came by
 */
public record Peer(InetSocketAddress address, Transport transport) {
  private static final long MAPPED = 0xffff_0000_0000L;

  /** The peer with the address of these bits, and a port that is not known. */
  public static Peer of(long high, long low, Transport transport) {
    ByteBuffer octets = ByteBuffer.allocate(2 * Long.BYTES).putLong(high).putLong(low);
    try {
      InetAddress address = InetAddress.getByAddress(octets.array());
      return new Peer(new InetSocketAddress(address, 0), transport);
    } catch (UnknownHostException e) {
      throw new AssertionError("16 octets are an address", e);
    }
  }

  /** The first 64 bits of the address; one of IPv4 is mapped into IPv6. */
  public long high() {
    byte[] octets = address.getAddress().getAddress();
    return octets.length == Integer.BYTES ? 0 : ByteBuffer.wrap(octets).getLong();
  }

  /** The last 64 bits of the address; one of IPv4 is mapped into IPv6. */
  public long low() {
    byte[] octets = address.getAddress().getAddress();
    return octets.length == Integer.BYTES
        ? MAPPED | Integer.toUnsignedLong(ByteBuffer.wrap(octets).getInt())
        : ByteBuffer.wrap(octets).getLong(Long.BYTES);
  }
}
