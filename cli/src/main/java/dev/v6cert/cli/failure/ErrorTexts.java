package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.privilege.PrivilegeFailure;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.ipv6.router.NoMapping;
import java.io.IOException;
import java.util.List;

/** Turns every failure into the lines that a person reads and the code that the shell gets. */
public final class ErrorTexts {

  private ErrorTexts() {}

  /** The text of anything that a command may throw. */
  public static ErrorText of(Throwable thrown) {
    return switch (thrown) {
      case CliFailureException e -> CliErrorTexts.of(e.failure());
      case AcmeFailureException e -> AcmeErrorTexts.of(e.failure());
      case ListenFailure e -> DnsServerErrorTexts.of(e);
      case FileFailure e -> DnsServerErrorTexts.of(e);
      case StoreFailure e -> DnsServerErrorTexts.of(e);
      case PrivilegeFailure e -> DnsServerErrorTexts.of(e);
      case InterruptedException e -> interrupted();
      case Throwable e when cameTooLate(e) || wasInterrupted(e) -> interrupted();
      case IOException e ->
          new ErrorText("reading or writing failed", describe(e), "", ExitStatus.CONFIGURATION);
      default ->
          new ErrorText(
              "a fault of v6cert itself: " + describe(thrown),
              "",
              "please report it with the output of the same command and --debug",
              ExitStatus.BUG);
    };
  }

  /** The text of a failure to get a certificate. */
  public static ErrorText of(AcmeFailure failure) {
    return AcmeErrorTexts.of(failure);
  }

  /** The reason why the router maps no port, in one line. */
  public static String line(NoMapping reason) {
    ErrorText error = MappingErrorTexts.of(reason);
    return ErrorText.oneLine(error.what() + ": " + error.why());
  }

  /** The failure and its reason in one line. */
  public static String line(AcmeFailure failure) {
    ErrorText error = of(failure);
    return ErrorText.oneLine(
        error.why().isEmpty() ? error.what() : error.what() + ": " + error.why());
  }

  /** Tells the failures beside a certificate; the exit status is that of the last one. */
  public static ExitStatus tell(List<AcmeFailure> failures, Console console) {
    ExitStatus status = ExitStatus.DONE;
    for (AcmeFailure failure : failures) {
      ErrorText error = of(failure);
      console.error(error.lines());
      status = error.status();
    }
    return status;
  }

  private static ErrorText interrupted() {
    return new ErrorText("interrupted", "", "", ExitStatus.TEMPORARY);
  }

  /**
   * Whether something was begun when the process was told to stop already: a library that is loaded
   * then finds that it cannot register what is to be done at the end.
   */
  private static boolean cameTooLate(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (String.valueOf(cause.getMessage()).contains("Shutdown in progress")) {
        return true;
      }
    }
    return false;
  }

  /** Whether a library wrapped the interruption: Undertow does, where it waits for its threads. */
  private static boolean wasInterrupted(Throwable thrown) {
    return thrown instanceof RuntimeException && thrown.getCause() instanceof InterruptedException;
  }

  private static String describe(Throwable thrown) {
    String message = thrown.getMessage();
    String kind = thrown.getClass().getSimpleName();
    return message == null ? kind : kind + ": " + message;
  }
}
