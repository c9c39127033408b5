package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hooks as real processes: those that work, that fail, and that a kill cuts off. */
class HooksIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path home;
  private Path log = Path.of("");
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeEach
  void prepare() throws IOException {
    machine = network.machine(home);
    log = Files.createFile(home.resolve("log"));
  }

  private String logging(String word) {
    return "echo " + word + " >> " + log;
  }

  private List<String> logged() throws IOException {
    return Files.readAllLines(log);
  }

  private Process start(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("obtain"));
    all.addAll(network.options());
    all.addAll(List.of(words));
    return machine
        .process(List.of(), all)
        .redirectErrorStream(true)
        .redirectOutput(home.resolve("run.log").toFile())
        .start();
  }

  private void await(String line) throws IOException {
    long start = System.nanoTime();
    while (!logged().contains(line)) {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as(Files.readString(home.resolve("run.log")))
          .isLessThan(LIMIT);
      Thread.onSpinWait();
    }
  }

  /** Whether the process is gone, or waits for an init to take note of its end. */
  private static boolean hasEnded(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (IOException e) {
      return true;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pre", "deploy", "post", "failure"})
  void oneThatDoesNotExistIsRefusedBeforeAnyOrder(String kind) throws Exception {
    String before = network.pebble().log();

    Outcome outcome =
        machine.run(network.options(), "obtain", "--" + kind + "-hook", "no-such-program reload");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err())
        .contains("is not a value for --" + kind + "-hook")
        .contains("there is no program \"no-such-program\"");
    assertThat(network.pebble().log()).isEqualTo(before);
    assertThat(machine.state()).doesNotExist();
  }

  @Test
  void preAndPostMayFreePort80ForAMoment() throws Exception {
    Process holder = TestNetwork.holder(machine);
    try {
      Outcome outcome =
          machine.run(
              network.options(),
              "obtain",
              "--pre-hook",
              "kill " + holder.pid() + " && " + logging("stopped"),
              "--post-hook",
              logging("started $RENEWED_DOMAINS"));

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err()).contains("pre hook ran (").contains("post hook ran (");
      assertThat(logged()).containsExactly("stopped", "started " + TestNetwork.NAME);
    } finally {
      holder.destroyForcibly().waitFor();
    }
  }

  @Test
  void aDeployHookThatAKillCutsOffRunsAgainNextTimeOnce() throws Exception {
    Path gate = Files.createFile(home.resolve("gate"));
    Process obtain =
        start(
            "--deploy-hook",
            logging("began")
                + "; while [ -e "
                + gate
                + " ]; do sleep 0.05; done; "
                + logging("ended"));
    await("began");
    obtain.destroyForcibly().waitFor();
    Files.delete(gate);
    await("ended"); // The shell itself was not killed, and goes on.
    assertThat(machine.run("show", TestNetwork.NAME).out()).contains("has not succeeded yet");

    assertThat(machine.run("renew").code()).isZero();
    assertThat(machine.run("renew").code()).isZero();

    assertThat(logged()).containsExactly("began", "ended", "began", "ended");
    assertThat(machine.run("show", TestNetwork.NAME).out())
        .contains("succeeded, ")
        .doesNotContain("has not succeeded yet");
  }

  @Test
  void thePostHookOfAnObtainThatWasKilledIsRunByRenew() throws Exception {
    Process obtain =
        start("--pre-hook", logging("stopped") + "; sleep 600", "--post-hook", logging("started"));
    await("stopped");
    obtain.destroyForcibly().waitFor();

    Outcome renew = machine.run("renew");

    assertThat(renew.code()).as(renew.toString()).isZero();
    assertThat(logged()).containsExactly("stopped", "started");
    assertThat(machine.run("renew").code()).isZero();
    assertThat(logged()).hasSize(2);
  }

  @Test
  void ctrlCEndsAHookAndAllThatItStartedWithinTwoSeconds() throws Exception {
    Path pid = home.resolve("pid");
    Process obtain =
        start("--deploy-hook", "sleep 600 & echo $! > " + pid + "; " + logging("began") + "; wait");
    await("began");
    long start = System.nanoTime();
    new ProcessBuilder("kill", "-INT", Long.toString(obtain.pid())).start().waitFor();

    assertThat(obtain.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
    assertThat(obtain.exitValue()).isEqualTo(130);
    assertThat(hasEnded(Files.readString(pid).strip())).isTrue();
    assertThat(machine.run("show", TestNetwork.NAME).out()).contains("has not succeeded yet");
  }

  @Test
  void oneThatTakesTooLongIsCutOffAndItsOutputKept() throws Exception {
    Outcome outcome =
        machine.run(
            network.options(),
            "obtain",
            "--deploy-hook",
            "echo waiting for nothing; sleep 600",
            "--hook-limit",
            "1s");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(outcome.err()).contains("was cut off after 1s").contains("waiting for nothing");
    assertThat(machine.run("show", TestNetwork.NAME).out())
        .contains("cut off after its time")
        .contains("waiting for nothing");
    assertThat(machine.run("show", TestNetwork.NAME, "--json").out())
        .contains("\"output\": \"waiting for nothing\\n\"")
        .contains("\"timed_out\": true");
  }

  @Test
  void theFailureHookHearsWhyARenewalFailed() throws Exception {
    assertThat(
            machine
                .run(
                    network.options(),
                    "obtain",
                    "--challenge",
                    "http-01",
                    "--failure-hook",
                    "echo \"$FAILED_DOMAINS: $FAILURE_REASON\" >> " + log)
                .code())
        .isZero();
    Process holder = TestNetwork.holder(machine);
    try {
      assertThat(machine.run("renew", "--force").code()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(logged())
        .singleElement()
        .asString()
        .startsWith(TestNetwork.NAME + ": cannot listen on");
  }

  @Test
  void theyGetTheEnvironmentButNoSecretOfOurs() throws Exception {
    String hook = "echo \"kid $V6CERT_EAB_KID, key $V6CERT_EAB_HMAC.\" >> " + log;
    assertThat(machine.run(network.options(), "obtain", "--deploy-hook", hook).code()).isZero();
    ProcessBuilder renew = machine.process(List.of(), List.of("renew", "--force"));
    renew.environment().put("V6CERT_EAB_KID", "kid-1");
    renew.environment().put("V6CERT_EAB_HMAC", "c2VjcmV0".repeat(6));

    Outcome outcome = machine.run(renew);

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(logged()).containsExactly("kid , key .", "kid kid-1, key .");
  }

  @Test
  void theyCanBeGivenToACertificateThatIsKept() throws Exception {
    assertThat(machine.run(network.options(), "obtain").code()).isZero();

    Outcome again = machine.run(network.options(), "obtain", "--deploy-hook", logging("deployed"));

    assertThat(again.code()).as(again.toString()).isZero();
    assertThat(again.err()).contains("its hooks are the ones given now");
    assertThat(machine.run("renew", "--force").code()).isZero();
    assertThat(logged()).containsExactly("deployed");
    assertThat(machine.run(network.options(), "obtain").err()).doesNotContain("its hooks");
    assertThat(machine.run("show", TestNetwork.NAME).out()).contains(logging("deployed"));
  }

  @Test
  void oneThatIsGivenToAKeptCertificateLeavesItTheOthers() throws Exception {
    String deploy = logging("deployed");
    assertThat(
            machine
                .run(network.options(), "obtain", "--deploy-hook", deploy, "--hook-limit", "90s")
                .code())
        .isZero();

    Outcome post = machine.run(network.options(), "obtain", "--post-hook", logging("after"));
    Outcome verify = machine.run(network.options(), "obtain", "--verify", "[::1]:8443");

    assertThat(post.err()).contains("its hooks are the ones given now");
    assertThat(verify.err())
        .contains("its renewals look at the server of --verify")
        .doesNotContain("its hooks");
    assertThat(machine.run("show", TestNetwork.NAME).out())
        .contains(deploy, logging("after"), "[::1]:8443");
    assertThat(
            Files.readString(
                machine.state().resolve("renewal/" + TestNetwork.NAME + ".properties")))
        .contains("hook-limit=PT1M30S");
  }
}
