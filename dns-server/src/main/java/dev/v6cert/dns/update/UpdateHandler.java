package dev.v6cert.dns.update;

import dev.v6cert.dns.transport.ReplyStream;
import java.util.Optional;

/** Answers messages that change a zone. Called from the threads that answer queries. */
public interface UpdateHandler {
  /** Takes no updates. */
  UpdateHandler NONE =
      new UpdateHandler() {
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
   * The reply to an UPDATE message, written once the change is durable, however long that takes;
   * empty where {@link #reply} has the answer at once.
   */
  Optional<ReplyStream> stream(byte[] message);

  /**
   * The reply to an UPDATE message that {@link #stream} does not take: the reason why not. Empty
   * where no updates are taken at all. Never waits.
   */
  Optional<byte[]> reply(byte[] message);
}
