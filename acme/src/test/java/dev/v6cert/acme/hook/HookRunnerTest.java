package dev.v6cert.acme.hook;

import static org.assertj.core.api.Assertions.assertThat;

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
  void tells_the_hook_its_variables_and_keeps_its_output_and_status() {
    HookResult result = run("echo \"$ONE\"; echo bad >&2; exit 3", LONG, Map.of("ONE", "a b"));

    assertThat(result.output()).isEqualTo("a b\nbad\n");
    assertThat(result.status()).isEqualTo(3);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.timedOut()).isFalse();
  }

  @Test
  void keeps_the_secrets_of_this_process_from_it() {
    HookRunner runner = new HookRunner(Clock.systemUTC(), HookListener.NONE, Set.of("HOME"));

    HookResult result = run(runner, "echo \"$HOME|$PATH\"", LONG, Map.of());

    assertThat(result.output()).isEqualTo("|" + System.getenv("PATH") + "\n");
  }

  @Test
  void takes_the_place_of_what_a_killed_run_left_and_leaves_nothing() throws Exception {
    Files.writeString(output(), "of another hook, which may write on\n");

    HookResult result = run("echo mine");

    assertThat(result.output()).isEqualTo("mine\n");
    assertThat(output()).doesNotExist();
  }

  @Test
  void fills_no_disk_however_much_the_hook_says() {
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
  void keeps_the_end_of_a_long_output() {
    HookResult result = run("i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done");

    assertThat(result.output()).endsWith("line 2999\n").hasSizeLessThanOrEqualTo(4096);
  }

  @Test
  void does_not_wait_for_a_daemon_that_the_hook_leaves_behind() {
    HookResult result = run("sleep 20 & echo started");

    assertThat(result.succeeded()).isTrue();
    assertThat(result.took()).isLessThan(Duration.ofSeconds(15));
  }

  @Test
  void ends_the_whole_group_after_the_limit_also_what_ignores_a_request_and_has_no_parent()
      throws Exception {
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
  void cuts_the_hook_off_when_this_program_is_told_to_stop() throws Exception {
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
  void runs_a_hook_that_tidies_up_although_the_program_is_being_stopped() {
    Thread.currentThread().interrupt();

    HookResult result = run("echo tidied");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.output()).isEqualTo("tidied\n");
  }

  @Nested
  class A_check_without_running_it {

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
    void finds_no_fault_with(String command) {
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
    void finds_a_fault_with(String command) {
      assertThat(HookCheck.fault(command)).isPresent();
    }

    @Test
    void runs_nothing() {
      Path trace = temporary.resolve("trace");

      assertThat(HookCheck.fault("touch " + trace)).isEmpty();
      assertThat(HookCheck.fault("touch " + trace + "; if")).isPresent();
      assertThat(trace).doesNotExist();
    }
  }
}
