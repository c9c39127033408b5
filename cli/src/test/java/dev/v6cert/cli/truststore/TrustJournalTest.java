package dev.v6cert.cli.truststore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The journal's directory after a killed run. */
class TrustJournalTest {

  @TempDir Path root;

  @Test
  void isRemovedWhereItIsHalfWritten() throws Exception {
    StateDirectory state = new StateDirectory(root.resolve("state"));
    try (StateLock lock = StateLock.acquire(state)) {
      Path trust = Files.createDirectory(state.root().resolve("trust"));
      Path half = Files.writeString(trust.resolve(".95aa7c09befdc5f5.pem.tmp"), "-----BEGIN");

      TrustJournal journal = TrustJournal.open(lock);

      assertThat(half).doesNotExist();
      assertThat(journal.roots()).isEmpty();
    }
  }
}
