package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.wire.MessageHeader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * One TCP client: any number of queries, pipelined or not, answered in their order (RFC 7766
 * section 6.2). Ends when the client does, when it stands idle, when a query takes too long to
 * arrive, and at the first frame that is too short for a message.
 */
final class TcpConnection implements AutoCloseable {
  private final Socket socket;
  private final Peer peer;
  private final MessageHandler handler;
  private final TcpLimits limits;
  private final Runnable progress;

  /**
   * A connection that is not read yet.
   *
   * @param progress run whenever queries have been answered
   */
  TcpConnection(Socket socket, MessageHandler handler, TcpLimits limits, Runnable progress) {
    this.socket = socket;
    this.peer = new Peer((InetSocketAddress) socket.getRemoteSocketAddress(), Transport.TCP);
    this.handler = handler;
    this.limits = limits;
    this.progress = progress;
  }

  /** Serves the client to its end. */
  void serve() throws IOException {
    socket.setTcpNoDelay(true);
    InputStream in = socket.getInputStream();
    OutputStream out = socket.getOutputStream();
    TcpFramer framer = new TcpFramer();
    TcpReplies replies = new TcpReplies(handler, peer);
    long deadline = after(limits.idle());
    boolean inFrame = false;
    boolean answered = false;
    while (true) {
      switch (framer.next()) {
        case TcpFramer.Message(ByteBuffer content) -> {
          if (content.remaining() < MessageHeader.LENGTH) {
            replies.send(out);
            return;
          }
          replies.answer(content);
          answered = true;
          if (replies.isFull()) {
            replies.send(out);
          }
        }
        case TcpFramer.Incomplete(boolean started) -> {
          if (answered) {
            progress.run(); // First, so that who has its answer is known to have got on.
            replies.send(out);
            answered = false;
            inFrame = false;
            deadline = after(limits.idle());
          }
          if (started && !inFrame) {
            inFrame = true;
            deadline = after(limits.frame());
          }
          long millis = (deadline - System.nanoTime()) / 1_000_000;
          if (millis <= 0) {
            return;
          }
          socket.setSoTimeout((int) millis);
          if (!framer.fill(in)) {
            return;
          }
        }
      }
    }
  }

  private static long after(Duration duration) {
    return System.nanoTime() + duration.toNanos();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
