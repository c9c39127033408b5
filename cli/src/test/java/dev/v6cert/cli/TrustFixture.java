package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The set-up of the tests of trust stores: a local CA, copied for each test. */
abstract class TrustFixture {

  @TempDir static Path made;
  @TempDir Path directory;
  V6cert machine;

  @BeforeAll
  static void makeTheAuthority() throws Exception {
    Outcome outcome = V6cert.here(made).run("obtain", "--ca", "local", "--domain", "app.test");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @BeforeEach
  void copyTheAuthority() throws Exception {
    machine = V6cert.here(Files.createDirectories(directory.resolve("runs")));
    TrustRoot.run(List.of("cp", "-a", made.resolve("state") + "", machine.state() + ""));
  }

  Outcome trust(TrustRoot stores, String action) throws Exception {
    return machine.run(process(stores, "trust", action, "--yes"));
  }

  /** The process behind other words, as another user, say. */
  ProcessBuilder within(String[] before, TrustRoot stores, String... words) {
    ProcessBuilder process = process(stores, words);
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(process.command());
    return process.command(command);
  }

  ProcessBuilder process(TrustRoot stores, String... words) {
    return machine.process(
        List.of("-Dv6cert.trust.root=" + stores.root(), "-Duser.home=" + stores.home()),
        List.of(words));
  }
}
