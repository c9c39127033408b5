package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** A child process under strace, which kills it or fails it at one of its system calls. */
public final class CutRun {

  public static final String KILL = "signal=KILL";

  private static final Path STRACE = Path.of("/usr/bin/strace");
  private static final int SIGKILL_STATUS = 137;

  private CutRun() {}

  /** Skips the test where there is no strace, and says so. */
  public static void assumeStrace() {
    Assumptions.assumeTrue(Files.isExecutable(STRACE), "strace is not installed");
  }

  /**
   * Runs the child; whether it was killed, or failed, by the fault of its {@code when}th such call.
   *
   * @param fault {@link #KILL}, or {@code error=} and the name of an error
   */
  public static boolean of(List<String> child, String call, String fault, int when)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(STRACE.toString(), "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + call));
    command.addAll(List.of("-e", "inject=%s:%s:when=%d".formatted(call, fault, when)));
    command.addAll(child);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int status = process.waitFor();
    Assumptions.assumeFalse(
        output.contains("PTRACE") || output.contains("attach"), "strace may not trace here");
    assertThat(status).as(output).isIn(0, ChildCommit.TYPED_FAILURE, SIGKILL_STATUS);
    return status != 0;
  }
}
