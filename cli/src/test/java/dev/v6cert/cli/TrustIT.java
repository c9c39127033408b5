package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root of the local CA in trust stores, each with its real program, in a root of its own. */
class TrustIT {

  @TempDir static Path made;
  @TempDir Path directory;
  V6cert machine;

  @BeforeAll
  static void makeTheAuthority() throws Exception {
    Outcome outcome = V6cert.here(made).run("obtain", "--ca", "local", "--domain", "app.test");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @BeforeEach
  void copyTheAuthority() throws Exception {
    machine = V6cert.here(Files.createDirectories(directory.resolve("runs")));
    TrustRoot.run(List.of("cp", "-a", made.resolve("state") + "", machine.state() + ""));
  }

  @Test
  void installsIntoEveryStoreAndRemovesExactlyThat() throws Exception {
    TrustRoot stores = TrustRoot.of("debian", directory);
    stores.java("jdk-8", "jks");
    stores.java("jdk-21", "pkcs12");
    stores.java("jdk-25", "open-pkcs12");
    stores.database(".pki/nssdb");
    stores.database(".mozilla/firefox/abc.default");
    stores.database("snap/firefox/common/.mozilla/firefox/snap.default");
    stores.database("snap/chromium/current/.pki/nssdb");
    stores.database(".var/app/org.mozilla.firefox/.mozilla/firefox/flat.default");
    stores.database(".var/app/org.chromium.Chromium/data/pki/nssdb");

    roundTrip(stores, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedora", "arch", "opensuse"})
  void knowsTheLayoutOfOtherDistributions(String layout) throws Exception {
    roundTrip(TrustRoot.of(layout, directory).withDatabase(), 2);
  }

  private void roundTrip(TrustRoot stores, int count) throws Exception {
    Map<String, String> before = stores.content();

    Outcome installed = trust(stores, "install");

    assertThat(installed.code()).as(installed.toString()).isZero();
    assertThat(installed.out().lines())
        .hasSize(count)
        .allMatch(line -> line.contains("  installed"));
    assertThat(installed.err())
        .contains("writes ", "adds v6cert-", "NODE_EXTRA_CA_CERTS=", "REQUESTS_CA_BUNDLE=");
    Map<String, String> trusting = stores.content();
    assertThat(trusting).isNotEqualTo(before);

    Outcome again = trust(stores, "install");

    assertThat(again.code()).isZero();
    assertThat(again.out().lines()).hasSize(count).allMatch(line -> line.contains("  trusted"));
    assertThat(stores.content()).isEqualTo(trusting);

    Outcome removed = trust(stores, "remove");

    assertThat(removed.code()).as(removed.toString()).isZero();
    assertThat(removed.out().lines()).hasSize(count).allMatch(line -> line.contains("  removed"));
    assertThat(stores.content()).isEqualTo(before);
    assertThat(trust(stores, "remove").out().lines()).allMatch(line -> line.contains("not there"));
  }

  @Nested
  class AJavaInstallation {

    @Test
    void keepsWhatSomebodyElseAddedMeanwhile() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path file = stores.java("jdk-21", "pkcs12");
      trust(stores, "install");
      KeyStore roots = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
      roots.setCertificateEntry("third", roots.getCertificate("other"));
      try (var out = Files.newOutputStream(file)) {
        roots.store(out, "changeit".toCharArray());
      }

      assertThat(trust(stores, "remove").code()).isZero();

      assertThat(aliases(file)).containsExactlyInAnyOrder("other", "third");
    }

    @Test
    void withoutAPasswordStaysWithout() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path file = stores.java("jdk-25", "open-pkcs12");

      trust(stores, "install");

      char[] none = null;
      KeyStore roots = KeyStore.getInstance(file.toFile(), none);
      assertThat(roots.getCertificate("other")).isNotNull();
      assertThat(roots.size()).isEqualTo(2);
    }

    private List<String> aliases(Path file) throws Exception {
      return Collections.list(
          KeyStore.getInstance(file.toFile(), "changeit".toCharArray()).aliases());
    }
  }

  @Nested
  class AStoreThatFails {

    @Test
    void keepsNoOther() throws Exception {
      TrustRoot stores = TrustRoot.of("debian", directory);
      Path java = stores.java("jdk-21", "pkcs12");
      Path firefox = stores.database(".mozilla/firefox/abc.default");
      stores.database(".pki/nssdb");
      Files.writeString(java, "damaged");
      Files.writeString(firefox.resolve("cert9.db"), "damaged");

      Outcome outcome = trust(stores, "install");

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.out().lines().filter(line -> line.contains("  failed"))).hasSize(2);
      assertThat(outcome.out().lines().filter(line -> line.contains("  installed"))).hasSize(2);
      assertThat(java).hasContent("damaged");
      assertThat(firefox.resolve("cert9.db")).hasContent("damaged");
    }

    @Test
    void isRepairedWhereItHasAPartOfOurFile() throws Exception {
      TrustRoot stores = TrustRoot.of("fedora", directory);
      Map<String, String> before = stores.content();
      assertThat(trust(stores, "install").code()).isZero();
      Map<String, String> trusting = stores.content();
      Path anchors = stores.root().resolve("etc/pki/ca-trust/source/anchors");
      try (Stream<Path> files = Files.list(anchors)) {
        Path ours = files.filter(file -> file.toString().contains("v6cert-")).findFirst().get();
        Files.writeString(ours, Files.readString(ours).substring(0, 100));
      }

      assertThat(trust(stores, "status").out())
          .containsPattern("the system \\(Fedora\\) +not trusted");
      assertThat(trust(stores, "install").out()).contains("  installed");

      assertThat(stores.content()).isEqualTo(trusting);
      assertThat(trust(stores, "remove").code()).isZero();
      assertThat(stores.content()).isEqualTo(before);
    }

    @Test
    void isNotTouchedWhereTheRecordOfOurChangesIsDamaged() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      trust(stores, "install");
      Map<String, String> trusting = stores.content();
      Files.writeString(machine.state().resolve("trust/journal.properties"), "nonsense\n");

      for (String action : List.of("install", "status", "remove")) {
        Outcome outcome = trust(stores, action);
        assertThat(outcome.code())
            .as(outcome.toString())
            .isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(outcome.err()).contains("journal.properties is damaged");
        assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      }
      assertThat(stores.content()).isEqualTo(trusting);
    }

