package dev.v6cert.dns.transport.linux;

import static dev.v6cert.dns.transport.linux.LinuxCalls.AF_INET;
import static dev.v6cert.dns.transport.linux.LinuxCalls.AF_INET6;
import static dev.v6cert.dns.transport.linux.LinuxCalls.IPPROTO_IP;
import static dev.v6cert.dns.transport.linux.LinuxCalls.IPPROTO_IPV6;
import static dev.v6cert.dns.transport.linux.LinuxCalls.SOL_SOCKET;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;

/**
 * A UDP socket of Linux. On a wildcard address it learns with each datagram which address that was
 * sent to; on the IPv6 wildcard it takes IPv4 too, as the JDK's sockets do. One thread at a time,
 * but for {@link #sendNow}, {@link #stopReceiving} and {@link #close}.
 */
public final class LinuxUdpSocket implements AutoCloseable {
  /** The size of the socket's buffer for datagrams that wait to be read, in octets. */
  public static final int RECEIVE_BUFFER = 4 << 20;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment captured = arena.allocate(LinuxCalls.CAPTURE);
  private final int descriptor;
  private boolean open;

  private LinuxUdpSocket(boolean ipv6) throws IOException {
    int type = LinuxCalls.SOCK_DGRAM | LinuxCalls.SOCK_CLOEXEC;
    try {
      descriptor =
          (int) LinuxCalls.SOCKET.invokeExact(captured, ipv6 ? AF_INET6 : AF_INET, type, 0);
    } catch (Throwable t) {
      throw unexpected(t);
    }
    if (descriptor < 0) {
      IOException failure = failure("socket");
      arena.close();
      throw failure;
    }
    open = true;
  }

  /**
   * A socket bound to {@code address}.
   *
   * @param shared whether others share the port
   * @throws BindException with the text of strerror(3), as the JDK's sockets do
   */
  public static LinuxUdpSocket bind(InetSocketAddress address, boolean shared) throws IOException {
    boolean ipv6 = address.getAddress() instanceof Inet6Address;
    LinuxUdpSocket socket = new LinuxUdpSocket(ipv6);
    try {
      socket.set(SOL_SOCKET, LinuxCalls.SO_RCVBUF, RECEIVE_BUFFER);
      if (shared) {
        socket.set(SOL_SOCKET, LinuxCalls.SO_REUSEPORT, 1);
      }
      if (ipv6) {
        socket.set(IPPROTO_IPV6, LinuxCalls.IPV6_V6ONLY, 0);
      }
      if (address.getAddress().isAnyLocalAddress()) {
        socket.set(
            ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
            ipv6 ? LinuxCalls.IPV6_RECVPKTINFO : LinuxCalls.IP_PKTINFO,
            1);
      }
      socket.bind(address);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Whether this process can use such sockets: the system, its C library, the JVM's options. */
  public static boolean isSupported() {
    String processor = System.getProperty("os.arch");
    if (!System.getProperty("os.name").equals("Linux")
        || !(processor.equals("amd64") || processor.equals("aarch64"))) {
      return false;
    }
    try (LinuxUdpSocket socket =
        bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), false)) {
      // No datagrams, but an address that is good: QEMU, as a process, refuses the null pointer.
      MemorySegment none = socket.arena.allocate(DatagramBatch.HEADER);
      // A seccomp filter may know the older calls only.
      return socket.receive(none, 0, LinuxCalls.MSG_DONTWAIT) == 0 && socket.send(none, 0) == 0;
    } catch (IOException | LinkageError | IllegalCallerException e) {
      return false;
    }
  }

  /** Whether several sockets can share a port. */
  public static boolean canShare() {
    try (LinuxUdpSocket socket = new LinuxUdpSocket(false)) {
      socket.set(SOL_SOCKET, LinuxCalls.SO_REUSEPORT, 1);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void set(int level, int option, int value) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment argument = call.allocateFrom(JAVA_INT, value);
      check(
          "setsockopt",
          (int)
              LinuxCalls.SETSOCKOPT.invokeExact(
                  captured, descriptor, level, option, argument, Integer.BYTES));
    } catch (Throwable t) {
      throw passed(t);
    }
  }

