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
   * The reply to an UPDATE message over TCP, written once the change is durable, however long that
   * takes; empty where {@link #reply} has the answer at once.
   */
  Optional<ReplyStream> stream(byte[] message);

  /**
   * The reply to an UPDATE message; one without octets is not sent. Empty where no updates are
   * taken at all. Returns within a fraction of a second.
   */
  Optional<byte[]> reply(byte[] message);
}
