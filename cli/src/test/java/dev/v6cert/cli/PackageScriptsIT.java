package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scripts of the Debian package, where what they change is in a mount namespace. */
class PackageScriptsIT {

  @TempDir Path home;

  /** Purges, with a job of cron for the program; prints the names of the jobs that are left. */
  private Outcome purge(String program) throws Exception {
    assumeThat(Path.of("/etc/cron.d")).as("the directory of cron's jobs").isDirectory();
    assumeThat(System.getProperty("user.name")).as("root, who purges").isEqualTo("root");
    Path job =
        Files.writeString(
            home.resolve("v6cert"), "17 * * * * root " + program + " renew --quiet\n");
    String script =
        """
        set -eu
        for there in /etc/cron.d /etc/systemd /var/lib /var/log; do mount -t tmpfs tmpfs $there; done
        cp "$1" /etc/cron.d/v6cert
        touch /etc/cron.d/other
        sh "$2" purge >&2
        ls /etc/cron.d
        """;
    return V6cert.here(home)
        .run(
            new ProcessBuilder(
                "unshare",
                "--mount",
                "sh",
                "-c",
                script,
                "purge",
                job.toString(),
                Path.of("../scripts/deb/postrm").toAbsolutePath().toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/usr/bin/v6cert", "/usr/lib/v6cert/bin/v6cert"})
  void aPurgeTakesAwayTheJobOfCronThatCallsThePackagesProgram(String program) throws Exception {
    Outcome purge = purge(program);

    assertThat(purge.code()).as(purge.toString()).isZero();
    assertThat(purge.out()).isEqualTo("other\n");
  }

  @Test
  void aPurgeLeavesTheJobOfAnotherProgram() throws Exception {
    assertThat(purge("/usr/local/bin/v6cert").out()).isEqualTo("other\nv6cert\n");
  }

  /** A package of a program of shell scripts, made with nothing in the environment but a path. */
  private Path built() throws Exception {
    assumeThat(Path.of("/usr/bin/dpkg-deb")).as("dpkg-deb, which makes packages").exists();
    assumeThat(Path.of("/usr/bin/readelf"))
        .as("readelf, which reads what a program needs")
        .exists();
    Path app = Files.createDirectory(home.resolve("an app"));
    for (String file :
        List.of(
            "share/man/man1/v6cert.1",
            "share/completions/bash/v6cert",
            "share/completions/zsh/_v6cert",
            "share/completions/fish/v6cert.fish",
            "sbom.cdx.json",
            "licences/LIST",
            "CHANGELOG.md",
            "README.md",
            "docs/cli.md",
            "lib/id")) {
      Path path = app.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, "x\n");
    }
    Path java = app.resolve("runtime/bin/java");
    Files.createDirectories(java.getParent());
    Files.copy(Path.of(System.getProperty("java.home"), "bin", "java"), java);
    executable(app.resolve("bin/v6cert"), "echo \"home: ${HOME-unset}\"");
    executable(
        app.resolve("lib/make-cache"), "mkdir -p \"${4%/*}\"; echo \"${HOME-unset}\" >\"$4\"");
    Outcome build =
        bare(
            "XZ_LEVEL=0",
            Path.of("../scripts/deb/build").toAbsolutePath().toString(),
            app.toString(),
            "1.0-SNAPSHOT",
            home.toString(),
            "2026-01-02T03:04:05Z",
            "x86_64");
    assertThat(build.code()).as(build.toString()).isZero();
    return home.resolve("v6cert_1.0~snapshot_amd64.deb");
  }

  private static void executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }

  private Outcome bare(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i", "PATH=/usr/bin:/bin"));
    command.addAll(List.of(words));
    return V6cert.here(home).run(new ProcessBuilder(command));
  }

  @Test
  void aPackageIsBuiltWithoutAHome() throws Exception {
    Path file = built();

    assertThat(bare("dpkg-deb", "--contents", file.toString()).out())
        .contains("./usr/bin/v6cert -> ../lib/v6cert/bin/v6cert", "v6cert-renew.timer");
    assertThat(bare("dpkg-deb", "--field", file.toString(), "Depends").out()).contains("libc6 (>=");
  }

  /**
   * As a timer's upgrade does it, dpkg has no home. What it changes is in a layer over the root of
   * this machine, and gone with the namespace.
   */
  @Test
  void itIsInstalledUpgradedRemovedAndPurgedWithoutAHome() throws Exception {
    assumeThat(System.getProperty("user.name")).as("root, who installs").isEqualTo("root");
    assumeThat(Files.readString(Path.of("/proc/filesystems"))).contains("overlay");
    assumeThat(Path.of("/usr/lib/v6cert")).as("the program of an installed package").doesNotExist();
    Path layer = Files.createDirectory(home.resolve("layer"));
    String script =
        """
        set -eu
        mount -t tmpfs tmpfs "$1"
        mkdir "$1/upper" "$1/work" "$1/root"
        mount -t overlay overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" "$1/root"
        mount -t proc proc "$1/root/proc"
        mount --bind /dev "$1/root/dev"
        cp "$2" "$1/root/v6cert.deb"
        root=$1/root
        inside() { chroot "$root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"; }
        inside dpkg --force-depends --install /v6cert.deb >&2
        inside v6cert
        cat "$root/usr/lib/v6cert/lib/cache/light-x.aot"
        grep -c '^v6cert' "$root/etc/passwd"
        inside dpkg --force-depends --install /v6cert.deb >&2
        inside dpkg --remove v6cert >&2
        [ ! -e "$root/usr/lib/v6cert" ]
        inside dpkg --purge v6cert >&2
        ls -d "$root"/var/lib/v6cert* "$root/etc/v6cert" 2>&1 >/dev/null | wc -l
        """;

    Outcome outcome =
        V6cert.here(home)
            .run(
                new ProcessBuilder(
                    "unshare",
                    "--mount",
                    "sh",
                    "-c",
                    script,
                    "install",
                    layer.toString(),
                    built().toString()));

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out().lines()).containsExactly("home: unset", "unset", "2", "2");
  }
}
