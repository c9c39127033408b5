package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The set-up of the tests of {@code obtain}: the program, and a CA that agrees to all. */
abstract class ObtainFixture {

  static final String NAME = "a.v6.test";

  @TempDir Path home;
  V6cert program;
  FakeAuthority fake;

  @BeforeEach
  void start() throws IOException {
    program = V6cert.here(home);
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--webroot")) {
      all.addAll(List.of("--http-address", "::1"));
    }
    return obtain(all);
  }

  /** The same, where nothing else is said of how the CA is answered. */
  Outcome obtain(List<String> words) throws Exception {
    return program.run(authority(), obtaining(words));
  }

  static String[] obtaining(List<String> words) throws IOException {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--no-dns-check"));
    all.addAll(words);
    if (!all.contains("--domain")) {
      all.addAll(List.of("--domain", NAME));
    }
    if (!(new AddressFinder().look(new AddressSelector()) instanceof Selection.Chosen)) {
      all.addAll(List.of("--address", "2a01:4f8:c17:b8f::2")); // Any will do.
    }
    return all.toArray(String[]::new);
  }

  List<String> authority() {
    return List.of("--ca", fake.directory() + "", "--ca-root", home.resolve("root.pem") + "");
  }

  Outcome obtainOnSomePort(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--http-port", FreePorts.next() + ""));
    return obtain(all.toArray(String[]::new));
  }

  static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
