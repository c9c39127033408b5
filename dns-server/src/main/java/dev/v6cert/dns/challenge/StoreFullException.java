package dev.v6cert.dns.challenge;

/** There is no memory for another account; removing some, or a larger heap, makes room. */
public final class StoreFullException extends StoreUnavailableException {
  private static final long serialVersionUID = 1L;

  /** A failure. */
  public StoreFullException() {
    super("there is no memory for more accounts");
  }
}
