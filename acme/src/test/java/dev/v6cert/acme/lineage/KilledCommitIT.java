package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process cut by strace at each of its calls that change the disk, one run for each call. */
class KilledCommitIT {

  /** Far more calls of a kind than a commit makes. */
  private static final int MANY = 60;

  @TempDir static Path material;
  @TempDir Path state;

  @BeforeAll
  static void prepare() throws IOException {
    ChildCommit.prepare(material);
  }

  @ParameterizedTest(name = "{0}, every {1}. call")
  @CsvSource({"rename, 1", "fsync, 4", "symlink, 1", "mkdir, 2"})
  void leavesAWholeLineage(String call, int step) throws Exception {
    CutRun.assumeStrace();
    int kills = 0;
    for (int when = 1; when < MANY; when += step) {
      Path fresh = Files.createDirectory(state.resolve("first-" + when));
      boolean killed = run(fresh, call, when);
      everythingLoads(fresh, call + " " + when + " of a first commit");
      if (!killed) {
        break;
      }
      kills++;
      int before = live(fresh);
      run(fresh, call, when);
      everythingLoads(fresh, call + " " + when + " of a second commit");
      assertThat(live(fresh)).isGreaterThanOrEqualTo(before);
      ChildCommit.commit(fresh, material);
      everythingLoads(fresh, "the next run");
      assertThat(live(fresh)).isGreaterThan(before);
      assertThat(leftovers(fresh)).isEmpty();
    }
    assertThat(kills).isPositive();
  }

  @ParameterizedTest(name = "{0} of every {1}")
  @CsvSource({"EIO, fsync, 3", "ENOSPC, rename, 2", "ENOSPC, mkdir, 2", "EROFS, symlink, 1"})
  void keepsTheOldGenerationWhereTheDiskFails(String error, String call, int step)
      throws Exception {
    CutRun.assumeStrace();
    ChildCommit.commit(state, material);
    boolean failed = true;
    for (int when = 1; failed && when < MANY; when += step) {
      int before = live(state);
      failed = run(state, call, "error=" + error, when);
      everythingLoads(state, error + " of " + call + " " + when);
      assertThat(live(state)).isGreaterThanOrEqualTo(before);
      ChildCommit.commit(state, material);
      assertThat(live(state)).isGreaterThan(before);
    }
    assertThat(live(state)).isGreaterThan(2);
  }

  private static boolean run(Path directory, String call, int when)
      throws IOException, InterruptedException {
    return run(directory, call, CutRun.KILL, when);
  }

  /** Whether the child was killed, or failed, by a fault of its {@code when}th such call. */
  private static boolean run(Path directory, String call, String fault, int when)
      throws IOException, InterruptedException {
    return CutRun.of(
        ChildJvm.command(ChildCommit.class, directory.toString(), material.toString()),
        call,
        fault,
        when);
  }

  private static void everythingLoads(Path directory, String what) throws Exception {
    CertificateStore store = new CertificateStore(new StateDirectory(directory));
    for (StoredLineage stored : store.lineages()) {
      assertThat(stored).as(what).isInstanceOf(StoredLineage.Loaded.class);
    }
    if (live(directory) > 0) {
      store.verify(ChildCommit.NAME);
    }
  }

  private static int live(Path directory) throws Exception {
    return new CertificateStore(new StateDirectory(directory))
        .liveNumber(ChildCommit.NAME)
        .orElse(0);
  }

  private static List<Path> leftovers(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file ->
              file.toString().endsWith(".tmp") || (file.getFileName() + "").startsWith("order-"))
          .toList();
    }
  }
}
