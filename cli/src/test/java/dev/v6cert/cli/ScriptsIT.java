package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of a checkout with as little of an environment as a timer gives them. */
class ScriptsIT {

  private static final Path SCRIPTS = Path.of("../scripts");

  @TempDir Path home;

  @BeforeAll
  static void needsBash() {
    assumeThat(Path.of("/usr/bin/env")).as("env, which empties the environment").exists();
    assumeThat(Path.of("/bin/bash")).as("bash, which runs the scripts").exists();
  }

  static List<Path> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files
          .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
          .filter(file -> !file.endsWith("v6cert")) // Its --help is the program's.
          .sorted()
          .toList();
    }
  }

  /** Runs a command with nothing but a path and, as the JDK may be anywhere, its place. */
  private Outcome bare(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("/usr/bin/env", "-i", "PATH=/usr/bin:/bin"));
    words.add("JAVA_HOME=" + System.getProperty("java.home"));
    words.addAll(List.of(command));
    return V6cert.here(home).run(new ProcessBuilder(words));
  }

  @ParameterizedTest
  @MethodSource("scripts")
  void eachScriptSaysWhatItIsForWithoutAHome(Path script) throws Exception {
    Outcome help = bare(script.toString(), "--help");

    assertThat(help.code()).as(help.toString()).isZero();
    assertThat(help.err()).isEmpty();
    assertThat(Files.readAllLines(script).subList(1, 3).toString())
        .contains(help.out().lines().findFirst().orElse("nothing"));
  }

  @Test
  void aCheckoutRunsWithoutAHome() throws Exception {
    Checkout checkout = Checkout.make(home.resolve("a checkout"));

    Outcome version = bare(checkout.script().toString(), "--version");

    assertThat(version.code()).as(version.toString()).isZero();
    assertThat(version.out()).startsWith("v6cert ");
    assertThat(version.err()).isEmpty();
  }

  @Test
  void theScheduleOfACheckoutCallsTheLinkByWhichItWasStarted() throws Exception {
    Checkout checkout = Checkout.make(home.resolve("a checkout"));
    Path link = Files.createSymbolicLink(home.resolve("v6cert"), checkout.script());

    Outcome schedule = bare(link.toString(), "schedule", "--by", "cron");

    assertThat(schedule.code()).as(schedule.toString()).isZero();
    assertThat(schedule.out()).contains(link + " renew --quiet").doesNotContain("a checkout");
  }
}
