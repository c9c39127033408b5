package dev.v6cert.dns.transport;

import java.nio.ByteBuffer;
import java.util.Optional;

/** Answers messages. Safe for any number of threads, and never throws on any input. */
@FunctionalInterface
public interface MessageHandler {

  /**
   * The reply to the message between position and limit of {@code message}: in {@code scratch}
   * where it is written in place, or in a buffer of its own. Empty where nothing is to be sent.
   *
   * @param scratch of the caller, its content free to overwrite, big enough for any UDP reply
   */
  ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch);

  /**
   * Like {@link #handle(ByteBuffer, Peer, ByteBuffer)}, for a datagram: a reply that has to wait is
   * given to {@code late} within the call, and nothing is to be sent at once.
   */
  default ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch, LateReply late) {
    return handle(message, peer, scratch);
  }

  /**
   * The reply to a message over TCP that is of many messages or has to wait, asked for before
   * {@link #handle(ByteBuffer, Peer, ByteBuffer)}; empty where that has the reply.
   */
  default Optional<ReplyStream> stream(ByteBuffer message, Peer peer) {
    return Optional.empty();
  }

  /** A short cut for common queries by {@code transport}, for one thread; asked before this. */
  default FastHandler fast(Transport transport) {
    return FastHandler.NONE;
  }

  /** Takes the reply to a datagram that is written after the message was handled. */
  @FunctionalInterface
  interface LateReply {

    /**
     * Has a reply written on a thread of its own, and returns at once. The reply is closed at its
     * end, and where it cannot be begun.
     */
    void begin(ReplyStream reply);
  }
}
