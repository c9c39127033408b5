package dev.v6cert.dns.challenge;

import java.io.IOException;

/** The database of a record store cannot be used at the start. */
public final class StoreFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** The kind of the fault. */
  public enum Kind {
    /** It does not answer; it may later. */
    UNREACHABLE,
    /** It answers, and does not let this program in, or do what it needs. */
    REFUSED,
    /** Its tables are not those that this version writes. */
    CONTENT,
    /** Its content does not fit into the memory of this process. */
    SIZE
  }

  private final Kind kind;
  private final String database;

  /**
   * A failure.
   *
   * @param database its address, without a password
   * @param reason the fault, in words
   */
  public StoreFailure(Kind kind, String database, String reason) {
    super(reason);
    this.kind = kind;
    this.database = database;
  }

  /** The kind of the fault. */
  public Kind kind() {
    return kind;
  }

  /** The address of the database. */
  public String database() {
    return database;
  }
}
