package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts of a checkout with as little of an environment as a timer gives them. */
class ScriptsIT {

  private static final Path SCRIPTS = Path.of("../scripts");

  private static final Pattern USED = Pattern.compile("(?<!\\\\)[$][{]?([A-Z][A-Z0-9_]*)");

  private static final Pattern SET = Pattern.compile("\\b([A-Z][A-Z0-9_]*)=");

  /** Also where a default stands behind it. */
  private static final Pattern ASSIGNED = Pattern.compile("\\b([A-Z][A-Z0-9_]*)(?:=|:?[+-])");

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

  /** A small run of a script beside its help, and its exit code. */
  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of("attack-dns --list", 0, "connections of one address"),
        Arguments.of("check-documents", 0, ""),
        Arguments.of("dist --nonsense", 64, "usage: scripts/dist"),
        Arguments.of("fuzz", 64, "QueryReaderFuzz"),
        Arguments.of("guides.py", 64, "usage: scripts/guides.py"),
        Arguments.of("terminal-svg --check", 0, ""),
        Arguments.of("test-containers", 64, "usage: scripts/test-containers"),
        Arguments.of("test-systemd", 64, "usage: scripts/test-systemd"));
  }

  @ParameterizedTest
  @MethodSource("runs")
  void itRunsWithoutAHome(String words, int code, String said) throws Exception {
    assumeThat(Path.of("/usr/bin/python3")).as("Python, which some scripts are in").exists();
    Outcome run = bare(("../scripts/" + words).split(" ", -1));

    assertThat(run.code()).as(run.toString()).isEqualTo(code);
    assertThat(run.out() + run.err()).contains(said);
  }

  /** Every file that a shell reads. */
  static List<Path> shellScripts() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path directory : List.of(SCRIPTS, SCRIPTS.resolve("deb"), Path.of("src/main/launcher"))) {
      try (Stream<Path> all = Files.list(directory)) {
        all.filter(Files::isRegularFile).filter(ScriptsIT::isForAShell).forEach(files::add);
      }
    }
    return files;
  }

  private static boolean isForAShell(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return file.toString().endsWith(".sh")
          || lines.findFirst().filter(line -> line.matches("#!.*\\b(ba)?sh")).isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Under {@code set -u} a variable that is not there ends a script, in whatever corner it is. So
   * each is the shell's own, set by the script or by {@code common.sh}, or has a default.
   */
  @ParameterizedTest
  @MethodSource("shellScripts")
  void aScriptNeedsNoVariableThatATimerLacks(Path script) throws Exception {
    String text = Files.readString(script);
    Set<String> there = new HashSet<>(List.of("PATH", "PWD", "SECONDS", "BASH_REMATCH"));
    there.addAll(List.of("BASH_SOURCE", "RENEWED_LINEAGE")); // The second is a hook's own.
    there.addAll(List.of("VERSION_CODENAME", "XZ_LEVEL")); // Of os-release, and of scripts/dist.
    if (text.contains("/common.sh\"")) {
      Matcher set = SET.matcher(Files.readString(SCRIPTS.resolve("common.sh")));
      set.results().forEach(match -> there.add(match.group(1)));
    }
    ASSIGNED.matcher(text).results().forEach(match -> there.add(match.group(1)));
    Set<String> missing = new TreeSet<>();
    USED.matcher(text).results().forEach(match -> missing.add(match.group(1)));
    missing.removeAll(there);

    assertThat(missing).as("variables that need a default, as in ${NAME:-}").isEmpty();
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

  @Test
  void theLineOfCronForACheckoutRunsWithoutAHome() throws Exception {
    Checkout checkout = Checkout.make(home.resolve("a checkout"));
    String state = "--state-dir=" + home.resolve("a state");
    Outcome schedule = bare(checkout.script().toString(), "schedule", "--by", "cron", state);
    assertThat(schedule.code()).as(schedule.toString()).isZero();
    String line = schedule.out().lines().findFirst().orElseThrow();
    String command = line.replaceFirst("^\\d+ [*] [*] [*] [*] (root )?", "").replace("\\%", "%");

    Outcome run = bare("/bin/sh", "-c", command);

    assertThat(command).contains("/scripts/v6cert", " renew --quiet", state);
    assertThat(run).as(command).isEqualTo(new Outcome("", "", 0));
  }
}
