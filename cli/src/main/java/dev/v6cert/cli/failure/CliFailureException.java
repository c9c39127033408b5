package dev.v6cert.cli.failure;

/** Carries a {@link CliFailure} to the place that reports it. */
public final class CliFailureException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient CliFailure failure;

  public CliFailureException(CliFailure failure) {
    super(failure.toString());
    this.failure = failure;
  }

  /** What went wrong. */
  public CliFailure failure() {
    return failure;
  }
}
