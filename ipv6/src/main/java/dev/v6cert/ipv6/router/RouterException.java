package dev.v6cert.ipv6.router;

import java.io.IOException;
import java.io.Serial;

/** A router does not answer, or does not do what it is asked. */
public final class RouterException extends IOException {
  @Serial private static final long serialVersionUID = 1L;

  /** No number: what happened is not a refusal by UPnP. */
  private static final int NONE = 0;

  private final int upnpError;

  RouterException(String message) {
    this(message, NONE);
  }

  /**
   * A refusal by UPnP.
   *
   * @param upnpError the {@code errorCode} of the router's answer, such as 718
   */
  RouterException(String message, int upnpError) {
    super(message);
    this.upnpError = upnpError;
  }

  /** Whether the router refused with this {@code errorCode} of UPnP. */
  boolean is(int code) {
    return upnpError == code && code != NONE;
  }

  /** Whether the router answered, and refused by UPnP. */
  boolean isRefusal() {
    return upnpError != NONE;
  }
}
