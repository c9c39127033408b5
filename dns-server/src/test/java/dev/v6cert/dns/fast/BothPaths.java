package dev.v6cert.dns.fast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Supplier;

/** The fast path and the general path beside it, which must say the same. */
final class BothPaths {
  private static final Peer CLIENT =
      new Peer(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.99"), 4321), Transport.UDP);

  /** The second half of the client's address. */
  static final long CLIENT_LOW = 0xffff_c000_0263L;

  private static final int OFFSET = 5;

  private final MessageHandler general;
  private final FastHandler fast;

  BothPaths(MessageHandler handler) {
    general = handler;
    fast = handler.fast(Transport.UDP);
  }

  /** Sends a packet along both; whether the fast path answered it. */
  boolean agreeOn(byte[] packet, Supplier<String> context) {
    byte[] octets = new byte[OFFSET + Math.max(packet.length, FastHandler.ROOM)];
    Arrays.fill(octets, (byte) 0x5a);
    System.arraycopy(packet, 0, octets, OFFSET, packet.length);
    byte[] before = octets.clone();
    int length = fast.handle(octets, OFFSET, packet.length, 0, CLIENT_LOW);
    if (length == FastHandler.DECLINED) {
      if (!Arrays.equals(octets, before)) {
        throw new AssertionError("declined, but changed: " + context.get());
      }
      return false;
    }
    ByteBuffer scratch = ByteBuffer.allocate(4096);
    ByteBuffer reply = general.handle(ByteBuffer.wrap(packet), CLIENT, scratch);
    byte[] expected = new byte[reply.remaining()];
    reply.get(expected);
    byte[] actual = Arrays.copyOfRange(octets, OFFSET, OFFSET + length);
    if (!Arrays.equals(actual, expected)) {
      assertThat(meaning(actual))
          .as(() -> context.get() + ", packet " + HexFormat.of().formatHex(packet))
          .isEqualTo(meaning(expected));
    }
    return true;
  }

  /** The reply of a handler to a packet that it does not decline. */
  static String reply(FastHandler handler, byte[] packet) {
    byte[] octets = Arrays.copyOf(packet, FastHandler.ROOM);
    int length = handler.handle(octets, 0, packet.length, 0, CLIENT_LOW);
    assertThat(length).isNotEqualTo(FastHandler.DECLINED);
    return meaning(Arrays.copyOf(octets, length));
  }

  private static String meaning(byte[] reply) {
    return reply.length == 0 ? "silence" : Reply.of(reply).meaning();
  }
}
