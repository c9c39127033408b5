package dev.v6cert.acme.client;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;
import java.util.Optional;

/** An HTTP status that says "not now": 5xx, or 429 without a problem document. */
public final class ServerFaultException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final int status;

  @SuppressWarnings("serial") // Never serialized.
  private final Optional<Duration> retryAfter;

  ServerFaultException(int status, Optional<Duration> retryAfter) {
    super("HTTP " + status);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  Optional<Duration> retryAfter() {
    return retryAfter;
  }
}
