package dev.v6cert.dns.transport;

import java.util.Optional;

/**
 * Answers messages of one kind about a hosted zone: those that change it, or those that transfer
 * it. Called from the threads that answer queries.
 */
public interface HostedMessageHandler {

  /** Takes no such message. */
  HostedMessageHandler NONE =
      new HostedMessageHandler() {
        @Override
        public Optional<ReplyStream> stream(byte[] message) {
          return Optional.empty();
        }

        @Override
        public Optional<byte[]> reply(byte[] message) {
          return Optional.empty();
        }
      };

  /**
   * The reply that is written as it comes about: a transfer over TCP, or the reply to an update
   * once the change is durable, however long that takes. Empty where {@link #reply} has the answer
   * at once.
   */
  Optional<ReplyStream> stream(byte[] message);

  /**
   * The reply of one message to what {@link #stream} does not take: there is nothing new, or the
   * reason of a refusal. Empty where no such messages are taken at all. Never waits.
   */
  Optional<byte[]> reply(byte[] message);
}
