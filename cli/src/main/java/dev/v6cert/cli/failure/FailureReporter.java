package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.privilege.PrivilegeFailure;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.ipv6.router.NoMapping;
import java.io.IOException;
import java.util.List;

/** Turns every failure into the lines that a person reads and the code that the shell gets. */
public final class FailureReporter {

  private FailureReporter() {}

  /** The report of anything that a command may throw. */
  public static Report report(Throwable thrown) {
    return switch (thrown) {
      case CliFailureException e -> CliReports.report(e.failure());
      case AcmeFailureException e -> AcmeReports.report(e.failure());
      case ListenFailure e -> DnsServerReports.report(e);
      case FileFailure e -> DnsServerReports.report(e);
      case PrivilegeFailure e -> DnsServerReports.report(e);
      case InterruptedException e -> interrupted();
      case Throwable e when cameTooLate(e) || wasInterrupted(e) -> interrupted();
      case IOException e ->
          new Report("reading or writing failed", describe(e), "", ExitStatus.CONFIGURATION);
      default ->
          new Report(
              "a fault of v6cert itself: " + describe(thrown),
              "",
              "please report it with the output of the same command and --debug",
              ExitStatus.BUG);
    };
  }

  /** The report of a failure to get a certificate. */
  public static Report report(AcmeFailure failure) {
    return AcmeReports.report(failure);
  }

  /** The reason why the router maps no port, in one line. */
  public static String line(NoMapping reason) {
    Report report = MappingReports.report(reason);
    return Report.oneLine(report.what() + ": " + report.why());
  }

  /** The failure and its reason in one line. */
  public static String line(AcmeFailure failure) {
    Report report = report(failure);
    return Report.oneLine(
        report.why().isEmpty() ? report.what() : report.what() + ": " + report.why());
  }

  /** Tells the failures beside a certificate; the exit status is that of the last one. */
  public static ExitStatus tell(List<AcmeFailure> failures, Console console) {
    ExitStatus status = ExitStatus.DONE;
    for (AcmeFailure failure : failures) {
      Report report = report(failure);
      console.error(report.lines());
      status = report.status();
    }
    return status;
  }

  private static Report interrupted() {
    return new Report("interrupted", "", "", ExitStatus.TEMPORARY);
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
