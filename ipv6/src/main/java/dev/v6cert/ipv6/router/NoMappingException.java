package dev.v6cert.ipv6.router;

import java.io.IOException;
import java.io.Serial;

/** No port of the router leads to this machine. */
public final class NoMappingException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  private final transient NoMapping reason;

  NoMappingException(NoMapping reason) {
    super(reason.toString());
    this.reason = reason;
  }

  /** The reason. */
  public NoMapping reason() {
    return reason;
  }
}
