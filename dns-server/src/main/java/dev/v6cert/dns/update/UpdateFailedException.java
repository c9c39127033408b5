package dev.v6cert.dns.update;

/** A name server did not make a change, or cannot be asked to. */
public final class UpdateFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  /** The reason. */
  public enum Problem {
    /** The name server has no address. */
    UNKNOWN_SERVER,
    /** There was no connection, or no answer in time. */
    SILENT,
    /** It is the authority of no zone that the name lies in. */
    NO_ZONE,
    /** It delegates the name to another server. */
    DELEGATED,
    /** Its policy forbids the change (REFUSED). */
    REFUSED,
    /** It knows no such key, or not for this zone (BADKEY). */
    BAD_KEY,
    /** It has another secret under the name of the key (BADSIG). */
    BAD_SIGNATURE,
    /** Its clock and ours are too far apart (BADTIME). */
    BAD_TIME,
    /** It takes no changes of the zone (NOTAUTH). */
    NOT_AUTHORITATIVE,
    /** The name does not lie in the zone (NOTZONE). */
    NOT_IN_ZONE,
    /** It takes no changes at all (NOTIMP). */
    NO_UPDATES,
    /** It could not make the change (SERVFAIL). */
    SERVER_FAILURE,
    /** Its answer is not signed, or not by the key. */
    UNSIGNED,
    /** Any other answer. */
    OTHER
  }

  private final Problem problem;

  UpdateFailedException(Problem problem, String detail) {
    super(detail);
    this.problem = problem;
  }

  /** The reason. */
  public Problem problem() {
    return problem;
  }

  /** The particulars for people; empty where the reason says it all. */
  public String detail() {
    return String.valueOf(getMessage());
  }
}
