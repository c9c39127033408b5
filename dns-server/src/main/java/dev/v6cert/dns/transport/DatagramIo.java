package dev.v6cert.dns.transport;

import dev.v6cert.dns.transport.linux.LinuxUdpSocket;
import java.io.IOException;
import java.net.InetSocketAddress;

/** The way that datagrams are read and written. */
public enum DatagramIo {
  /** {@link #BATCHED} where it works, else {@link #NIO}. */
  AUTO,
  /** One at a time, by the JDK, on any system. */
  NIO,
  /** Many with each system call, by {@code recvmmsg} and {@code sendmmsg} of Linux. */
  BATCHED;

  /** Whether this works on this machine, as this process was started. */
  public boolean isSupported() {
    return this != BATCHED || LinuxUdpSocket.isSupported();
  }

  /** This, with {@link #AUTO} decided. */
  DatagramIo decided() {
    return this != AUTO ? this : BATCHED.isSupported() ? BATCHED : NIO;
  }

  /** Whether several sockets can share a port, the clients spread over them. */
  boolean spreads() {
    return switch (decided()) {
      case BATCHED -> LinuxUdpSocket.canShare();
      default -> NioUdpListener.canShare();
    };
  }

  /**
   * A listener bound to {@code address}, which does not read yet.
   *
   * @param shared whether it shares the port with others that are bound in the same way
   */
  UdpListener bind(
      InetSocketAddress address, boolean shared, MessageHandler handler, TransportHealth health)
      throws IOException {
    return switch (decided()) {
      case BATCHED -> BatchedUdpListener.bind(address, shared, handler, health);
      default -> NioUdpListener.bind(address, shared, handler, health);
    };
  }
}
