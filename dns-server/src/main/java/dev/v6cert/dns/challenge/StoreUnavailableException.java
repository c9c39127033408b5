package dev.v6cert.dns.challenge;

/** A change cannot be made durable now; the same one may succeed later. */
public sealed class StoreUnavailableException extends Exception permits StoreFullException {
  private static final long serialVersionUID = 1L;

  /** A failure with its reason. */
  public StoreUnavailableException(String reason) {
    super(reason);
  }
}
