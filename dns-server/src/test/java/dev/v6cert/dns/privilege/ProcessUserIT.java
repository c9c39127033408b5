package dev.v6cert.dns.privilege;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.privilege.PrivilegeFailure.Reason;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProcessUserIT {
  private static final String USER = "nobody";

  @BeforeAll
  static void needRoot() throws IOException {
    Assumptions.assumeTrue(
        Files.isReadable(Path.of("/proc/self/status")), "there is no /proc/self/status");
    Assumptions.assumeTrue(
        status(Path.of("/proc/self/status"), "Uid").startsWith("0"), "this needs root");
  }

  private static String status(Path file, String key) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(key + ":"))
        .findFirst()
        .orElseThrow()
        .substring(key.length() + 1)
        .strip();
  }

  /** Run in a process of its own, which is lost for anything else. */
  public static final class Subject {
    private Subject() {}

    /** Becomes the user, and prints what each thread is then. */
    public static void main(String[] args) throws Exception {
      Thread before = new Thread(() -> LockSupport.park());
      before.setDaemon(true);
      before.start();
      ProcessUser.become(args[0]);
      try (var tasks = Files.list(Path.of("/proc/self/task"))) {
        for (Path task : tasks.toList()) {
          System.out.println(
              "uid " + status(task.resolve("status"), "Uid").replaceAll("\\s+", " "));
          System.out.println("caps " + status(task.resolve("status"), "CapEff"));
          System.out.println("groups " + status(task.resolve("status"), "Groups"));
        }
      }
      System.out.println("flag " + status(Path.of("/proc/thread-self/status"), "NoNewPrivs"));
    }
  }

  private static List<String> become(String user) throws IOException, InterruptedException {
    String java = Path.of(System.getProperty("java.home", ""), "bin", "java").toString();
    return Program.output(
            java,
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path", ""),
            Subject.class.getName(),
            user)
        .lines()
        .toList();
  }

  @Test
  void turnsEveryThreadIntoTheUserWithoutCapabilities() throws Exception {
    String uid = Program.output("id", "-u", USER).strip();
    String gid = Program.output("id", "-g", USER).strip();
    assertThat(become(USER))
        .hasSizeGreaterThan(20)
        .containsOnly(
            "uid " + String.join(" ", uid, uid, uid, uid),
            "caps 0000000000000000",
            "groups " + gid,
            "flag 1");
  }

  @Test
  void saysThatThereIsNoSuchUser() {
    PrivilegeFailure failure =
        catchThrowableOfType(PrivilegeFailure.class, () -> ProcessUser.become("no-such-user-here"));
    assertThat(failure.reason()).isEqualTo(Reason.NO_SUCH_USER);
  }
}
