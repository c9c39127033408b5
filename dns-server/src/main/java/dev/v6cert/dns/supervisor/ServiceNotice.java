package dev.v6cert.dns.supervisor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A notice about this process to its service manager: one datagram to the socket that it names in
 * {@code NOTIFY_SOCKET} (sd_notify(3)). The JDK has no sockets for datagrams between processes, so
 * this needs Linux.
 */
public enum ServiceNotice {
  /** The process is ready. */
  READY("READY=1"),
  /** The process works as it should; for a manager that wants to hear that again and again. */
  ALIVE("WATCHDOG=1");

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;

  /** The offset of the path in {@code struct sockaddr_un}, unix(7). */
  private static final int PATH_OFFSET = 2;

  private static final int PATH_SIZE = 108;

  private static final MemoryLayout CAPTURE = Linker.Option.captureStateLayout();

  private static final long ERRNO =
      CAPTURE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private final String text;

  ServiceNotice(String text) {
    this.text = text;
  }

  /**
   * Sends it.
   *
   * @param socket the value of {@code NOTIFY_SOCKET}: a path, or {@code @} and the name of an
   *     abstract socket
   * @throws IOException when the socket does not take it, or the system has no such sockets
   */
  public void send(String socket) throws IOException {
    byte[] path = socket.getBytes(UTF_8);
    if (path.length >= PATH_SIZE || !(socket.startsWith("/") || socket.startsWith("@"))) {
      throw new IOException("NOTIFY_SOCKET is not a socket: " + socket);
    }
    if (path[0] == '@') {
      path[0] = 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment address = arena.allocate(PATH_OFFSET + PATH_SIZE, Short.BYTES);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, address, JAVA_BYTE, PATH_OFFSET, path.length);
      // With the zero that ends a path; the name of an abstract socket ends with its length.
      int length = PATH_OFFSET + path.length + (path[0] == 0 ? 0 : 1);
      send(arena, address, length);
    }
  }

  private void send(Arena arena, MemorySegment address, int length) throws IOException {
    MethodHandle open =
        function("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    MethodHandle send =
        function(
            "sendto",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    MethodHandle close = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    MemorySegment captured = arena.allocate(CAPTURE);
    byte[] octets = text.getBytes(UTF_8);
    MemorySegment word = arena.allocateFrom(JAVA_BYTE, octets);
    try {
      int descriptor = (int) open.invokeExact(captured, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      checked("socket", descriptor, captured);
      try {
        long sent =
            (long)
                send.invokeExact(
                    captured, descriptor, word, (long) octets.length, 0, address, length);
        checked("sendto", sent, captured);
      } finally {
        int ignored = (int) close.invokeExact(captured, descriptor);
      }
    } catch (IOException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  private static void checked(String call, long result, MemorySegment captured) throws IOException {
    if (result < 0) {
      throw new IOException(call + ": errno " + captured.get(JAVA_INT, ERRNO));
    }
  }

  @SuppressWarnings("restricted") // The signatures are those of the manual pages.
  private static MethodHandle function(String name, FunctionDescriptor signature)
      throws IOException {
    try {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(
          linker.defaultLookup().findOrThrow(name),
          signature,
          Linker.Option.captureCallState("errno"));
    } catch (RuntimeException e) {
      throw new IOException("no native calls here: " + e.getMessage(), e);
    }
  }
}
