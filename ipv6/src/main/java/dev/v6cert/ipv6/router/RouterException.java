package dev.v6cert.ipv6.router;

import java.io.IOException;
import java.io.Serial;

/** A router does not answer, or does not do what it is asked. */
public final class RouterException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  RouterException(String message) {
    super(message);
  }
}
