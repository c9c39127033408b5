package dev.v6cert.acme;

import java.io.Serial;

/** Carries an {@link AcmeFailure} up to who can explain it. */
public final class AcmeFailureException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // Never serialized.
  private final AcmeFailure failure;

  /** A failure that we found. */
  public AcmeFailureException(AcmeFailure failure) {
    this.failure = failure;
  }

  /** A failure that an exception told us. */
  public AcmeFailureException(AcmeFailure failure, Throwable cause) {
    super(cause);
    this.failure = failure;
  }

  /** The failure's text, made only for who asks: many an exception is caught without a look. */
  @Override
  public String getMessage() {
    return failure.toString();
  }

  /** The failure. */
  public AcmeFailure failure() {
    return failure;
  }
}
