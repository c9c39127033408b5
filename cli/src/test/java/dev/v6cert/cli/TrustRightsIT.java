package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Trust stores that the user may not write to, or that are another user's. */
class TrustRightsIT extends TrustFixture {

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
      assumeTrue(System.getProperty("user.name").equals("root"), "only root may give files away");
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
}
