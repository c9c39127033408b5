package dev.v6cert.acme.hook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.hook.HookRunner.Listener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HookRunnerTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @TempDir Path temporary;

  private Path output() {
    return temporary.resolve("output");
  }

  private HookResult run(String command, Duration limit, Map<String, String> environment) {
    return run(new HookRunner(Clock.systemUTC()), command, limit, environment);
  }

  private HookResult run(
      HookRunner runner, String command, Duration limit, Map<String, String> environment) {
    HookCommands hooks = new HookCommands(Map.of(HookKind.DEPLOY, command), limit);
    return runner.run(hooks, HookKind.DEPLOY, environment, output()).orElseThrow();
  }

  private HookResult run(String command) {
    return run(command, LONG, Map.of());
  }

  @Test
  void tellsTheHookItsVariablesAndKeepsItsOutputAndStatus() {
    HookResult result = run("echo \"$ONE\"; echo bad >&2; exit 3", LONG, Map.of("ONE", "a b"));

    assertThat(result.output()).isEqualTo("a b\nbad\n");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.timedOut()).isFalse();
  }

  @Test
  void keepsTheSecretsOfThisProcessFromIt() {
    HookRunner runner = new HookRunner(Clock.systemUTC(), Listener.NONE, Set.of("HOME"));

    HookResult result = run(runner, "echo \"$HOME|$PATH\"", LONG, Map.of());

    assertThat(result.output()).isEqualTo("|" + System.getenv("PATH") + "\n");
  }

  @Test
  void takesThePlaceOfWhatAKilledRunLeftAndLeavesNothing() throws Exception {
    Files.writeString(output(), "of another hook, which may write on\n");

    HookResult result = run("echo mine");

    assertThat(result.output()).isEqualTo("mine\n");
    assertThat(output()).doesNotExist();
  }

  @Test
  void fillsNoDiskHoweverMuchTheHookSays() {
    String much = "head -c 64000000 /dev/zero | tr '\\0' x; ";
    String size = "wc -c <\"$OUTPUT\"; echo done";

    HookResult result =
        run(much + "sleep 0.5; " + size, LONG, Map.of("OUTPUT", output().toString()));

    assertThat(result.output()).endsWith("done\n");
    String[] lines = result.output().split("\n", -1);
    String octets = lines[lines.length - 3].replaceAll("^x*", "").strip();
    assertThat(Long.parseLong(octets)).isLessThan(2_000_000);
  }

  @Test
  void keepsTheEndOfALongOutput() {
    HookResult result = run("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");

    assertThat(result.output()).endsWith("line 2999\n").hasSizeLessThanOrEqualTo(4096);
  }

  @Test
  void doesNotWaitForADaemonThatTheHookLeavesBehind() {
    HookResult result = run("sleep 20 & echo started");

    assertThat(result.succeeded()).isTrue();
    assertThat(result.took()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void endsTheWholeGroupAfterTheLimitAlsoWhatIgnoresARequestAndHasNoParent() throws Exception {
    Path pids = temporary.resolve("pids");
    String command =
        "sleep 600 & echo $! >> %s; sh -c 'trap \"\" TERM; (sh -c \"echo \\$\\$; exec sleep 600\" & ) >> %s; sleep 600'"
            .formatted(pids, pids);

    HookResult result = run(command, Duration.ofMillis(500), Map.of());

    assertThat(result.timedOut()).isTrue();
    assertThat(result.succeeded()).isFalse();
    assertThat(Files.readAllLines(pids)).hasSize(2).allSatisfy(HookRunnerTest::hasEnded);
  }

  private static void hasEnded(String pid) throws Exception {
    ProcessHandle process = ProcessHandle.of(Long.parseLong(pid.strip())).orElse(null);
    if (process != null && !isZombie(pid.strip())) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  private static boolean isZombie(String pid) {
    try {
      return Files.readString(Path.of("/proc", pid, "stat")).contains(") Z ");
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void cutsTheHookOffWhenThisProgramIsToldToStop() throws Exception {
    Path begun = temporary.resolve("begun");
    Thread runner =
        Thread.ofPlatform()
            .start(() -> {
              HookResult result = run("touch " + begun + "; sleep 600");
              assertThat(result.status()).isEqualTo(-1);
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
    while (!Files.exists(begun)) {
      Thread.onSpinWait();
    }
    long start = System.nanoTime();

    runner.interrupt();

    assertThat(runner.join(Duration.ofSeconds(20))).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
  }

  @Test
  void runsAHookThatTidiesUpAlthoughTheProgramIsBeingStopped() {
    Thread.currentThread().interrupt();

    HookResult result = run("echo tidied");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.output()).isEqualTo("tidied\n");
  }

  @Nested
  class ACheckWithoutRunningIt {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "echo done",
          "  systemd=1 true",
          "/bin/true --now",
          "if true; then echo a; fi",
          "(cd / && ls)",
          "\"$HOME\"/bin/anything",
          "true;false",
          ": > /dev/null"
        })
    void findsNoFaultWith(String command) {
      assertThat(HookCheck.fault(command)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "   ",
          "systemctl-of-no-system reload nginx",
          "/no/such/file --now",
          "/etc/passwd",
          "/etc",
          "./reload.sh",
          "echo \"open",
          "if true; then"
        })
    void findsAFaultWith(String command) {
      assertThat(HookCheck.fault(command)).isPresent();
    }

    @Test
    void runsNothing() {
      Path trace = temporary.resolve("trace");

      assertThat(HookCheck.fault("touch " + trace)).isEmpty();
      assertThat(HookCheck.fault("touch " + trace + "; if")).isPresent();
      assertThat(trace).doesNotExist();
    }
  }
}
