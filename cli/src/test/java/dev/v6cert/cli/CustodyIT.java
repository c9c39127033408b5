package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Export, revocation and deletion of a certificate. */
class CustodyIT {

  private static final String NAME = TestNetwork.NAME;
  private static final int USAGE = ExitStatus.USAGE.code();
  private static final int UNAVAILABLE = ExitStatus.UNAVAILABLE.code();
  private static final int CONFIGURATION = ExitStatus.CONFIGURATION.code();

  @RegisterExtension
  @Order(1)
  static final RunningNetwork network = new RunningNetwork();

  @RegisterExtension
  @Order(2)
  static final ObtainedLineage lineage = new ObtainedLineage(network);

  V6cert machine;

  @BeforeEach
  void copy(@TempDir Path home) throws Exception {
    machine = lineage.copy(home);
  }

  @Test
  void anExportedFileIsOpenedByItsPassword() throws Exception {
    Path password = Files.writeString(machine.home().resolve("password"), "not on argv\n");
    Path file = machine.home().resolve("cert.p12");
    List<String> words =
        List.of("export", NAME, "--out", file + "", "--password-file", password + "");

    Outcome outcome = machine.run(words.toArray(String[]::new));

    assertThat(outcome).isEqualTo(new Outcome(file + "\n", "", 0));
    assertThat(run("openssl", "pkcs12", "-in", file + "", "-passin", "file:" + password, "-nodes"))
        .contains("BEGIN PRIVATE KEY");
    Outcome again = machine.run(words.toArray(String[]::new));
    assertThat(again.code()).isEqualTo(CONFIGURATION);
    assertThat(again.err()).contains("is there already", "--force");
    assertThat(machine.run(List.of("--force"), words.toArray(String[]::new)).code()).isZero();
  }

  @Test
  void anExportWithoutWhatItNeedsIsRefused() throws Exception {
    String out = machine.home().resolve("x").toString();
    assertThat(machine.run("export", NAME).err()).contains("--out");
    assertThat(machine.run("export", NAME, "--out", out).err()).contains("--password-file");
    Path empty = Files.writeString(machine.home().resolve("empty"), "\n");
    Outcome outcome = machine.run("export", NAME, "--out", out, "--password-file", empty + "");
    assertThat(outcome.code()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err()).contains("its first line is empty");
    outcome =
        machine.run("export", NAME, "--out", out, "--format", "pem", "--password-file", empty + "");
    assertThat(outcome.code()).isEqualTo(USAGE);
    assertThat(outcome.err()).contains("takes no password");
    assertThat(machine.run("export", "x.test", "--out", out).err()).contains("no lineage");
    assertThat(Path.of(out)).doesNotExist();
    Path binary = Files.write(machine.home().resolve("binary"), new byte[] {-1, -2});
    outcome = machine.run("export", NAME, "--out", out, "--password-file", binary + "");
    assertThat(outcome.code()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err()).contains("it is not UTF-8 text");
    outcome = machine.run("export", NAME, "--format", "pem", "--out", "/nowhere/x");
    assertThat(outcome.code()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err().lines())
        .containsExactly(
            "error: cannot write /nowhere/x",
            "  no such file or directory",
            "  choose another --out, or run it as a user who may write there");
  }

  @Test
  void whatIsNoCertificateIsNotRevoked() throws Exception {
    Path file = Files.writeString(machine.home().resolve("text"), "nothing\n");
    Outcome outcome =
        machine.run("revoke", "--certificate", file + "", "--key", file + "", "--yes");
    assertThat(outcome.code()).isEqualTo(CONFIGURATION);
    assertThat(outcome.err())
        .contains("cannot use " + file, "it holds no certificate", "take the PEM files")
        .doesNotContain("v6cert obtain");
    assertThat(machine.run("revoke", NAME, "--ca", "zerossl", "--yes").code()).isEqualTo(USAGE);
  }

  @Test
  void aRevokedCertificateIsNotKeptButReplaced() throws Exception {
    Outcome unasked = machine.run("revoke", NAME);
    assertThat(unasked.code()).isEqualTo(USAGE);
    assertThat(unasked.err()).contains("add --yes");
    String serial = serial();

    Outcome outcome = machine.run("revoke", NAME, "--reason", "superseded", "--yes");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out()).contains("is revoked");
    assertThat(machine.run("show", NAME).out()).contains("due: it was revoked");
    assertThat(machine.run(network.options(), "obtain").code()).isZero();
    assertThat(serial()).isNotEqualTo(serial);
  }

  @Test
  void aCertificateKeptElsewhereIsRevokedByItsKey() throws Exception {
    Path live = machine.state().resolve("live").resolve(NAME);
    Outcome outcome =
        machine.run(
            "revoke",
            "--certificate",
            live.resolve("fullchain.pem") + "",
            "--key",
            live.resolve("privkey.pem") + "",
            "--ca",
            network.pebble().directory() + "",
            "--ca-root",
            network.pebble().httpsRoot() + "",
            "--yes",
            "--state-dir",
            machine.home().resolve("empty") + "");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out()).contains("is revoked");
    assertThat(machine.run("revoke", "--yes").code()).isEqualTo(USAGE);
  }

  @Test
  void aCertificateThatIsInUseIsNotReplacedByOneOfATestEnvironment() throws Exception {
    List<String> staging = List.of("--staging", "--zone", TestNetwork.ZONE, "--agree-tos");
    String serial = serial();

    Outcome outcome = machine.run(staging, "obtain");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(USAGE);
    assertThat(outcome.err()).contains("no browser trusts", "--dry-run", "--force");
    // There is no such authority in this network: who insists gets as far as asking for it.
    assertThat(machine.run(staging, "obtain", "--force").code()).isEqualTo(UNAVAILABLE);
    assertThat(machine.run(staging, "obtain", "--dry-run").code()).isEqualTo(UNAVAILABLE);
    assertThat(serial()).isEqualTo(serial);
  }

  @Test
  void aDeletedLineageIsGoneWithItsFiles() throws Exception {
    assertThat(machine.run("delete", NAME).code()).isEqualTo(USAGE);
    assertThat(machine.run("list").out()).contains(NAME);

    Outcome outcome = machine.run("delete", NAME, "--yes");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out()).contains("is deleted", "not revoked");
    assertThat(machine.run("list").out()).isEmpty();
    assertThat(machine.state().resolve("live")).isEmptyDirectory();
    assertThat(machine.state().resolve("archive")).isEmptyDirectory();
    assertThat(machine.run("delete", NAME, "--yes").code()).isEqualTo(USAGE);
  }

  private String serial() throws IOException {
    Path certificate = machine.state().resolve("live").resolve(NAME).resolve("cert.pem");
    return run("openssl", "x509", "-noout", "-serial", "-in", certificate.toString());
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
