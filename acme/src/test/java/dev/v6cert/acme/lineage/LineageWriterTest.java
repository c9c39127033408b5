package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.testing.TestAuthority;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Writing to the store. */
class LineageWriterTest extends StoreFixture {

  @Test
  void keepsSecretsToTheOwner() throws Exception {
    commit();
    try (StateLock lock = StateLock.acquire(directory)) {
      new AccountStore(lock, request().authority(), AccountName.DEFAULT)
          .storeKey(TestAuthority.newKeys());
    }
    try (Stream<Path> files = Files.walk(directory.root())) {
      for (Path file : files.filter(it -> !Files.isSymbolicLink(it)).toList()) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as(file.toString())
            .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------");
      }
    }
  }

  @Test
  void leavesExactlyTheFilesOfTheLayout() throws Exception {
    commit();
    commit();
    try (Stream<Path> files = Files.walk(directory.root())) {
      assertThat(files.map(it -> directory.root().relativize(it).toString()))
          .containsExactlyInAnyOrder(
              "",
              "accounts",
              "archive",
              "archive/2001-db8--1.test",
              "archive/2001-db8--1.test/1",
              "archive/2001-db8--1.test/1/cert.pem",
              "archive/2001-db8--1.test/1/chain.pem",
              "archive/2001-db8--1.test/1/fullchain.pem",
              "archive/2001-db8--1.test/1/privkey.pem",
              "archive/2001-db8--1.test/2",
              "archive/2001-db8--1.test/2/cert.pem",
              "archive/2001-db8--1.test/2/chain.pem",
              "archive/2001-db8--1.test/2/fullchain.pem",
              "archive/2001-db8--1.test/2/privkey.pem",
              "hooks",
              "live",
              "live/2001-db8--1.test",
              "lock",
              "renewal",
              "renewal/2001-db8--1.test.properties");
    }
    assertThat(Files.readSymbolicLink(directory.live(NAME)))
        .isEqualTo(Path.of("../archive/2001-db8--1.test/2"));
  }

  @Test
  void keepsTheKeyAndOrderOfARunThatWasCutOff() throws Exception {
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      IssuanceJournal first = writer.journal(request(), this::newKeys);
      first.ordered(URI.create("https://ca.test/order/7"));
      IssuanceJournal second = writer.journal(request(), this::newKeys);
      assertThat(second.order()).contains(URI.create("https://ca.test/order/7"));
      assertThat(second.keys().getPrivate()).isEqualTo(first.keys().getPrivate());
      assertThat(keysMade).hasValue(1);
    }
  }

  @Test
  void keepsTheKeyButNotTheOrderForOtherSubjects() throws Exception {
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      writer.journal(request(), this::newKeys).ordered(URI.create("https://ca.test/order/7"));
      IssuanceRequest other =
          IssuanceRequest.of(NAME, List.of(Subject.parse("b.test")), request().authority());
      IssuanceJournal second = writer.journal(other, this::newKeys);
      assertThat(second.order()).isEmpty();
      KeyPair _ = second.keys();
      assertThat(keysMade).hasValue(1);
      IssuanceRequest larger = other.with(other.key().with(KeyType.EC384));
      KeyPair _ = writer.journal(larger, this::newKeys).keys();
      assertThat(keysMade).hasValue(2);
    }
  }

  @Test
  void reusesTheLiveKeyWhereAsked() throws Exception {
    IssuanceRequest reusing = request().with(KeyPolicy.DEFAULT.reusing());
    try (StateLock lock = StateLock.acquire(directory)) {
      Path key = commit(lock, Lineage.Plan.of(reusing)).privateKey();
      String first = Files.readString(key);
      commit(lock, Lineage.Plan.of(reusing));
      assertThat(Files.readString(key)).isEqualTo(first);
      commit(lock, Lineage.Plan.of(request()));
      assertThat(Files.readString(key)).isNotEqualTo(first);
    }
  }

  @Test
  void aKeyThatAKilledRunMadeGivesWayToTheOneToBeReused() throws Exception {
    try (StateLock lock = StateLock.acquire(directory)) {
      Path key = commit(lock, Lineage.Plan.of(request())).privateKey();
      String first = Files.readString(key);
      new LineageWriter(lock).journal(request(), this::newKeys);

      commit(lock, Lineage.Plan.of(request().with(KeyPolicy.DEFAULT.reusing())));

      assertThat(Files.readString(key)).isEqualTo(first);
    }
  }

  @Test
  void putsADamagedFileAsideAndTheCertificateStaysLive() throws Exception {
    Lineage committed = commit();
    Files.writeString(properties(), "garbage");
    try (StateLock lock = StateLock.acquire(directory)) {
      assertThat(new LineageWriter(lock).recover(NAME)).isEmpty();
      assertThat(store.find(NAME)).isEmpty();
      assertThat(committed.fullChain()).exists();
      assertThat(commit(lock, plan()).generation().orElseThrow().number()).isEqualTo(2);
    }
  }

  @Test
  void putsAsideWhatStandsWhereTheLinkBelongs() throws Exception {
    StateLock.acquire(directory).close();
    Files.createDirectory(directory.live(NAME));
    try (StateLock lock = StateLock.acquire(directory)) {
      new LineageWriter(lock).recover(NAME);
      commit(lock, plan());
    }
    store.verify(NAME);
  }

  @Test
  void seesThatKeyAndCertificateDoNotBelongTogether() throws Exception {
    Lineage lineage = commit();
    Files.writeString(
        lineage.privateKey(), TestAuthority.pem(TestAuthority.newKeys().getPrivate()));
    AcmeFailureException e =
        catchThrowableOfType(AcmeFailureException.class, () -> store.verify(NAME));
    assertThat(((StateUnusable) e.failure()).problem()).isEqualTo(StateProblem.CORRUPT);
  }
}
