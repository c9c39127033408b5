package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.transport.ReplyStream;
import java.io.IOException;

/**
 * A reply that is written later, of which an observer is told once: before its last message is
 * sent, or when it fails.
 */
final class ObservedStream implements ReplyStream {
  private final ReplyStream reply;
  private final Observer observer;
  private byte[] last = {};
  private int total;
  private boolean told;

  ObservedStream(ReplyStream reply, Observer observer) {
    this.reply = reply;
    this.observer = observer;
  }

  /** Told of a reply. */
  @FunctionalInterface
  interface Observer {
    /**
     * Takes note of a reply.
     *
     * @param last its last message; empty where there was none
     * @param total the octets of all messages
     */
    void accept(byte[] last, int total);
  }

  @Override
  public void writeTo(Sink sink) throws IOException {
    try {
      reply.writeTo(octets -> {
        sendLast(sink);
        last = octets;
        total = (int) Math.min((long) total + octets.length, Integer.MAX_VALUE);
      });
      tell();
      sendLast(sink);
    } finally {
      tell();
    }
  }

  private void sendLast(Sink sink) throws IOException {
    if (last.length > 0) {
      sink.send(last);
    }
  }

  private void tell() {
    if (!told) {
      told = true;
      observer.accept(last, total);
    }
  }

  @Override
  public void close() {
    reply.close();
  }
}
