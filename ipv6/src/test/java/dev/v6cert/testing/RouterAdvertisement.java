package dev.v6cert.testing;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A program that is a router for a moment: it sends one Router Advertisement (RFC 4861 section 4.2)
 * to all nodes on a link. Arguments: the interface, the router lifetime in seconds, then for each
 * /64 prefix the prefix, its valid and its preferred lifetime in seconds.
 */
public final class RouterAdvertisement {
  private static final int AF_INET6 = 10;
  private static final int SOCK_RAW = 3;
  private static final int IPPROTO_ICMPV6 = 58;
  private static final int IPPROTO_IPV6 = 41;
  private static final int IPV6_MULTICAST_HOPS = 18;
  private static final Ipv6Address ALL_NODES = Ipv6Address.parse("ff02::1");

  private RouterAdvertisement() {}

  /** Sends the advertisement that the arguments describe. */
  public static void main(String[] arguments) throws IOException {
    NetworkInterface device = NetworkInterface.getByName(arguments[0]);
    send(message(arguments), device.getIndex());
  }

  private static byte[] message(String[] arguments) {
    int prefixes = (arguments.length - 2) / 3;
    ByteBuffer message = ByteBuffer.allocate(16 + 32 * prefixes);
    message.put((byte) 134).put((byte) 0).putShort((short) 0); // The kernel adds the checksum.
    message.put((byte) 64).put((byte) 0).putShort(Short.parseShort(arguments[1]));
    message.putInt(0).putInt(0);
    for (int i = 2; i + 2 < arguments.length; i += 3) {
      message.put((byte) 3).put((byte) 4).put((byte) 64);
      message.put((byte) 0xc0); // On-link, and to make addresses from.
      message.putInt(Integer.parseUnsignedInt(arguments[i + 1]));
      message.putInt(Integer.parseUnsignedInt(arguments[i + 2]));
      message.putInt(0).put(Ipv6Address.parse(arguments[i]).octets());
    }
    return message.array();
  }

  private static void send(byte[] message, int device) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = (int) function("socket", false).invoke(AF_INET6, SOCK_RAW, IPPROTO_ICMPV6);
      MemorySegment hops = arena.allocateFrom(ValueLayout.JAVA_INT, 255);
      int set =
          (int)
              function("setsockopt", true)
                  .invoke(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops, 4);
      MemorySegment to = arena.allocate(28, 4);
      to.asByteBuffer()
          .order(ByteOrder.nativeOrder())
          .putShort((short) AF_INET6)
          .putShort((short) 0)
          .putInt(0)
          .put(ALL_NODES.octets())
          .putInt(device);
      MemorySegment octets = arena.allocateFrom(ValueLayout.JAVA_BYTE, message);
      long sent = (long) sendto().invoke(descriptor, octets, (long) message.length, 0, to, 28);
      if (descriptor < 0 || set != 0 || sent != message.length) {
        throw new IOException("cannot send: " + descriptor + " " + set + " " + sent);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable t) {
      throw new IOException(t);
    }
  }

  private static MethodHandle function(String name, boolean withPointer) {
    FunctionDescriptor type =
        withPointer
            ? FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_INT)
            : FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT);
    return handle(name, type);
  }

  private static MethodHandle sendto() {
    return handle(
        "sendto",
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_INT));
  }

  @SuppressWarnings("restricted") // The signatures above are those of POSIX.
  private static MethodHandle handle(String name, FunctionDescriptor type) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
  }
}
