package dev.v6cert.cli.failure;

/** Carries a {@link CliFailure} to the place that reports it. */
public final class CliFailureException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient CliFailure failure;

  public CliFailureException(CliFailure failure) {
    super(failure.toString());
    this.failure = failure;
  }

  /** A command line that makes no sense: what is wrong with it, and what to type instead. */
  public static CliFailureException usage(String what, String next) {
    return new CliFailureException(new CliFailure.Usage(what, next));
  }

  /** The failure. */
  public CliFailure failure() {
    return failure;
  }
}
