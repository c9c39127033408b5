package dev.v6cert.dns.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;

/** Answers datagrams from one socket, on a platform thread of its own. */
final class UdpListener {
  private static final int LARGEST_DATAGRAM = 65_535;
  private static final int LARGEST_REPLY = 4096;
  private static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

  private final DatagramChannel channel;
  private final MessageHandler handler;
  private final Thread thread;

  UdpListener(DatagramChannel channel, MessageHandler handler, String name) {
    this.channel = channel;
    this.handler = handler;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    ByteBuffer message = ByteBuffer.allocateDirect(LARGEST_DATAGRAM);
    ByteBuffer scratch = ByteBuffer.allocateDirect(LARGEST_REPLY);
    while (channel.isOpen()) {
      try {
        message.clear();
        InetSocketAddress client = (InetSocketAddress) channel.receive(message);
        if (client != null && client.getPort() != 0) {
          ByteBuffer reply =
              handler.handle(message.flip(), new Peer(client, Transport.UDP), scratch.clear());
          if (reply.hasRemaining()) {
            channel.send(reply, client);
          }
        }
      } catch (IOException | RuntimeException | OutOfMemoryError e) {
        // One client's trouble (unreachable, a full buffer) is no reason to stop serving others;
        // the
        // pause keeps a lasting fault from taking the whole processor.
        LockSupport.parkNanos(PAUSE_AFTER_FAILURE_NANOS);
      }
    }
  }

  /** The thread that serves; it ends when the socket is closed. */
  Thread thread() {
    return thread;
  }
}
