package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalAuthorityStoreTest {

  private static final NameConstraints PERMITTED = NameConstraints.in(List.of(Zone.of("sslip.io")));

  @TempDir Path home;
  private StateDirectory directory;
  private LocalAuthorityStore store;

  @BeforeEach
  void open() {
    directory = new StateDirectory(home.resolve("state"));
    store = new LocalAuthorityStore(directory);
  }

  @Test
  void hasNoneUntilItIsUsed() throws Exception {
    assertThat(store.find()).isEmpty();
    assertThat(failure()).isInstanceOf(AcmeFailure.NoLocalAuthority.class);
    assertThat(store.issuer()).isEmpty();
    assertThat(directory.root()).doesNotExist();
  }

  @Nested
  class OnceMade {

    private LocalAuthority made;

    @BeforeEach
    void make() throws Exception {
      made = findOrCreate();
    }

    @Test
    void isFoundAgain() throws Exception {
      LocalAuthority again = findOrCreate();

      assertThat(again).isEqualTo(made);
      assertThat(store.present()).isEqualTo(made);
      assertThat(again.permitted()).isEqualTo(PERMITTED);
      assertThat(store.issuer()).contains(made.intermediate().getSubjectX500Principal().getName());
      assertThat(store.rootFile()).hasContent(LocalAuthorityStore.pem(made.root()).strip());
    }

    /** Every file of the state, read for any private key; the intermediate's is the only one. */
    @Test
    void hasNoKeyOfTheRootOnDisk() throws Exception {
      List<ECPrivateKey> keys = new ArrayList<>();
      for (Path file : files()) {
        for (String word :
            Files.readString(file, StandardCharsets.ISO_8859_1).split("[\\s=:]+", -1)) {
          keys.addAll(key(word.replace("\\", "")));
        }
      }

      assertThat(keys).hasSize(1);
      assertThat(keys.getFirst()).isEqualTo(made.key());
      assertThat(KeyPairFile.belongTogether(keys.getFirst(), made.root().getPublicKey())).isFalse();
    }

    @Test
    void isReadByItsOwnerOnly() throws Exception {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
          .isEqualTo("rw-------");
      Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r-----"));

      assertThat(problem()).isEqualTo(StateProblem.TOO_OPEN);
    }

    @Test
    void isNotUsedWhereOthersMayWrite() throws Exception {
      Files.setPosixFilePermissions(
          directory.localAuthority(), PosixFilePermissions.fromString("rwxrwxrwx"));

      assertThat(lockFailure())
          .isInstanceOfSatisfying(
              StoreFailure.StateUnusable.class,
              fault -> assertThat(fault.problem()).isEqualTo(StateProblem.TOO_OPEN));
    }

    @Test
    void isRefusedWhenDamaged() throws Exception {
      String whole = Files.readString(file());
      for (String bad :
          List.of(
              "",
              whole.replace("format-version", "version"),
              whole.replaceFirst("(?m)^private-key=.*$", ""),
              whole.replaceFirst("(?m)^root=.{80}", "root="),
              whole.substring(0, whole.length() / 2))) {
        Files.writeString(file(), bad);
        assertThat(problem()).as(bad).isEqualTo(StateProblem.CORRUPT);
      }
    }

    @Test
    void isRefusedWithTheKeyOrTheRootOfAnother() throws Exception {
      String whole = Files.readString(file());
      rotate();
      String other = Files.readString(file());
      for (String part : List.of("private-key", "root", "intermediate")) {
        Files.writeString(file(), whole.replaceFirst(line(part), found(other, part)));
        assertThat(problem()).as(part).isEqualTo(StateProblem.CORRUPT);
      }
      Files.writeString(file(), whole);
      assertThat(store.present()).isEqualTo(made);
    }

    @Test
    void isRefusedInANewerFormat() throws Exception {
      Files.writeString(
          file(), Files.readString(file()).replace("format-version=1", "format-version=2"));

      assertThat(problem()).isEqualTo(StateProblem.NEWER_FORMAT);
    }

    @Test
    void isReplacedWhole() throws Exception {
      LocalAuthority next = rotate();

      assertThat(store.present()).isEqualTo(next).isNotEqualTo(made);
      assertThat(store.rootFile()).hasContent(LocalAuthorityStore.pem(next.root()).strip());
    }

    @Test
    void copiesItsRootAgainWhereTheCopyIsAnother() throws Exception {
      for (String bad : List.of("", "nonsense")) {
        Files.writeString(store.rootFile(), bad);
        findOrCreate();
        assertThat(store.rootFile()).hasContent(LocalAuthorityStore.pem(made.root()).strip());
      }
      Files.delete(store.rootFile());
      findOrCreate();
      assertThat(store.rootFile()).exists();
    }

    @Test
    void leavesNothingWhenRemoved() throws Exception {
      try (StateLock lock = StateLock.acquire(directory)) {
        assertThat(store.remove(lock)).isTrue();
        assertThat(store.remove(lock)).isFalse();
      }
      assertThat(directory.localAuthority()).doesNotExist();
      assertThat(store.find()).isEmpty();
    }
  }

  private LocalAuthority findOrCreate() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      return store.findOrCreate(lock, "me@here", PERMITTED, Instant.now());
    }
  }

  private LocalAuthority rotate() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      return store.create(lock, "me@here", PERMITTED, Instant.now());
    }
  }

  private Path file() {
    return directory.localAuthority().resolve("authority.properties");
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> tree = Files.walk(directory.root())) {
      return tree.filter(Files::isRegularFile).toList();
    }
  }

  private static List<ECPrivateKey> key(String word) {
    try {
      byte[] der = Base64.getDecoder().decode(word);
      return List.of(
          (ECPrivateKey)
              KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (Exception e) {
      return List.of();
    }
  }

  private static String line(String name) {
    return "(?m)^" + name + "=.*$";
  }

  private static String found(String text, String name) {
    return text.lines()
        .filter(it -> it.startsWith(name + "="))
        .findFirst()
        .orElseThrow()
        .replace("\\", "\\\\");
  }

  private AcmeFailure failure() {
    try {
      store.present();
      throw new AssertionError("it is there");
    } catch (AcmeFailureException e) {
      return e.failure();
    }
  }

  private AcmeFailure lockFailure() {
    try {
      findOrCreate();
      throw new AssertionError("it was used");
    } catch (AcmeFailureException e) {
      return e.failure();
    }
  }

  private StateProblem problem() {
    return ((StoreFailure.StateUnusable) failure()).problem();
  }
}
