package dev.v6cert.dns.transport;

/** Takes the reply to a datagram that is written after the message was handled. */
@FunctionalInterface
public interface LateReply {

  /**
   * Has a reply written on a thread of its own, and returns at once. The reply is closed at its
   * end, and where it cannot be begun.
   */
  void begin(ReplyStream reply);
}
