package dev.v6cert.acme;

import java.io.Serial;

/** Carries an {@link AcmeFailure} up to who can explain it. */
public final class AcmeFailureException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  @SuppressWarnings("serial") // Never serialized.
  private final AcmeFailure failure;

  /** A failure that we found. */
  public AcmeFailureException(AcmeFailure failure) {
    super(failure.toString());
    this.failure = failure;
  }

  /** A failure that an exception told us. */
  public AcmeFailureException(AcmeFailure failure, Throwable cause) {
    super(failure.toString(), cause);
    this.failure = failure;
  }

  /** What went wrong. */
  public AcmeFailure failure() {
    return failure;
  }
}
