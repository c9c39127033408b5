package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.hook.HookKind;
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

/**
 * Ledger, hook record and renewal state, of a lineage in an older format, cut by strace at each
 * call that changes the disk: what is there afterwards reads as it did before the call, or after
 * it.
 */
class KilledRenewalStateIT {

  private static final int MANY = 60;

  @TempDir static Path material;
  @TempDir Path homes;

  @BeforeAll
  static void prepare() throws IOException {
    CutRun.assumeStrace();
    ChildCommit.prepare(material);
  }

  @ParameterizedTest(name = "{0} at every {2}. {1}")
  @CsvSource({
    "signal=KILL, rename, 1",
    "signal=KILL, fsync, 3",
    "error=ENOSPC, rename, 2",
    "error=EIO, fsync, 4"
  })
  void leavesWhatReadsAndTheNextRunGoesOn(String fault, String call, int step) throws Exception {
    int cut = 0;
    for (int when = 1; when < MANY; when += step) {
      StateDirectory directory = lineageInFormat1(fault + "-" + call + "-" + when);
      if (!run(directory, call, fault, when)) {
        break;
      }
      cut++;
      reads(directory, call + " " + when);
      ChildRenewalState.change(directory);
      reads(directory, "the run after " + call + " " + when);
      assertThat(new HookRecords(directory).find(ChildRenewalState.NAME).pending())
          .containsKey(HookKind.POST);
      assertThat(leftovers(directory)).isEmpty();
    }
    assertThat(cut).isGreaterThan(2);
  }

  private StateDirectory lineageInFormat1(String home) throws Exception {
    StateDirectory directory = new StateDirectory(homes.resolve(home));
    ChildCommit.commit(directory.root(), material);
    Path file = directory.renewal().resolve(ChildRenewalState.NAME + ".properties");
    Files.writeString(
        file,
        Files.readString(file)
            .replaceAll("format-version=\\d+", "format-version=1")
            .replaceAll("(?m)^(hook-limit|responder[.].*)=.*\\R", ""));
    return directory;
  }

  private static void reads(StateDirectory directory, String what) throws Exception {
    assertThat(new CertificateStore(directory).lineages())
        .as(what)
        .singleElement()
        .isInstanceOf(StoredLineage.Loaded.class);
    new CertificateStore(directory).verify(ChildRenewalState.NAME);
    HookRecord record = new HookRecords(directory).find(ChildRenewalState.NAME);
    Path file = directory.hooks().resolve(ChildRenewalState.NAME + ".properties");
    assertThat(Files.exists(file)).as(what).isEqualTo(!record.equals(HookRecord.NONE));
    if (Files.exists(directory.ledger())) {
      assertThat(Files.readString(directory.ledger()).lines().toList())
          .as(what)
          .contains("format-version=1")
          .hasSizeGreaterThanOrEqualTo(2);
    }
  }

  private static List<Path> leftovers(StateDirectory directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory.root())) {
      return files.filter(file -> file.toString().endsWith(".tmp")).toList();
    }
  }

  /** Whether the child was killed, or failed, by a fault of its {@code when}th such call. */
  private static boolean run(StateDirectory directory, String call, String fault, int when)
      throws IOException, InterruptedException {
    return CutRun.of(
        ChildJvm.command(ChildRenewalState.class, directory.root().toString()), call, fault, when);
  }
}
