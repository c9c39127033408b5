package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.selection.Example;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NetlinkMessagesTest {
  private static final Ipv6Address OWN = Ipv6Address.parse("2a01:4f8:c17:b8f::2");
  private static final Ipv6Address PEER = Ipv6Address.parse("2a01:4f8:c17:b8f::3");

  private static ByteBuffer buffer() {
    return ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());
  }

  private static ByteBuffer attribute(ByteBuffer to, int type, byte[] value) {
    to.putShort((short) (4 + value.length)).putShort((short) type).put(value);
    return to.position((to.position() + 3) & ~3);
  }

  private static byte[] ints(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.nativeOrder());
    for (int value : values) {
      buffer.putInt(value);
    }
    return buffer.array();
  }

  /** An ifaddrmsg: family, prefix length, flags, scope, interface. */
  private static ByteBuffer addressBody(int flags) {
    return buffer().put((byte) 10).put((byte) 64).put((byte) flags).put((byte) 0).putInt(7);
  }

  @Nested
  class Addresses {
    @Test
    void haveTheWideFlagsAndLifetimesWithoutASign() throws Exception {
      ByteBuffer body = addressBody(0);
      attribute(body, 1, OWN.octets());
      attribute(body, 6, ints(-1, 0x8000_0000, 0, 0));
      attribute(body, 8, ints(0x921));
      InterfaceAddress address = NetlinkMessages.address(body.flip(), Example.ETH0);
      assertThat(address.address()).isEqualTo(OWN);
      assertThat(address.flags()).contains(AddressFlag.STABLE_PRIVACY, AddressFlag.DEPRECATED);
      assertThat(address.preferred()).isEqualTo(Lifetime.FOREVER);
      assertThat(address.valid()).isEqualTo(Lifetime.ofSeconds(0x8000_0000L));
      assertThat(NetlinkMessages.interfaceIndex(body)).isEqualTo(7);
    }

    @Test
    void haveTheNarrowFlagsOfOldKernelsAndPerhapsNoLifetimes() throws Exception {
      ByteBuffer body = attribute(addressBody(0xc0), 1, OWN.octets());
      InterfaceAddress address = NetlinkMessages.address(body.flip(), Example.ETH0);
      assertThat(address.flags())
          .containsExactlyInAnyOrder(AddressFlag.TENTATIVE, AddressFlag.PERMANENT);
      assertThat(address.preferred()).isEqualTo(Lifetime.UNKNOWN);
    }

    @Test
    void areTheOwnEndOfAPointToPointLink() throws Exception {
      ByteBuffer body = attribute(attribute(addressBody(0), 1, PEER.octets()), 2, OWN.octets());
      assertThat(NetlinkMessages.address(body.flip(), Example.ETH0).address()).isEqualTo(OWN);
    }

    @Test
    void cannotBeReadWithoutAnAddress() {
      ByteBuffer body = attribute(addressBody(0), 1, new byte[4]).flip();
      assertThatThrownBy(() -> NetlinkMessages.address(body, Example.ETH0))
          .isInstanceOf(IOException.class);
    }
  }

  @Nested
  class Interfaces {
    /** An ifinfomsg: family, type, index, flags, change. */
    private ByteBuffer body(int type) {
      return buffer().put((byte) 0).put((byte) 0).putShort((short) type).putInt(7).putLong(0);
    }

    private static byte[] text(String text) {
      return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void haveNameIndexAndState() throws Exception {
      ByteBuffer body = attribute(attribute(body(1), 3, text("lan")), 16, new byte[] {6});
      assertThat(NetlinkMessages.link(body.flip()))
          .isEqualTo(new HostInterface("lan", 7, true, false));
      ByteBuffer down = attribute(attribute(body(1), 3, text("lan")), 16, new byte[] {3});
      assertThat(NetlinkMessages.link(down.flip()).up()).isFalse();
    }

    @Test
    void areTunnelsByKindAndByType() throws Exception {
      ByteBuffer kind = attribute(buffer(), 1, text("wireguard")).flip();
      byte[] nested = new byte[kind.remaining()];
      kind.get(nested);
      ByteBuffer byKind = attribute(attribute(body(65534), 3, text("vpn")), 18 | 0x8000, nested);
      assertThat(NetlinkMessages.link(byKind.flip()).tunnel()).isTrue();
      ByteBuffer byType = attribute(body(776), 3, text("he-ipv6"));
      assertThat(NetlinkMessages.link(byType.flip()).tunnel()).isTrue();
    }
  }

  @Nested
  class Datagrams {
    @Test
    void areTakenApartMessageByMessage() throws Exception {
      ByteBuffer datagram = buffer();
      datagram.putInt(17).putShort((short) 20).putShort((short) 2).putLong(0).put((byte) 9);
      datagram.position(20).putInt(16).putShort((short) 3).putShort((short) 0x12).putLong(0);
      datagram.flip();
      NetlinkMessages.Message first = NetlinkMessages.next(datagram);
      assertThat(first.type()).isEqualTo(NetlinkMessages.RTM_NEWADDR);
      assertThat(first.body().remaining()).isEqualTo(1);
      NetlinkMessages.Message second = NetlinkMessages.next(datagram);
      assertThat(second.type()).isEqualTo(NetlinkMessages.NLMSG_DONE);
      assertThat(second.flags() & NetlinkMessages.NLM_F_DUMP_INTR).isNotZero();
      assertThat(datagram.hasRemaining()).isFalse();
    }

    @Test
    void ofAnyContentNeverBreakTheReader() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 20_000; i++) {
        byte[] octets = new byte[random.nextInt(120)];
        random.nextBytes(octets);
        ByteBuffer datagram = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        if (octets.length > 16 && random.nextBoolean()) {
          datagram.putInt(0, octets.length).putShort(4, (short) (random.nextBoolean() ? 16 : 20));
        }
        assertThatCode(() -> readAll(datagram)).as("seed %d", seed).doesNotThrowAnyException();
      }
    }

    private void readAll(ByteBuffer datagram) {
      try {
        while (datagram.hasRemaining()) {
          NetlinkMessages.Message message = NetlinkMessages.next(datagram);
          switch (message.type()) {
            case NetlinkMessages.RTM_NEWLINK -> NetlinkMessages.link(message.body());
            case NetlinkMessages.RTM_NEWADDR ->
                NetlinkMessages.address(message.body(), Example.ETH0);
            default -> {
              // Passed over by the source, too.
            }
          }
        }
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("netlink: ");
      }
    }
  }
}