  private void bind(InetSocketAddress address) throws IOException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment name = SocketAddress.allocate(call, address);
      check(
          "bind",
          (int) LinuxCalls.BIND.invokeExact(captured, descriptor, name, (int) name.byteSize()));
    } catch (Throwable t) {
      throw passed(t);
    }
  }

  /** The port that this is bound to. */
  public int port() throws IOException {
    try (Arena call = Arena.ofConfined()) {
      MemorySegment name = call.allocate(SocketAddress.MAX_LENGTH);
      MemorySegment length = call.allocateFrom(JAVA_INT, SocketAddress.MAX_LENGTH);
      check(
          "getsockname",
          (int) LinuxCalls.GETSOCKNAME.invokeExact(captured, descriptor, name, length));
      return SocketAddress.port(name, 0);
    } catch (Throwable t) {
      throw passed(t);
    }
  }

  /** Waits for a datagram, and takes what else is there; the number, or less than 0: -errno. */
  int receive(MemorySegment vector, int count) {
    return receive(vector, count, LinuxCalls.MSG_WAITFORONE);
  }

  private int receive(MemorySegment vector, int count, int flags) {
    try {
      int received =
          (int)
              LinuxCalls.RECVMMSG.invokeExact(
                  captured, descriptor, vector, count, flags, MemorySegment.NULL);
      return received < 0 ? -LinuxCalls.errno(captured) : received;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /** Sends datagrams; the number of those that went, perhaps not all, or less than 0: -errno. */
  int send(MemorySegment vector, int count) {
    try {
      int sent = (int) LinuxCalls.SENDMMSG.invokeExact(captured, descriptor, vector, count, 0);
      return sent < 0 ? -LinuxCalls.errno(captured) : sent;
    } catch (Throwable t) {
      throw unexpected(t);
    }
  }

  /**
   * Sends one datagram, whatever the thread of this socket does, without waiting for room.
   *
   * @throws IOException when it did not go
   */
  synchronized void sendNow(MemorySegment header) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    try (Arena call = Arena.ofConfined()) {
      MemorySegment errno = call.allocate(LinuxCalls.CAPTURE);
      int sent =
          (int)
              LinuxCalls.SENDMMSG.invokeExact(
                  errno, descriptor, header, 1, LinuxCalls.MSG_DONTWAIT);
      if (sent < 1) {
        throw new IOException("sendmmsg failed: errno " + LinuxCalls.errno(errno));
      }
    } catch (Throwable t) {
      throw passed(t);
    }
  }

  /** Makes {@link #receive} return at once, now and from now on. */
  public synchronized void stopReceiving() {
    if (open) {
      try (Arena call = Arena.ofConfined()) {
        // It fails with ENOTCONN, and wakes the readers of the socket none the less.
        int ignored =
            (int)
                LinuxCalls.SHUTDOWN.invokeExact(
                    call.allocate(LinuxCalls.CAPTURE), descriptor, LinuxCalls.SHUT_RD);
      } catch (Throwable t) {
        throw unexpected(t);
      }
    }
  }

  @Override
  public synchronized void close() {
    if (open) {
      open = false;
      try {
        int ignored = (int) LinuxCalls.CLOSE.invokeExact(captured, descriptor);
      } catch (Throwable t) {
        throw unexpected(t);
      } finally {
        arena.close();
      }
    }
  }

  private void check(String call, int result) throws IOException {
    if (result < 0) {
      throw failure(call);
    }
  }

  private IOException failure(String call) {
    int errno = LinuxCalls.errno(captured);
    return switch (errno) {
      case LinuxCalls.EADDRINUSE -> new BindException("Address already in use");
      case LinuxCalls.EACCES -> new BindException("Permission denied");
      case LinuxCalls.EADDRNOTAVAIL -> new BindException("Cannot assign requested address");
      case LinuxCalls.EAFNOSUPPORT -> new IOException("Protocol family unavailable");
      default -> new IOException(String.format(Locale.ROOT, "%s failed: errno %d", call, errno));
    };
  }

  /** Method handles declare every throwable; only ours and errors can come. */
  private static IOException passed(Throwable t) {
    if (t instanceof IOException e) {
      return e;
    }
    throw unexpected(t);
  }

  private static AssertionError unexpected(Throwable t) {
    switch (t) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError("a native call throws nothing", t);
    }
  }
}
