package dev.v6cert.dns.guard;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/**
 * The network that a client is counted with: an IPv4 /24 or an IPv6 /48.
 *
 * @param ipv4 whether it is an IPv4 network
 * @param bits the address, its host part cleared
 */
record ClientPrefix(boolean ipv4, long bits) {

  /** The network of {@code address}. */
  static ClientPrefix of(InetAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    return address instanceof Inet4Address
        ? new ClientPrefix(true, octets.getInt() & 0xffff_ff00L)
        : new ClientPrefix(false, octets.getLong() & 0xffff_ffff_ffff_0000L);
  }
}
