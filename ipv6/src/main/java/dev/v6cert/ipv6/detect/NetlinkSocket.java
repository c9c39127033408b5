package dev.v6cert.ipv6.detect;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A routing netlink socket of Linux (rtnetlink(7)), through the foreign function interface. All
 * constants used are the same on every processor that the JDK runs on.
 */
final class NetlinkSocket implements AutoCloseable {
  private static final int AF_NETLINK = 16;
  private static final int SOCK_RAW = 3;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int NETLINK_ROUTE = 0;

  /**
   * The kernel makes a dump ready while it takes the request and while the part before is read, so
   * there is never anything to wait for.
   */
  private static final int MSG_DONTWAIT = 0x40;

  /** The kernel's largest datagram of a dump is 32 KiB. */
  private static final int BUFFER = 64 * 1024;

  /**
   * All four functions by one signature, so that the linker makes one stub, which is most of what
   * the first native call of a process costs. The calling conventions of all 64-bit processors put
   * an {@code int}, a {@code size_t} and a pointer into the same register as a {@code long} that is
   * sign-extended, and ignore what a function has no parameter for.
   */
  private static final FunctionDescriptor FUNCTION =
      FunctionDescriptor.of(
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG,
          ValueLayout.JAVA_LONG);

  private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final long ERRNO =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment captured = arena.allocate(CAPTURE);
  private final MemorySegment buffer = arena.allocate(BUFFER, Long.BYTES);
  private final MethodHandle send;
  private final MethodHandle receive;
  private final MethodHandle close;
  private final int descriptor;

  /**
   * Opens a socket in the network namespace of this process.
   *
   * @throws IOException when the system, a seccomp filter or the JVM's options do not permit it
   */
  NetlinkSocket() throws IOException {
    MethodHandle socket;
    try {
      socket = function("socket");
      send = function("send");
      receive = function("recv");
      close = function("close");
    } catch (RuntimeException e) {
      // No linker for this platform, no such function, or native access denied by an option.
      arena.close();
      throw new IOException("netlink: no native calls here: " + e.getMessage(), e);
    }
    try {
      long result =
          (long)
              socket.invokeExact(
                  captured,
                  (long) AF_NETLINK,
                  (long) (SOCK_RAW | SOCK_CLOEXEC),
                  (long) NETLINK_ROUTE,
                  0L);
      descriptor = (int) result; // The upper half of the register means nothing.
      checked("socket", descriptor);
    } catch (Throwable t) {
      arena.close();
      throw failure("socket", t);
    }
  }

  @SuppressWarnings("restricted") // The signature above fits all four.
  private static MethodHandle function(String name) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FUNCTION,
        Linker.Option.captureCallState("errno"));
  }

  /** Sends a request of whole messages to the kernel. */
  void send(ByteBuffer request) throws IOException {
    int length = request.remaining();
    MemorySegment.copy(MemorySegment.ofBuffer(request), 0, buffer, 0, length);
    try {
      checked(
          "send",
          (long)
              send.invokeExact(captured, (long) descriptor, buffer.address(), (long) length, 0L));
    } catch (Throwable t) {
      throw failure("send", t);
    }
  }

  /** The next datagram of messages; valid until the next call, in the byte order of the machine. */
  ByteBuffer receive() throws IOException {
    try {
      long length =
          checked(
              "recv",
              (long)
                  receive.invokeExact(
                      captured,
                      (long) descriptor,
                      buffer.address(),
                      (long) BUFFER,
                      (long) MSG_DONTWAIT));
      return buffer.asSlice(0, length).asByteBuffer().order(ByteOrder.nativeOrder());
    } catch (Throwable t) {
      throw failure("recv", t);
    }
  }

  private long checked(String call, long result) throws IOException {
    if (result < 0) {
      int errno = captured.get(ValueLayout.JAVA_INT, ERRNO);
      throw new IOException("netlink: " + call + " failed with errno " + errno);
    }
    return result;
  }

  /** Method handles declare every throwable; what is neither ours nor an error cannot come. */
  private static IOException failure(String call, Throwable t) {
    return switch (t) {
      case IOException e -> e;
      case Error e -> throw e;
      default -> new IOException("netlink: " + call + ": " + t.getMessage(), t);
    };
  }

  @Override
  public void close() {
    try {
      long _ = (long) close.invokeExact(captured, (long) descriptor, 0L, 0L, 0L);
    } catch (Throwable t) {
      throw new AssertionError("close throws nothing", t);
    } finally {
      arena.close();
    }
  }
}
