package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.lineage.CutRun;
import dev.v6cert.cli.truststore.StoreResult;
import dev.v6cert.cli.truststore.StoreResult.Verdict;
import dev.v6cert.cli.truststore.TrustChange.Action;
import dev.v6cert.testing.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A change of trust stores that is killed, or whose programs are killed, at one of their calls that
 * write; one run for each call with {@code -Dv6cert.kills.whole=true}, for a few of them without.
 */
class KilledTrustIT {

  private static final int MANY = 200;

  private static final boolean WHOLE = Boolean.getBoolean("v6cert.kills.whole");

  /** For the time of the suite; without it each sweep ends at the last call. */
  private static final int MOST_KILLS = WHOLE ? Integer.MAX_VALUE : 3;

  @TempDir static Path made;
  @TempDir Path directory;

  @BeforeAll
  static void makeTheAuthority() throws Exception {
    CutRun.assumeStrace();
    V6cert.here(made).run("obtain", "--ca", "local", "--domain", "app.test");
  }

  @ParameterizedTest(name = "{0} at {1}, every {2}. call")
  @CsvSource({
    "INSTALL, rename, 5",
    "INSTALL, fsync, 23",
    "INSTALL, pwrite64, 26",
    "INSTALL, mkdir, 2",
    "REMOVE, rename, 5",
    "REMOVE, unlink, 4",
    "REMOVE, pwrite64, 27"
  })
  void isFinishedOrUndoneByTheNextRun(Action action, String call, int step) throws Exception {
    int kills = 0;
    for (int when = 1; when < MANY; when += WHOLE ? 1 : step) {
      Path place = Files.createDirectory(directory.resolve(call + when));
      TrustRoot stores = TrustRoot.of("arch", place);
      stores.java("jdk-21", "pkcs12");
      stores.database(".mozilla/firefox/abc.default");
      stores.program("usr/bin/chromium", ""); // Its database is made.
      Path state = place.resolve("state");
      TrustRoot.run(List.of("cp", "-a", made.resolve("state") + "", state + ""));
      Map<String, String> before = stores.content();
      if (action == Action.REMOVE) {
        ChildTrust.change(stores, state, Action.INSTALL);
      }

      boolean killed = killed(stores, state, action, call, when);

      boolean finish = kills % 2 == 0;
      if (finish) {
        assertThat(ChildTrust.change(stores, state, Action.INSTALL))
            .as("%s %d", call, when)
            .extracting(StoreResult::verdict)
            .allMatch(verdict -> isDone(verdict));
      }
      assertThat(ChildTrust.change(stores, state, Action.REMOVE))
          .as("%s %d", call, when)
          .extracting(StoreResult::verdict)
          .allMatch(verdict -> isDone(verdict));
      assertThat(stores.content()).as("%s %d", call, when).isEqualTo(before);
      assertThat(state.resolve("trust")).isDirectoryNotContaining("glob:**/*{pem,before}*");
      if (!killed || ++kills == MOST_KILLS) {
        break;
      }
    }
    assertThat(kills).isPositive();
    System.getLogger(KilledTrustIT.class.getName())
        .log(System.Logger.Level.INFO, "{0} of {1}: {2} kills", action, call, kills);
  }

  private static boolean isDone(Verdict verdict) {
    return verdict instanceof Verdict.Done || verdict instanceof Verdict.Nothing;
  }

  /** Whether there was such a call; it may have been one of a program that the child runs. */
  private static boolean killed(TrustRoot stores, Path state, Action action, String call, int when)
      throws Exception {
    Path log = state.resolveSibling("strace.log");
    List<String> command =
        new ArrayList<>(
            List.of("strace", "-f", "-qq", "-o", log.toString(), "-e", "trace=" + call, "-e"));
    command.add("inject=%s:signal=KILL:when=%d".formatted(call, when));
    command.addAll(
        ChildJvm.command(
            ChildTrust.class,
            stores.root().toString(),
            stores.home().toString(),
            state.toString(),
            action.name()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    process.waitFor();
    return Files.readString(log).contains("killed by SIGKILL");
  }
}
