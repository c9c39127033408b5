package dev.v6cert.dns.transport;

import dev.v6cert.dns.transport.linux.DatagramBatch;
import dev.v6cert.dns.transport.linux.LinuxUdpSocket;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers datagrams from one socket, on a platform thread of its own. */
abstract class UdpListener implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UdpListener.class);

  /** The size of the socket's buffer for datagrams that wait to be read, in octets. */
  static final int RECEIVE_BUFFER = LinuxUdpSocket.RECEIVE_BUFFER;

  /**
   * The largest message that is read or written whole, in octets; far above what is sent over UDP
   * in earnest. The end of a larger one is cut off, which its section counts then tell.
   */
  static final int LARGEST_MESSAGE = DatagramBatch.LARGEST_MESSAGE;

  /** The rest of a thread after a failure, so that a lasting one does not take the processor. */
  static final long PAUSE_AFTER_FAILURE_NANOS = 10_000_000;

  /** Answers the messages that {@link #fast} leaves. */
  final MessageHandler handler;

  /** Answers common messages; of this thread alone. */
  final FastHandler fast;

  /** Counts the faults of this thread. */
  final TransportHealth.Reader health;

  private final int port;
  private final Thread thread;

  /** The activity of the thread. */
  final ThreadActivity activity;

  /** A listener on a port, which does not read yet. */
  UdpListener(int port, MessageHandler handler, TransportHealth health) {
    this.health = health.new Reader();
    this.port = port;
    this.handler = handler;
    this.fast = handler.fast(Transport.UDP);
    this.thread = Thread.ofPlatform().daemon().name("dns-udp-" + port).unstarted(this::run);
    this.activity = new ThreadActivity(thread);
  }

  /** Answers until this is closed. */
  abstract void run();

  /** Writes a reply on a thread of its own, so that this one reads on at once. */
  static void writeLater(ReplyStream reply, ReplyStream.Sink sink) {
    try {
      Thread _ = Thread.ofVirtual().name("dns-late").start(() -> write(reply, sink));
    } catch (RuntimeException | Error e) {
      reply.close();
      throw e;
    }
  }

  private static void write(ReplyStream reply, ReplyStream.Sink sink) {
    try (reply) {
      reply.writeTo(sink);
    } catch (IOException e) {
      LOG.debug("a client did not get its reply, and asks again", e);
    } catch (RuntimeException | Error e) {
      LOG.error("while writing a late reply", e);
    }
  }

  /** The port that was really bound. */
  final int port() {
    return port;
  }

  /** Begins to answer. */
  final void start() {
    thread.start();
  }

  /** The thread that answers; it ends when this is closed. */
  final Thread thread() {
    return thread;
  }

  /** Ends the thread, without waiting for it, and gives the port back. */
  @Override
  public abstract void close();
}
