package dev.v6cert.cli.failure;

/** The end of a run of the program; the codes are part of its contract (sysexits.h from 64 on). */
public enum ExitStatus {
  /** Done, or there was nothing to do. */
  DONE(0),
  /** A fault in the program itself. */
  BUG(1),
  /** This machine has no address that a public certificate can be made for. */
  NO_ADDRESS(10),
  /** {@code status}: a renewal is overdue, and nothing tried. */
  LATE(20),
  /** {@code status}: the last renewal, or the deployment, failed. */
  FAILING(21),
  /** {@code status}: a certificate is about to expire. */
  EXPIRING(22),
  /** {@code status}: a certificate has expired. */
  EXPIRED(23),
  /** {@code status}: nothing renews a certificate. */
  UNSCHEDULED(24),
  /** The command line makes no sense. */
  USAGE(64),
  /** The certificate authority or the DNS is unavailable. */
  UNAVAILABLE(69),
  /** Temporary or rate limited: the same command may succeed later. */
  TEMPORARY(75),
  /** The certificate authority refused to validate. */
  REFUSED(76),
  /** A port cannot be bound, or something is not permitted. */
  NOT_PERMITTED(77),
  /** A setting or a state file is wrong. */
  CONFIGURATION(78);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The code that the process ends with, 0 to 255. */
  public int code() {
    return code;
  }
}
