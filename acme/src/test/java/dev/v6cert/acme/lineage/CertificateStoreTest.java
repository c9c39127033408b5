package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailure.StateProblem;
import dev.v6cert.acme.AcmeFailure.StateUnusable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateStoreTest {

  private static final LineageName NAME = new LineageName("2001-db8--1.test");
  private static final Instant NOW = Instant.parse("2026-11-22T01:02:03Z");

  @TempDir Path temporary;
  private StateDirectory directory = new StateDirectory(Path.of("unset"));
  private CertificateStore store = new CertificateStore(directory);
  private final AtomicInteger keysMade = new AtomicInteger();

  @BeforeEach
  void setUp() {
    directory = new StateDirectory(temporary.resolve("state"));
    store = new CertificateStore(directory);
  }

  private static IssuanceRequest request() {
    return IssuanceRequest.of(
        NAME,
        List.of(Subject.parse("a.test"), Subject.parse("2001:db8::1")),
        CertificateAuthority.of("https://ca.test/dir").trusting(Path.of("/etc/ca.pem")));
  }

  private static Lineage.Plan plan() {
    return new Lineage.Plan(
        request(),
        HookCommands.deploying("systemctl reload \"nginx\" # ü\n")
            .with(HookKind.PRE, "systemctl stop nginx"),
        Optional.of(new Endpoint("::1", 443)),
        Map.of("zone", "a.test"));
  }

  private KeyPair newKeys() {
    keysMade.incrementAndGet();
    return TestAuthority.newKeys();
  }

  private Lineage commit(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    return commit(lock, plan, NOW);
  }

  private Lineage commit(StateLock lock, Lineage.Plan plan, Instant now)
      throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    IssuanceJournal journal = writer.journal(plan.request(), this::newKeys);
    TestAuthority authority = new TestAuthority("store");
    X509Certificate leaf =
        authority.leaf(
            journal.keys().getPublic(),
            List.of(TestAuthority.dns("a.test"), TestAuthority.ip("2001:db8::1")),
            Duration.ofDays(90));
    return writer.commit(plan, journal, List.of(leaf, authority.root()), now);
  }

  private Lineage commit() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      return commit(lock, plan());
    }
  }

  private StateUnusable damage() {
    StoredLineage stored = store.find(NAME).orElseThrow();
    assertThat(stored).isInstanceOf(StoredLineage.Damaged.class);
    return (StateUnusable) ((StoredLineage.Damaged) stored).failure();
  }

  private Path properties() {
    return directory.root().resolve("renewal").resolve(NAME + ".properties");
  }

  @Nested
  class OldOnes {

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

  @Nested
  class Reading {

    @Test
    void aDirectoryThatIsNotThereFindsNothingAndMakesNothing() throws Exception {
      assertThat(store.lineages()).isEmpty();
      assertThat(directory.root()).doesNotExist();
    }

    @Test
    void givesBackWhatWasCommitted() throws Exception {
      Lineage committed = commit();
      assertThat(store.find(NAME)).contains(new StoredLineage.Loaded(committed));
      assertThat(store.lineages()).containsExactly(new StoredLineage.Loaded(committed));
      assertThat(committed.plan()).isEqualTo(plan());
      assertThat(committed.generation().orElseThrow().subjects()).isEqualTo(request().subjects());
      assertThat(committed.renewalState().hookPending()).isTrue();
      store.verify(NAME);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "\u0000\u0001\u0002",
          "format-version=x",
          "format-version=1\n",
          "format-version=1\nauthority=letsencrypt\nsubjects=a.test\nkey-type=dsa",
          "\\u12"
        })
    void saysThatAFileIsDamaged(String text) throws Exception {
      commit();
      Files.writeString(properties(), text);
      assertThat(damage().problem()).isEqualTo(StateProblem.CORRUPT);
      assertThat(damage().path()).isEqualTo(properties());
    }

    @Test
    void refusesANewerFormat() throws Exception {
      commit();
      Files.writeString(
          properties(),
          Files.readString(properties()).replace("format-version=2", "format-version=3"));
      assertThat(damage().problem()).isEqualTo(StateProblem.NEWER_FORMAT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"privkey.pem", "fullchain.pem"})
    void saysThatAFileIsEmptyOrMissing(String name) throws Exception {
      Path file = commit().live().resolve(name);
      Files.writeString(file, "");
      assertThat(damage().detail()).isEqualTo("it is empty");
      Files.delete(file);
      assertThat(damage().detail()).isEqualTo("it is missing");
      assertThat(damage().problem()).isEqualTo(StateProblem.CORRUPT);
      assertThat(damage().path().getFileName()).hasToString(name);
    }

    @Test
    void believesTheCertificateWhereTheFileIsOfAnotherGeneration() throws Exception {
      Lineage committed = commit();
      Files.writeString(
          properties(), Files.readString(properties()).replace("generation=1", "generation=2"));
      StoredLineage.Loaded sound = (StoredLineage.Loaded) store.find(NAME).orElseThrow();
      assertThat(sound.lineage().generation().orElseThrow().serial())
          .isEqualTo(committed.generation().orElseThrow().serial());
    }
  }

  @Nested
  class Writing {

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
        IssuanceJournal first = writer.journal(request(), CertificateStoreTest.this::newKeys);
        first.ordered(URI.create("https://ca.test/order/7"));
        IssuanceJournal second = writer.journal(request(), CertificateStoreTest.this::newKeys);
        assertThat(second.order()).contains(URI.create("https://ca.test/order/7"));
        assertThat(second.keys().getPrivate()).isEqualTo(first.keys().getPrivate());
        assertThat(keysMade).hasValue(1);
      }
    }

    @Test
    void keepsTheKeyButNotTheOrderForOtherSubjects() throws Exception {
      try (StateLock lock = StateLock.acquire(directory)) {
        LineageWriter writer = new LineageWriter(lock);
        writer
            .journal(request(), CertificateStoreTest.this::newKeys)
            .ordered(URI.create("https://ca.test/order/7"));
        IssuanceRequest other =
            IssuanceRequest.of(NAME, List.of(Subject.parse("b.test")), request().authority());
        IssuanceJournal second = writer.journal(other, CertificateStoreTest.this::newKeys);
        assertThat(second.order()).isEmpty();
        KeyPair _ = second.keys();
        assertThat(keysMade).hasValue(1);
        IssuanceRequest larger = other.with(other.key().with(KeyType.EC384));
        KeyPair _ = writer.journal(larger, CertificateStoreTest.this::newKeys).keys();
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
        new LineageWriter(lock).journal(request(), CertificateStoreTest.this::newKeys);

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
}
