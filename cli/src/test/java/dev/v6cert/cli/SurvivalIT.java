package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.Transcript.Outcome;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real processes, ended at any moment or run side by side. */
class SurvivalIT {

  private static final int KILLS = Integer.getInteger("v6cert.kills", 3);
  private static final long TIDY_MILLIS = 2000;
  private static final String ENOUGH = "order placed";

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @Test
  void killedAmidItsProgressAFirstRunLeavesWhatTheNextOneCanUse(@TempDir Path homes)
      throws Exception {
    int lines = obtain(network.machine(newHome(homes, "whole"))).err().lines().toList().size();

    for (int line = 0; line <= lines; line += Math.ceilDiv(lines, KILLS)) {
      V6cert machine = network.machine(newHome(homes, "killed-" + line));
      Process process = start(machine, "obtain");
      read(process.errorReader(StandardCharsets.UTF_8), line);
      process.destroyForcibly().waitFor();

      assertThat(machine.run("list").code()).as("list after line " + line).isZero();
      obtain(machine);
      verify(machine);
    }
  }

  @Test
  void killedAtAnyMomentALaterRunLeavesACertificateThatLoads(@TempDir Path home) throws Exception {
    V6cert machine = network.machine(home);
    obtain(machine);
    long start = System.nanoTime();
    assertThat(machine.run(network.options(), "obtain", "--force").code()).isZero();
    long whole = System.nanoTime() - start;
    long seed = System.nanoTime();
    System.out.println("seed of the moments: " + seed);
    Random random = new Random(seed);

    for (int i = 0; i < KILLS; i++) {
      Process process = start(machine, "obtain", "--force");
      boolean _ = process.waitFor((long) (random.nextDouble() * whole), TimeUnit.NANOSECONDS);
      process.destroyForcibly().waitFor();

      verify(machine);
      assertThat(machine.run("list").code()).isZero();
      obtain(machine);
      verify(machine);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INT, 130, on eth0",
    "TERM, 143, here",
    "INT, 130, order placed",
    "TERM, 143, order placed"
  })
  void toldToStopInTheMiddleItEndsWithinTwoSecondsAndKeepsTheOldCertificate(
      String signal, int code, String after, @TempDir Path home) throws Exception {
    V6cert machine = network.machine(home);
    obtain(machine);
    byte[] certificate = certificate(machine);
    Process process = start(machine, "obtain", "--force");
    BufferedReader err = process.errorReader(StandardCharsets.UTF_8);
    List<String> lines = readUntil(err, after);
    try (Pause _ = Pause.ofPebble()) {
      long start = System.nanoTime();
      signal(signal, process.pid());

      assertThat(process.waitFor(TIDY_MILLIS, TimeUnit.MILLISECONDS)).as(lines + "").isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    }
    err.lines().forEach(lines::add);
    assertThat(process.exitValue()).as(lines.toString()).isEqualTo(code);
    assertThat(lines).noneMatch(line -> line.startsWith("\tat "));
    assertThat(lines).anyMatch(line -> line.contains("interrupted"));
    verify(machine);
    assertThat(certificate(machine)).isEqualTo(certificate);
    obtain(machine);
  }

  @Test
  void twoRunsAtOncePlaceOneOrderAndBothEndWell(@TempDir Path home) throws Exception {
    V6cert machine = network.machine(home);
    Process first = start(machine, "obtain");
    Process second = start(machine, "obtain");

    List<String> lines = new ArrayList<>();
    first.errorReader(StandardCharsets.UTF_8).lines().forEach(lines::add);
    second.errorReader(StandardCharsets.UTF_8).lines().forEach(lines::add);

    assertThat(List.of(first.waitFor(), second.waitFor())).as(lines + "").containsOnly(0);
    assertThat(lines).filteredOn(line -> line.endsWith(ENOUGH)).hasSize(1);
    assertThat(lines).anyMatch(line -> line.contains("still good"));
    verify(machine);
  }

  @Test
  void aRenewalBesideAnotherEndsWellAtOnceAndNamesIt(@TempDir Path home) throws Exception {
    V6cert machine = network.machine(home);
    obtain(machine);
    Process first = start(machine, "renew", "--force");
    BufferedReader err = first.errorReader(StandardCharsets.UTF_8);
    readUntil(err, ENOUGH);
    try (Pause _ = Pause.ofPebble()) {
      Outcome second = machine.run("renew", "--force");

      assertThat(second.code()).as(second.toString()).isZero();
      assertThat(second.err()).contains("process " + first.pid());
    }
    err.lines().forEach(_ -> {});
    assertThat(first.waitFor()).isZero();
    verify(machine);
  }

  /** The authority's process, stopped until closed. */
  private record Pause(List<ProcessHandle> processes) implements AutoCloseable {

    static Pause ofPebble() throws Exception {
      List<ProcessHandle> pebbles =
          ProcessHandle.current()
              .descendants()
              .filter(
                  it -> it.info().command().filter(name -> name.endsWith("/pebble")).isPresent())
              .toList();
      assertThat(pebbles).isNotEmpty();
      for (ProcessHandle pebble : pebbles) {
        signal("STOP", pebble.pid());
      }
      return new Pause(pebbles);
    }

    @Override
    public void close() throws IOException {
      for (ProcessHandle pebble : processes) {
        signal("CONT", pebble.pid());
      }
    }
  }

  private static void signal(String name, long pid) throws IOException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.onExit().join().exitValue()).isZero();
  }

  private static Process start(V6cert machine, String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of(words));
    if (words[0].equals("obtain")) {
      all.addAll(network.options());
    }
    return machine.process(List.of(), all).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static void read(BufferedReader reader, int lines) throws IOException {
    for (int i = 0; i < lines; i++) {
      reader.readLine();
    }
  }

  private static List<String> readUntil(BufferedReader reader, String end) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      lines.add(line);
      if (line.endsWith(end)) {
        return lines;
      }
    }
    throw new AssertionError("no line \"" + end + "\" in " + lines);
  }

  private static Outcome obtain(V6cert machine) throws Exception {
    Outcome outcome = machine.run(network.options(), "obtain");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  private static Path newHome(Path homes, String name) throws IOException {
    return Files.createDirectory(homes.resolve(name));
  }

  private static void verify(V6cert machine) throws AcmeFailureException {
    new CertificateStore(new StateDirectory(machine.state()))
        .verify(new LineageName(TestNetwork.NAME));
  }

  private static byte[] certificate(V6cert machine) throws IOException {
    return Files.readAllBytes(
        machine.state().resolve("live").resolve(TestNetwork.NAME).resolve("cert.pem"));
  }
}