    @Test
    void isChangedOnceItIsWellAgain() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path program = stores.root().resolve("usr/bin/update-ca-trust");
      String good = Files.readString(program);
      Files.writeString(program, "#!/bin/sh\necho no space left; exit 1\n");

      Outcome outcome = trust(stores, "install");

      assertThat(outcome.out()).contains("failed", "update-ca-trust: no space left");
      assertThat(trust(stores, "status").out()).contains("not trusted");
      Files.writeString(program, good);
      assertThat(trust(stores, "install").out()).contains("installed");
    }
  }

  @Nested
  class ADatabaseThatIsMissing {

    @Test
    void isMadeAndRemovedAgain() throws Exception {
      TrustRoot.certutil();
      TrustRoot stores = TrustRoot.of("arch", directory);
      stores.program("usr/bin/chromium", "");
      Map<String, String> before = stores.content();

      assertThat(trust(stores, "install").code()).isZero();
      assertThat(stores.home().resolve(".pki/nssdb/cert9.db")).exists();
      assertThat(trust(stores, "remove").code()).isZero();

      assertThat(stores.content()).isEqualTo(before);
    }
  }

  @Nested
  class Consent {

    @Test
    void isAskedForBeforeAnythingIsWritten() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Map<String, String> before = stores.content();

      Outcome outcome = machine.run(process(stores, "trust", "install"));

      assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains("will be trusted by", "writes ", "add --yes");
      assertThat(stores.content()).isEqualTo(before);
    }
  }

  @Nested
  class AnOrdinaryUser {

    private static final String NOBODY = "65534";

    @Test
    void changesOwnStoresAndIsToldTheCommandForTheOthers() throws Exception {
      assumeTrue(System.getProperty("user.name").equals("root"), "only root may become another");
      TrustRoot stores = TrustRoot.of("debian", directory).withDatabase();
      stores.java("jdk-21", "pkcs12");
      for (Path path : List.of(directory, made)) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      for (Path path : List.of(machine.home(), stores.home())) {
        TrustRoot.run(List.of("chown", "-R", NOBODY, path.toString()));
      }
      String[] words = {"setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"};

      Outcome installed = machine.run(within(words, stores, "trust", "install", "--yes"));

      assertThat(installed.code()).as(installed.toString()).isZero();
      assertThat(installed.out().lines().filter(line -> line.contains("by hand"))).hasSize(2);
      assertThat(installed.out().lines().filter(line -> line.contains("installed"))).hasSize(1);
      String command = command(installed, "sudo install ");
      assertThat(command).contains("&& sudo update-ca-certificates");
      assertThat(installed.err()).contains("sudo keytool -importcert");

      asRoot(stores, command);

      assertThat(machine.run(within(words, stores, "trust", "status")).out())
          .containsPattern("the system \\(Debian\\) +trusted");
      Outcome removed = machine.run(within(words, stores, "trust", "remove", "--yes"));
      asRoot(stores, command(removed, "sudo rm "));
      assertThat(machine.run(within(words, stores, "trust", "status")).out())
          .doesNotContain("  trusted");
    }

    private static String command(Outcome outcome, String start) {
      return outcome
          .err()
          .lines()
          .map(String::strip)
          .filter(line -> line.startsWith(start))
          .findFirst()
          .orElseThrow(() -> new AssertionError(outcome.toString()));
    }

    /** Runs a command that was printed, with the programs of the other root. */
    private static void asRoot(TrustRoot stores, String command) throws Exception {
      String path = stores.root().resolve("usr/sbin") + ":" + System.getenv("PATH");
      TrustRoot.run(List.of("env", "PATH=" + path, "sh", "-c", command.replace("sudo ", "")));
    }
  }

  @Nested
  class BelowSudo {

    private static final String ALICE = "60123";

    @Test
    void changesTheBrowsersOfTheUserWhoTypedIt() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      stores.database(".mozilla/firefox/abc.default");
      stores.program("usr/bin/chromium", ""); // Its database is made.
      for (Path path : List.of(directory, made)) {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
      }
      TrustRoot.run(List.of("chown", "-R", ALICE + ":" + ALICE, stores.home().toString()));
      Path users =
          Files.writeString(
              directory.resolve("passwd"),
              Files.readString(Path.of("/etc/passwd"))
                  + "alice:x:%s:%s::%s:/bin/sh\n".formatted(ALICE, ALICE, stores.home()));
      String[] words = {
        "unshare",
        "-m",
        "sh",
        "-c",
        "mount --bind $0 /etc/passwd && export SUDO_USER=alice && exec \"$@\"",
        users.toString()
      };
      assumeTrue(AReadOnlyStore.canMount(words), "this process may not mount");
      Map<String, String> before = stores.content();

      Outcome installed = sudo(words, stores, "install");

      assertThat(installed.code()).as(installed.toString()).isZero();
      assertThat(installed.out())
          .contains(stores.home() + "/.mozilla/firefox/abc.default", stores.home() + "/.pki/nssdb")
          .doesNotContain("failed", "by hand");
      assertThat(foreign(stores.home())).as("files that alice cannot write").isEmpty();
      Outcome removed = sudo(words, stores, "remove");
      assertThat(removed.code()).as(removed.toString()).isZero();
      assertThat(stores.content()).isEqualTo(before);
      assertThat(foreign(stores.home())).isEmpty();
    }

    /** Without {@code -Duser.home}: that of root is not looked at. */
    private Outcome sudo(String[] words, TrustRoot stores, String action) throws Exception {
      ProcessBuilder process =
          machine.process(
              List.of("-Dv6cert.trust.root=" + stores.root()), List.of("trust", action, "--yes"));
      List<String> command = new ArrayList<>(List.of(words));
      command.addAll(process.command());
      return machine.run(process.command(command));
    }

    private static String foreign(Path home) throws Exception {
      return TrustRoot.run(List.of("find", home.toString(), "!", "-uid", ALICE));
    }
  }

  @Nested
  class AReadOnlyStore {

    @Test
    void isSaidToBeAndLeftAlone() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory).withDatabase();
      Path anchors = stores.root().resolve("etc/ca-certificates/trust-source/anchors");
      String[] words = readOnly(anchors);
      assumeTrue(canMount(words), "this process may not mount");

      Outcome outcome = machine.run(within(words, stores, "trust", "install", "--yes"));

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.out()).contains("anchors is read-only").contains("installed");
      assertThat(anchors).isDirectoryNotContaining("glob:**v6cert*");
    }

    @Test
    void isWhateverItsKindAndKeepsTheRootForALaterRemoval() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory).withDatabase();
      Path java = stores.java("jdk-21", "pkcs12").resolveSibling("");
      Path database = stores.home().resolve(".pki/nssdb");
      String[] words = readOnly(java, database);
      assumeTrue(canMount(words), "this process may not mount");
      Map<String, String> before = stores.content();

      Outcome refused = machine.run(within(words, stores, "trust", "install", "--yes"));

      assertThat(refused.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(refused.out().lines().filter(line -> line.contains("is read-only"))).hasSize(2);
      assertThat(refused.out().lines().filter(line -> line.contains("  installed"))).hasSize(1);

      assertThat(trust(stores, "install").code()).isZero();
      Map<String, String> trusting = stores.content();
      Outcome kept = machine.run(within(words, stores, "trust", "remove", "--yes"));

      assertThat(kept.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(kept.out().lines().filter(line -> line.contains("is read-only"))).hasSize(2);
      assertThat(stores.content())
          .containsEntry(java + "/cacerts", trusting.get(java + "/cacerts"));
      assertThat(trust(stores, "remove").code()).isZero();
      assertThat(stores.content()).isEqualTo(before);
    }

    private static String[] readOnly(Path... directories) {
      List<String> mounts = new ArrayList<>();
      for (Path one : directories) {
        mounts.add("mount --bind %1$s %1$s && mount -o remount,bind,ro %1$s".formatted(one));
      }
      return new String[] {
        "unshare", "-m", "sh", "-c", String.join(" && ", mounts) + " && exec \"$@\"", "sh"
      };
    }

    private static boolean canMount(String[] words) throws Exception {
      List<String> command = new ArrayList<>(List.of(words));
      command.add("true");
      return new ProcessBuilder(command).start().waitFor() == 0;
    }
  }

  @Nested
  class AReplacedRoot {

    @Test
    void isRemovedAsWell() throws Exception {
      TrustRoot stores = TrustRoot.of("fedora", directory);
      stores.java("jdk-21", "pkcs12");
      stores.program("usr/bin/chromium", "");
      Map<String, String> before = stores.content();
      trust(stores, "install");
      machine.run("local-ca", "rotate", "--yes");

      Outcome installed = trust(stores, "install");

      assertThat(installed.err()).contains("of an earlier local CA");
      machine.run("local-ca", "remove", "--yes");
      Outcome removed = trust(stores, "remove");
      assertThat(removed.code()).as(removed.toString()).isZero();
      assertThat(stores.content().keySet()).isEqualTo(before.keySet());
      assertThat(trust(stores, "remove").code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    }
  }

  private Outcome trust(TrustRoot stores, String action) throws Exception {
    return machine.run(process(stores, "trust", action, "--yes"));
  }

  /** The process behind other words, as another user, say. */
  private ProcessBuilder within(String[] before, TrustRoot stores, String... words) {
    ProcessBuilder process = process(stores, words);
    List<String> command = new ArrayList<>(List.of(before));
    command.addAll(process.command());
    return process.command(command);
  }

  private ProcessBuilder process(TrustRoot stores, String... words) {
    return machine.process(
        List.of("-Dv6cert.trust.root=" + stores.root(), "-Duser.home=" + stores.home()),
        List.of(words));
  }
}
