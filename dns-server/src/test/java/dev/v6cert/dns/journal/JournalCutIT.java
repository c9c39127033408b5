package dev.v6cert.dns.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.challenge.StoreSamples;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The journal of a process that is killed, or whose disk fails, at each of its system calls. */
class JournalCutIT {
  private static final int VALUES = 4;
  private static final int MOST_CALLS = 60;

  @TempDir Path home;

  /** A process of its own that sets one value after the other, and says which are accepted. */
  static final class Writer {
    private Writer() {}

    /** Writes into the directory that is the argument. */
    public static void main(String[] arguments) throws Exception {
      try (JournalStore store = new JournalStore(Path.of(arguments[0]), _ -> {}, 600)) {
        store.open();
        for (int i = 1; i <= VALUES; i++) {
          try {
            StoreSamples.set(store, "a", value(i), value(i));
            System.out.println(i);
          } catch (StoreUnavailableException e) {
            System.out.println("refused");
          }
        }
      }
    }
  }

  private static String value(int number) {
    return Integer.toString(number).repeat(100);
  }

  @ParameterizedTest
  @CsvSource({
    "pwrite64, signal=KILL",
    "fdatasync, signal=KILL",
    "fsync, signal=KILL",
    "rename, signal=KILL",
    "pwrite64, error=ENOSPC",
    "fdatasync, error=EIO",
    "rename, error=EIO",
  })
  void losesNoAcceptedValueAndServesNoHalfOne(String call, String fault) throws Exception {
    String strace = Program.find("strace", "strace");
    Assumptions.assumeTrue(
        Program.output(strace, "-qq", "-o", "/dev/null", "true").isEmpty(),
        "strace may not trace here");
    int cuts = 0;
    for (int when = 1; when < MOST_CALLS; when++) {
      Path directory = home.resolve(call + when);
      Path trace = home.resolve("trace");
      List<String> said = run(strace, directory, trace, call, fault, when);
      boolean cut =
          fault.startsWith("signal")
              ? said.size() < VALUES
              : Files.readString(trace).contains("(INJECTED)");
      check(directory, said, call + " " + when);
      if (!cut) {
        break;
      }
      cuts++;
    }
    assertThat(cuts).isPositive().isLessThan(MOST_CALLS - 1);
  }

  private static List<String> run(
      String strace, Path directory, Path trace, String call, String fault, int when)
      throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<String> command = new ArrayList<>(List.of(strace, "-f", "-qq", "-o", trace.toString()));
    for (String file : List.of("journal", "journal.new", "")) {
      command.addAll(List.of("-P", directory.resolve(file).toString()));
    }
    command.addAll(List.of("-e", "trace=" + call));
    command.addAll(List.of("-e", "inject=" + call + ":" + fault + ":when=" + when));
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            "-cp",
            System.getProperty("java.class.path"),
            Writer.class.getName(),
            directory.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines = process.inputReader().lines().toList();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return lines;
  }

  /** The value after a new start is the last accepted one, or the one that was being written. */
  private static void check(Path directory, List<String> said, String where) throws Exception {
    int last =
        said.stream()
            .filter(line -> !line.equals("refused"))
            .mapToInt(Integer::parseInt)
            .max()
            .orElse(0);
    try (JournalStore store = new JournalStore(directory, _ -> {})) {
      store.open();
      List<String> texts = StoreSamples.texts(store, "a");
      List<List<String>> possible = new ArrayList<>();
      for (int i = last; i <= Math.min(last + 1, VALUES); i++) {
        String text = value(i);
        possible.add(i == 0 ? List.of() : List.of(text, text));
      }
      assertThat(possible).as(where).contains(texts);
      StoreSamples.set(store, "b", "after");
      assertThat(StoreSamples.texts(store, "b")).containsExactly("after");
    }
  }
}
