package dev.v6cert.dns.postgres;

import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.challenge.StoreFailure.Kind;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The failures of a database, in words. */
final class Failures {

  /**
   * The classes and states that do not pass: account, database, right, syntax, schema, standby,
   * feature, and a password that the driver does not have.
   */
  private static final Set<String> REFUSALS = Set.of("28", "3D", "42", "3F", "25", "0A", "08004");

  private Failures() {}

  /** The first line of what the database or its driver says, and the cause where it has one. */
  static String text(Throwable failure) {
    Throwable said = failure;
    while (said.getCause() instanceof SQLException cause) {
      said = cause; // The pool says only that it waited.
    }
    String text = line(said.getMessage()).orElse(said.getClass().getSimpleName());
    return text.replaceFirst("^(FATAL|ERROR): ", "");
  }

  private static Optional<String> line(@Nullable String message) {
    return Optional.ofNullable(message)
        .map(String::strip)
        .flatMap(text -> text.lines().findFirst());
  }

  /** The failure of a start. */
  static StoreFailure atTheStart(String database, SQLException failure) {
    String state = Optional.ofNullable(failure.getSQLState()).orElse("");
    boolean refused =
        REFUSALS.contains(state)
            || (state.length() == 5 && REFUSALS.contains(state.substring(0, 2)));
    Kind kind = refused ? Kind.REFUSED : Kind.UNREACHABLE;
    StoreFailure all = new StoreFailure(kind, database, text(failure));
    all.initCause(failure);
    return all;
  }
}
