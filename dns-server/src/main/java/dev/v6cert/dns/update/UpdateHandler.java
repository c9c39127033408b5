package dev.v6cert.dns.update;

import java.util.Optional;

/** Answers messages that change a zone. Called from the threads that answer queries. */
@FunctionalInterface
public interface UpdateHandler {
  /** Takes no updates. */
  UpdateHandler NONE = _ -> Optional.empty();

  /**
   * The reply to an UPDATE message; one without octets is not sent. Empty where no updates are
   * taken at all. Returns within a fraction of a second.
   */
  Optional<byte[]> handle(byte[] message);
}
