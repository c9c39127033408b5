package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
