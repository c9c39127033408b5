package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mistakes in what is typed, which need no network: each error names the word and the way out. */
class WrongInputIT {

  @TempDir Path home;
  private V6cert program;

  @BeforeEach
  void make() {
    program = V6cert.here(home);
  }

  @Test
  void anIpv6AddressBeforeAPortWantsBrackets() throws Exception {
    assertFailure(
        program.run("dns-server", "--zone", "x", "--listen", "::1:5353"),
        ExitStatus.USAGE,
        "\"::1:5353\" is not a value for --listen",
        "stands in brackets: [::1]:5353");
  }

  @Test
  void aCaWithoutAHostIsToldToHaveNone() throws Exception {
    assertFailure(
        program.run("obtain", "--ca", "https://"),
        ExitStatus.USAGE,
        "\"https://\" is not a value for --ca",
        "it names no host; write it as https://ca.example/acme/directory");
  }

  @Test
  void aRootThatIsNoPemFileIsToldToBeNone() throws Exception {
    Path file = Files.writeString(home.resolve("root.der"), "not PEM");

    Outcome outcome =
        program.run(
            "obtain",
            "--ca",
            "https://[::1]:1/dir",
            "--ca-root",
            file.toString(),
            "--agree-tos",
            "--no-dns-check",
            "--domain",
            "a.example",
            "--address",
            "2800:3f0:4001:810::200e");

    assertFailure(
        outcome,
        ExitStatus.CONFIGURATION,
        "cannot use the roots in " + file,
        "it has no certificate in PEM form (-----BEGIN CERTIFICATE-----)");
  }

  @Test
  void aLongWordIsNotRepeatedWhole() throws Exception {
    Outcome name = program.run("name", "--zone", "a".repeat(5000));
    Outcome command = program.run("b".repeat(5000));

    assertFailure(
        name, ExitStatus.USAGE, "\"" + "a".repeat(100) + "...\" is not a value for --zone");
    assertFailure(
        command, ExitStatus.USAGE, "v6cert has no command \"" + "b".repeat(100) + "...\"");
    assertThat(name.err().length() + command.err().length()).isLessThan(1000);
  }

  @Test
  void aSettingInQuotesIsRefused() throws Exception {
    Path file =
        Files.writeString(
            home.resolve("quoted.properties"),
            "email = a@example.org\ndeploy-hook = \"systemctl reload nginx\"\n");

    assertFailure(
        program.run("obtain", "--config", file.toString()),
        ExitStatus.CONFIGURATION,
        file.toString(),
        "\"deploy-hook\" on line 2 stands in quotes",
        "leave them out");
  }

  @Test
  void quotesInsideASettingAreItsOwn() throws Exception {
    Path file =
        Files.writeString(
            home.resolve("shell.properties"), "deploy-hook = \"/opt/my hook\" \"an argument\"\n");

    Outcome outcome = program.run("config", "--config", file.toString());

    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("\"/opt/my hook\" \"an argument\"");
  }

  @Test
  void aQueryLogInAMissingDirectoryIsToldToLackIt() throws Exception {
    Path file = home.resolve("missing/queries.log");

    assertFailure(
        program.run(
            "dns-server", "--zone", "x", "--listen", "[::1]:0", "--query-log", file.toString()),
        ExitStatus.CONFIGURATION,
        "cannot use " + file,
        "there is no directory " + file.getParent());
  }

  @Test
  void aUserThatIsNotThereIsToldWithThePackages() throws Exception {
    assumeThat(System.getProperty("user.name")).as("who may become another user").isEqualTo("root");

    assertFailure(
        program.run("dns-server", "--zone", "x", "--listen", "[::1]:0", "--user", "nosuch"),
        ExitStatus.NOT_PERMITTED,
        "nosuch",
        "the package makes v6cert");
  }

  private static void assertFailure(Outcome outcome, ExitStatus status, String... words) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
    assertThat(outcome.err()).contains(words);
    assertThat(outcome.err().lines().filter(line -> !line.matches("[✓·] .*"))).hasSizeLessThan(4);
  }
}
