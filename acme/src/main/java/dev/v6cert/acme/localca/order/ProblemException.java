package dev.v6cert.acme.localca.order;

/** A request that is refused. */
public final class ProblemException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  public ProblemException(ProblemType type, String detail) {
    super(detail);
    this.problem = new Problem(type, detail);
  }

  public ProblemException(ProblemType type, String detail, Throwable cause) {
    super(detail, cause);
    this.problem = new Problem(type, detail);
  }

  public Problem problem() {
    return problem;
  }
}
