package dev.v6cert.dns.challenge;

/** A change cannot be made durable now; the same one may succeed later. */
public final class StoreUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure with its reason. */
  public StoreUnavailableException(String reason) {
    super(reason);
  }
}
