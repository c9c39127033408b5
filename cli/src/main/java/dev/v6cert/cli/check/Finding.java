package dev.v6cert.cli.check;

import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ExitStatus;
import java.util.List;
import java.util.Optional;

/**
 * The result of one check.
 *
 * @param check what was looked at, in a word
 * @param level how it stands
 * @param text what was found
 * @param fix what to type or do; empty where nothing needs doing
 * @param paste lines to put into a file, with the fix
 * @param status the exit code, where it fails
 */
public record Finding(
    String check,
    Level level,
    String text,
    Optional<String> fix,
    List<String> paste,
    ExitStatus status) {

  /** The level of a finding. */
  public enum Level {
    /** As it should be. */
    OK,
    /** It may be in the way. */
    WARN,
    /** It is in the way. */
    FAIL
  }

  /** Folds the text, parts of which others wrote, into one line. */
  public Finding {
    text = ErrorText.oneLine(text);
    paste = List.copyOf(paste);
  }

  /** All is well. */
  public static Finding ok(String check, String text) {
    return new Finding(check, Level.OK, text, Optional.empty(), List.of(), ExitStatus.DONE);
  }

  /** Something may be in the way. */
  public static Finding warn(String check, String text, String fix) {
    return new Finding(check, Level.WARN, text, Optional.of(fix), List.of(), ExitStatus.DONE);
  }

  /** Something is in the way. */
  public static Finding fail(String check, String text, String fix, ExitStatus status) {
    return new Finding(check, Level.FAIL, text, Optional.of(fix), List.of(), status);
  }

  /** A failure is in the way. */
  public static Finding fail(String check, ErrorText error) {
    String text = error.why().isEmpty() ? error.what() : error.what() + ": " + error.why();
    return new Finding(
        check,
        Level.FAIL,
        text,
        Optional.of(error.next()).filter(next -> !next.isEmpty()),
        List.of(),
        error.status());
  }

  /** The obstacle and the way out, in one line; empty where all is well. */
  public Optional<String> line() {
    return level == Level.OK
        ? Optional.empty()
        : Optional.of(text + fix.map(next -> "; " + next).orElse(""));
  }

  /** The same about something that nothing depends on for now. */
  public Finding atMostAWarning() {
    return level == Level.FAIL
        ? new Finding(check, Level.WARN, text, fix, paste, ExitStatus.DONE)
        : this;
  }

  /** The same with more text, where something else takes its place. */
  public Finding atMostAWarning(String instead) {
    return new Finding(check, Level.WARN, text + instead, fix, paste, ExitStatus.DONE);
  }

  /** The same, with what it is about. */
  public Finding about(String what) {
    return new Finding(check, level, what + ": " + text, fix, paste, status);
  }

  /** The same, with lines to put into a file. */
  public Finding pasting(String how, List<String> lines) {
    return new Finding(check, level, text, Optional.of(how), lines, status);
  }
}
