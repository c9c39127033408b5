package dev.v6cert.cli;

import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.process.Interruption;
import java.util.List;

/** The program {@code v6cert}. */
public final class Main {

  private Main() {}

  /** Runs the command that the arguments name, and ends the process with its exit code. */
  public static void main(String[] arguments) {
    ExitStatus status = Interruption.guard(() -> CommandRunner.ofProcess().run(List.of(arguments)));
    // Not exit(): everything is tidied up by now, and exit() first loads a logging framework.
    Runtime.getRuntime().halt(status.code());
  }
}
