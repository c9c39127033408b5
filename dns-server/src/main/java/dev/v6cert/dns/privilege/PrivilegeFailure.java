package dev.v6cert.dns.privilege;

import java.io.IOException;

/** The process cannot become another user. */
public final class PrivilegeFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** The reason. */
  public enum Reason {
    /** There is no user of that name. */
    NO_SUCH_USER,
    /** Only root can become another user. */
    NOT_ROOT,
    /** The system refuses it, or knows no such call. */
    REFUSED
  }

  private final Reason reason;

  PrivilegeFailure(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** The reason. */
  public Reason reason() {
    return reason;
  }
}
