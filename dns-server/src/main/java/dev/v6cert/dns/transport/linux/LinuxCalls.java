package dev.v6cert.dns.transport.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The socket calls of the C library of Linux. Each takes a segment that {@code errno} is left in.
 * None is marked critical: those that wait would hold up every safepoint, and for the others it
 * makes no difference that could be measured.
 */
public final class LinuxCalls {
  static final MethodHandle SOCKET = function("socket", JAVA_INT, JAVA_INT, JAVA_INT);
  static final MethodHandle SETSOCKOPT =
      function("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
  static final MethodHandle BIND = function("bind", JAVA_INT, ADDRESS, JAVA_INT);
  static final MethodHandle GETSOCKNAME = function("getsockname", JAVA_INT, ADDRESS, ADDRESS);
  static final MethodHandle RECVMMSG =
      function("recvmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  static final MethodHandle SENDMMSG = function("sendmmsg", JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  static final MethodHandle SHUTDOWN = function("shutdown", JAVA_INT, JAVA_INT);
  static final MethodHandle CLOSE = function("close", JAVA_INT);

  static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // The same on every processor that this runs on.
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCK_DGRAM = 2;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOL_SOCKET = 1;
  static final int SO_RCVBUF = 8;
  static final int SO_REUSEPORT = 15;
  static final int IPPROTO_IP = 0;
  static final int IP_PKTINFO = 8;
  static final int IPPROTO_IPV6 = 41;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_WAITFORONE = 0x10000;
  static final int SHUT_RD = 0;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  static final int EACCES = 13;
  public static final int ENOMEM = 12;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;

  /** The machine has no such protocol: mostly, no IPv6. */
  static final int EAFNOSUPPORT = 97;

  public static final int ENOBUFS = 105;

  private LinuxCalls() {}

  @SuppressWarnings("restricted") // The signatures above are those of the manual pages.
  private static MethodHandle function(String name, MemoryLayout... parameters) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(JAVA_INT, parameters),
        Linker.Option.captureCallState("errno"));
  }

  /** The error number that the last call that failed has left in {@code captured}. */
  static int errno(MemorySegment captured) {
    return (int) ERRNO.get(captured, 0L);
  }
}
