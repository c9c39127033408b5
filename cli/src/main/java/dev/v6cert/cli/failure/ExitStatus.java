package dev.v6cert.cli.failure;

/** The end of a run of the program; the codes are part of its contract (sysexits.h from 64 on). */
public enum ExitStatus {
  DONE(0, "done, or nothing was due"),
  BUG(1, "a fault of v6cert itself"),
  NO_ADDRESS(10, "no usable public address"),
  LATE(20, "status alone: a renewal is overdue, and nothing tried"),
  FAILING(21, "status alone: the last renewal, or the deployment, failed"),
  EXPIRING(22, "status alone: a certificate is about to expire"),
  EXPIRED(23, "status alone: a certificate has expired"),
  UNSCHEDULED(24, "status alone: nothing renews a certificate"),
  USAGE(64, "the command line makes no sense"),
  UNAVAILABLE(69, "the CA or the DNS is unavailable"),
  TEMPORARY(75, "temporary, or rate limited: the same command may succeed later"),
  REFUSED(76, "the CA refused to validate"),
  NOT_PERMITTED(77, "a port cannot be bound, or something is not permitted"),
  CONFIGURATION(78, "a setting, the DNS record or the state is wrong");

  private final int code;
  private final String meaning;

  ExitStatus(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  /** The code that the process ends with, 0 to 255. */
  public int code() {
    return code;
  }

  /** The words for people, without a full stop. */
  public String meaning() {
    return meaning;
  }
}
