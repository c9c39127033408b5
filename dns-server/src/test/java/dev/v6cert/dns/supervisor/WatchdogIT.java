package dev.v6cert.dns.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.health.HealthCheck;
import dev.v6cert.dns.health.ObstructedListeners;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.testing.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Name;

@Timeout(60)
class WatchdogIT {
  /** A service manager that writes down what it is told. */
  private static final String MANAGER =
      """
      import socket, sys
      manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      manager.bind(sys.argv[1])
      while True:
        print(manager.recv(100).decode(), flush=True)
      """;

  @TempDir private Path directory;

  @Test
  void aServiceManagerIsToldForAsLongAsAllListenersAnswer() throws Exception {
    Path socket = directory.resolve("notify");
    LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    Process manager = manager(socket, told);
    try (ObstructedListeners listeners = new ObstructedListeners(DatagramIo.AUTO, "::1")) {
      Watchdog.start(socket.toString(), Duration.ofSeconds(1), listeners.check(), warnings::add);
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
      listeners.hangOne();
      assertThat(warnings.poll(20, TimeUnit.SECONDS)).contains("(thread ", "does not answer");
      told.clear();
      assertThat(told.poll(5, TimeUnit.SECONDS)).isNull();
      assertThat(warnings).isEmpty();
      listeners.release();
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
    } finally {
      manager.destroy();
    }
  }

  @Test
  void aFaultOfTheCheckDoesNotEndTheWatch() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    HealthCheck check =
        new HealthCheck(
            List.of(),
            Name.fromConstantString("magic.test."),
            _ -> {
              if (broken.get()) {
                throw new StackOverflowError("a fault");
              }
              return 0;
            });
    Path socket = directory.resolve("notify");
    LinkedBlockingQueue<String> told = new LinkedBlockingQueue<>();
    LinkedBlockingQueue<String> warnings = new LinkedBlockingQueue<>();
    Process manager = manager(socket, told);
    try {
      Watchdog.start(socket.toString(), Duration.ofSeconds(1), check, warnings::add);
      assertThat(warnings.poll(20, TimeUnit.SECONDS)).contains("a fault");
      assertThat(told).isEmpty();
      broken.set(false);
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("WATCHDOG=1");
    } finally {
      manager.destroy();
    }
  }

  private static Process manager(Path socket, Queue<String> told) throws Exception {
    String python = Program.find("python3", "python3");
    Process manager = new ProcessBuilder(python, "-c", MANAGER, socket.toString()).start();
    Thread.ofVirtual().start(() -> manager.inputReader().lines().forEach(told::add));
    while (!socket.toFile().exists()) {
      Thread.sleep(10);
    }
    return manager;
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "30000000, '', 30",
        "30000000, SELF, 30",
        "30000000, 1, none",
        "'', '', none",
        "0, '', none",
        "soon, '', none"
      })
  void thePeriodIsTheOneSetForThisProcess(String microseconds, String process, Long seconds) {
    String self = Long.toString(ProcessHandle.current().pid());
    assertThat(
            Watchdog.period(microseconds, process.replace("SELF", self)).map(Duration::toSeconds))
        .isEqualTo(Optional.ofNullable(seconds));
  }
}
