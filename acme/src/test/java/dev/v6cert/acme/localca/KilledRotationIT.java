package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.lineage.CutRun;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process cut by strace at its calls that change the disk, one run for each call. */
class KilledRotationIT {

  private static final int MANY = 60;

  @TempDir Path home;

  @ParameterizedTest(name = "{1} of the {0}, every {2}. call")
  @CsvSource({
    "first create, rename, 1",
    "create, rename, 1",
    "create, fsync, 2",
    "create, mkdir, 2",
    "create, write, 6",
    "remove, unlink, 1",
    "remove, rmdir, 1"
  })
  void leavesTheOldAuthorityOrTheNewOne(String action, String call, int step) throws Exception {
    CutRun.assumeStrace();
    int kills = 0;
    for (int when = 1; when < MANY; when += step) {
      Path state = Files.createDirectory(home.resolve(call + when)).resolve("state");
      if (!action.startsWith("first")) {
        ChildRotation.run(state, "create");
      }
      LocalAuthorityStore store = new LocalAuthorityStore(new StateDirectory(state));
      Optional<LocalAuthority> before = store.find();

      boolean killed =
          CutRun.of(
              ChildJvm.command(ChildRotation.class, state.toString(), action),
              call,
              CutRun.KILL,
              when);

      Optional<LocalAuthority> after = store.find();
      if (action.equals("create")) {
        assertThat(after).as(call + " " + when).isPresent();
      } else if (action.equals("remove") && after.isPresent()) {
        assertThat(after).as(call + " " + when).isEqualTo(before);
      }
      if (!killed) {
        break;
      }
      kills++;
      theNextRunHeals(state, store);
    }
    assertThat(kills).isPositive();
  }

  private static void theNextRunHeals(Path state, LocalAuthorityStore store) throws Exception {
    ChildRotation.run(state, "create");
    assertThat(store.rootFile())
        .hasContent(LocalAuthorityStore.pem(store.present().root()).strip());
    assertThat(leftovers(state)).isEmpty();
    ChildRotation.run(state, "remove");
    assertThat(store.find()).isEmpty();
    assertThat(state.resolve("local-ca")).doesNotExist();
  }

  private static List<Path> leftovers(Path state) throws IOException {
    try (Stream<Path> files = Files.walk(state.resolve("local-ca"))) {
      return files.filter(file -> file.toString().endsWith(".tmp")).toList();
    }
  }
}
