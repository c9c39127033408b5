package dev.v6cert.cli.truststore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.setting.Environment.Platform;
import dev.v6cert.cli.truststore.TrustStore.Presence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The stores of macOS and Windows, whose programs are played by scripts: they answer as the manuals
 * of {@code security} and {@code certutil.exe} say, and record how they were called.
 */
class ForeignStoresIT {

  @TempDir Path directory;
  private Path calls = Path.of("");
  private Path file = Path.of("");
  private final LocalAuthority authority =
      LocalAuthority.create("me@here", NameConstraints.onlyAddresses(), Instant.now());
  private TrustedRoot root = new TrustedRoot(authority.id(), authority.root(), Path.of(""));

  @BeforeEach
  void writeTheRoot() throws Exception {
    calls = Files.createFile(directory.resolve("calls"));
    file = directory.resolve("root.pem");
    root = new TrustedRoot(authority.id(), authority.root(), file);
    Files.writeString(file, root.pem());
  }

  @Nested
  class MacOs {

    private static final String KEYCHAIN = "/Library/Keychains/System.keychain";

    @Test
    void trustsInTheSystemKeychainAndForgetsBothTrustAndCertificate() throws Exception {
      play(
          "usr/bin/security",
          """
          case $1 in
          find-certificate) [ ! -e $S/certificate ] || echo "SHA-256 hash: %1$s" ;;
          dump-trust-settings) [ -e $S/trust ] && echo "Cert 0: %2$s" ;;
          add-trusted-cert) touch $S/certificate $S/trust ;;
          remove-trusted-cert) rm $S/trust ;;
          delete-certificate) rm $S/certificate ;;
          esac
          """
              .formatted(root.fingerprint("SHA-256"), root.name()));
      TrustStore store = only(Platform.MACOS, true);

      assertThat(store.presence(root)).isEqualTo(Presence.ABSENT);
      store.install(root, TrustJournals.inside(directory));
      assertThat(store.presence(root)).isEqualTo(Presence.PRESENT);
      store.remove(root, TrustJournals.inside(directory));
      assertThat(store.presence(root)).isEqualTo(Presence.ABSENT);

      assertThat(Files.readAllLines(calls))
          .contains(
              "add-trusted-cert -d -r trustRoot -k " + KEYCHAIN + " " + file,
              "remove-trusted-cert -d " + file,
              "delete-certificate -Z " + root.fingerprint("SHA-1") + " " + KEYCHAIN);
    }

    @Test
    void isPartialWithoutTrustAndTheRestIsRemoved() throws Exception {
      play(
          "usr/bin/security",
          """
          case $1 in
          find-certificate) echo "SHA-256 hash: %s" ;;
          dump-trust-settings) echo "SecTrustSettingsCopyCertificates: none"; exit 1 ;;
          esac
          """
              .formatted(root.fingerprint("SHA-256")));
      TrustStore store = only(Platform.MACOS, true);

      assertThat(store.presence(root)).isEqualTo(Presence.PARTIAL);
      store.remove(root, TrustJournals.inside(directory));

      assertThat(Files.readString(calls))
          .contains("delete-certificate")
          .doesNotContain("remove-trusted-cert");
    }

    @Test
    void isForRootAlone() {
      assertThat(only(Platform.MACOS, false).obstacle())
          .contains(new TrustStore.Obstacle.OtherUsers());
    }
  }

  @Nested
  class Windows {

    @Test
    void isReachedFromItsLinux() throws Exception {
      play(
          "mnt/c/Windows/System32/certutil.exe",
          """
          case $2 in
          -store) [ -e $S/certificate ] ;;
          -addstore) touch $S/certificate ;;
          -delstore) rm $S/certificate ;;
          esac
          """);
      Path tool = directory.resolve("mnt/c/Windows/System32/certutil.exe");
      TrustStore store = new WindowsStore(tool, false);

      assertThat(only(Platform.UNIX, false)).isEqualTo(new WindowsStore(tool, true));
      assertThat(store.presence(root)).isEqualTo(Presence.ABSENT);
      store.install(root, TrustJournals.inside(directory));
      assertThat(store.presence(root)).isEqualTo(Presence.PRESENT);
      store.remove(root, TrustJournals.inside(directory));
      assertThat(store.presence(root)).isEqualTo(Presence.ABSENT);

      assertThat(Files.readAllLines(calls))
          .contains(
              "-user -addstore Root " + file, "-user -delstore Root " + root.fingerprint("SHA-1"));
    }
  }

  private TrustStore only(Platform platform, boolean superuser) {
    Machine machine = new Machine(directory, directory, platform, superuser, Map.of(), List.of());
    return new StoreSearch(machine)
        .stores().stream()
            .filter(store -> store instanceof MacKeychain || store instanceof WindowsStore)
            .findFirst()
            .orElseThrow();
  }

  /** A program that records its words; {@code $S} is a directory for what it remembers. */
  private void play(String path, String script) throws Exception {
    Path program = directory.resolve(path);
    Files.createDirectories(program.resolve("..").normalize());
    Files.writeString(
        program, "#!/bin/sh\nS=%s\necho \"$*\" >> %s\n%s".formatted(directory, calls, script));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Journals of these tests; the two stores write nothing into them. */
  private static final class TrustJournals {

    static TrustJournal inside(Path directory) throws Exception {
      return TrustJournal.read(new StateDirectory(directory));
    }
  }
}
