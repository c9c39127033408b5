package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code --verify} against a real TLS server, OpenSSL's, that has and has not been reloaded. */
class VerifyIT {

  private static final String SERVER = "[::1]:4433";

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path home;

  @BeforeAll
  static void needOpenssl() {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/openssl")), "there is no /usr/bin/openssl");
  }

  /** A command that ends the server, if there is one, and starts it with the live certificate. */
  private String reload() {
    Path pid = home.resolve("server.pid");
    return "[ ! -e %1$s ] || kill $(cat %1$s); (openssl s_server -www -accept %2$s -naccept 100 -cert_chain %3$s/chain.pem -cert %3$s/cert.pem -key %3$s/privkey.pem > %4$s 2>&1 & echo $! > %1$s)"
        .formatted(pid, SERVER, "$RENEWED_LINEAGE", home.resolve("server.log"));
  }

  private void stop() throws IOException, InterruptedException {
    Path pid = home.resolve("server.pid");
    if (Files.exists(pid)) {
      new ProcessBuilder("kill", Files.readString(pid).strip()).start().waitFor();
    }
  }

  @Test
  void tellsAServerThatTookTheCertificateUpFromOneThatDidNot() throws Exception {
    V6cert machine = network.machine(home);
    try {
      Outcome first =
          machine.run(network.options(), "obtain", "--deploy-hook", reload(), "--verify", SERVER);
      assertThat(first.code()).as(first + Files.readString(home.resolve("server.log"))).isZero();
      assertThat(first.err()).contains(SERVER + " shows the new certificate");
      String serial = serial(machine);

      // The hook now only says that it has reloaded.
      assertThat(
              machine
                  .run(network.options(), "obtain", "--deploy-hook", "true", "--verify", SERVER)
                  .code())
          .isZero();
      Outcome second = machine.run("renew", "--force");

      assertThat(second.code()).as(second.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
      assertThat(second.err())
          .contains(SERVER + " does not show the new certificate")
          .contains("the one with the serial " + serial);
      assertThat(machine.run("status").code()).isEqualTo(ExitStatus.FAILING.code());

      Outcome third =
          machine.run(network.options(), "obtain", "--deploy-hook", reload(), "--verify", SERVER);
      assertThat(third.code()).as(third.toString()).isZero();
      assertThat(machine.run("status").code()).isZero();
    } finally {
      stop();
    }
  }

  @Test
  void saysThatNobodyAnswersAndLooksAgainAtTheNextRenew() throws Exception {
    V6cert machine = network.machine(home);

    Outcome outcome = machine.run(network.options(), "obtain", "--verify", "localhost:4434");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err()).contains("localhost:4434 does not show").contains("does not answer");
    assertThat(machine.run("renew").code()).isEqualTo(ExitStatus.TEMPORARY.code());
  }

  @Test
  void refusesWhatIsNoServerBeforeAnyOrder() throws Exception {
    for (String text : List.of("localhost", "::1:443", "localhost:0", "localhost:65536", ":443")) {
      assertThat(network.machine(home).run(network.options(), "obtain", "--verify", text).code())
          .as(text)
          .isEqualTo(ExitStatus.USAGE.code());
    }
  }

  private static String serial(V6cert machine) throws IOException {
    Process process =
        new ProcessBuilder(
                "openssl",
                "x509",
                "-noout",
                "-serial",
                "-in",
                machine.state().resolve("live").resolve(TestNetwork.NAME).resolve("cert.pem") + "")
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.strip().replace("serial=", "").replaceFirst("^0+", "").toLowerCase(Locale.ROOT);
  }
}
