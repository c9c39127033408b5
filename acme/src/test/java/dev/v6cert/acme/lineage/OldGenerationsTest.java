package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.state.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The generations before the live one. */
class OldGenerationsTest extends StoreFixture {

  private List<String> generations() throws IOException {
    return DurableFiles.children(directory.archive(NAME)).stream()
        .filter(Files::isDirectory)
        .map(child -> child.getFileName().toString())
        .sorted(Comparator.comparing(Integer::valueOf))
        .toList();
  }

  /** Commits when all certificates before have expired. */
  private void commitLate() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      commit(lock, plan(), Instant.now().plus(Duration.ofDays(91)));
    }
  }

  @Test
  void areKeptWhileTheyAreValid() throws Exception {
    for (int i = 1; i <= 8; i++) {
      commit();
    }
    assertThat(generations()).hasSize(8);
    commitLate();
    assertThat(generations()).containsExactly("4", "5", "6", "7", "8", "9");
  }

  @Test
  void areKeptToTheNumberOfFive() throws Exception {
    for (int i = 1; i <= 6; i++) {
      commitLate();
    }
    assertThat(generations()).containsExactly("1", "2", "3", "4", "5", "6");
    for (int i = 7; i <= 9; i++) {
      commitLate();
    }
    assertThat(generations()).containsExactly("4", "5", "6", "7", "8", "9");
    store.verify(NAME);
  }

  @Test
  void thatAKillLeftHalfDeletedGoTheNextTime() throws Exception {
    for (int i = 1; i <= 7; i++) {
      commitLate();
    }
    Files.createDirectory(directory.archive(NAME).resolve("1"));
    commitLate();
    assertThat(generations()).containsExactly("3", "4", "5", "6", "7", "8");
  }

  @Test
  void thatAreNoneOfOursStay() throws Exception {
    commitLate();
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createFile(elsewhere.resolve("precious"));
    Files.createDirectory(directory.archive(NAME).resolve("my-backup"));
    Files.createSymbolicLink(directory.archive(NAME).resolve("2"), elsewhere);
    for (int i = 3; i <= 12; i++) {
      commitLate();
    }
    assertThat(directory.archive(NAME).resolve("my-backup")).exists();
    assertThat(elsewhere.resolve("precious")).exists();
  }

  @Test
  void areOnlyThoseBeforeTheLiveOne() throws Exception {
    for (int i = 1; i <= 6; i++) {
      commitLate();
    }
    OldGenerations.prune(directory.archive(NAME), 2, Instant.MAX);
    assertThat(generations()).hasSize(6);
    assertThat(store.liveNumber(NAME)).hasValue(6);
  }
}
