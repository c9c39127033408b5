package dev.v6cert.acme.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Exported files, read back by the programs that they are for. */
class CertificateExportIT {

  private static final LineageName NAME = new LineageName("a.test");
  private static final String PASSWORD = "correct horse";

  @TempDir Path home;
  private Lineage lineage;
  private Path file = Path.of("unset");

  @BeforeEach
  void commit() throws AcmeFailureException {
    lineage = committed(home.resolve("state"));
    file = home.resolve("out/cert");
  }

  private static Lineage committed(Path state) throws AcmeFailureException {
    IssuanceRequest request =
        IssuanceRequest.of(
            NAME, List.of(Subject.parse("a.test")), CertificateAuthority.of("https://ca.test/dir"));
    Lineage.Plan plan = Lineage.Plan.of(request);
    StateDirectory directory = new StateDirectory(state);
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
      TestAuthority authority = new TestAuthority("export");
      X509Certificate leaf =
          authority.leaf(
              journal.keys().getPublic(), List.of(TestAuthority.dns("a.test")), Duration.ofDays(9));
      return writer.commit(plan, journal, List.of(leaf, authority.root()), Instant.now());
    }
  }

  private void export(CertificateExport.Format format, boolean replace) throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    CertificateExport.write(lineage, format, PASSWORD.toCharArray(), file, replace);
  }

  @Test
  void opensslReadsTheKeyAndTheChainOfPkcs12() throws Exception {
    export(CertificateExport.Format.PKCS12, false);
    String text = run(List.of("openssl", "pkcs12", "-in", file + "", "-passin", "stdin", "-nodes"));
    assertThat(text.split("BEGIN CERTIFICATE", -1)).hasSize(3);
    assertThat(text).contains("leaf").contains("BEGIN PRIVATE KEY");
    Path pem = Files.writeString(home.resolve("back.pem"), text);
    assertThat(run(List.of("openssl", "pkey", "-in", pem + "", "-pubout")))
        .isEqualTo(run(List.of("openssl", "pkey", "-in", lineage.privateKey() + "", "-pubout")));
  }

  @Test
  void keytoolReadsPkcs12() throws Exception {
    export(CertificateExport.Format.PKCS12, false);
    assertThat(keytool("PKCS12"))
        .contains("a.test", "PrivateKeyEntry", "Certificate chain length: 2");
  }

  @Test
  void keytoolReadsJks() throws Exception {
    export(CertificateExport.Format.JKS, false);
    assertThat(keytool("JKS")).contains("a.test", "PrivateKeyEntry", "Certificate chain length: 2");
  }

  @Test
  void opensslReadsThePemBundle() throws Exception {
    export(CertificateExport.Format.PEM, false);
    assertThat(run(List.of("openssl", "x509", "-in", file + "", "-noout", "-subject")))
        .contains("leaf");
    assertThat(run(List.of("openssl", "pkey", "-in", file + "", "-noout"))).isEmpty();
    assertThat(Files.readString(file).split("BEGIN CERTIFICATE", -1)).hasSize(3);
  }

  @Test
  void isForItsOwnerOnlyAndLeavesNothingBesideIt() throws Exception {
    Assumptions.assumeTrue(DurableFiles.POSIX, "files have no modes here");
    export(CertificateExport.Format.PEM, false);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    try (Stream<Path> files = Files.list(file.resolveSibling("."))) {
      assertThat(files).hasSize(1);
    }
  }

  @Test
  void doesNotOverwriteUnlessToldTo() throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "mine");

    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class, () -> export(CertificateExport.Format.PEM, false));

    assertThat(e.failure()).isEqualTo(new StoreFailure.FileExists(file));
    assertThat(file).hasContent("mine");
    export(CertificateExport.Format.PEM, true);
    assertThat(Files.readString(file)).contains("PRIVATE KEY");
  }

  @Test
  void doesNotPutAKeyInThePlaceOfADevice() throws Exception {
    Files.createDirectories(file.resolveSibling("."));
    try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      socket.bind(UnixDomainSocketAddress.of(file));

      AcmeFailureException e =
          catchThrowableOfType(
              AcmeFailureException.class, () -> export(CertificateExport.Format.PEM, true));

      assertThat(e.failure())
          .isEqualTo(new StoreFailure.FileUnwritable(file, "it is not an ordinary file"));
      assertThat(Files.isRegularFile(file)).isFalse();
    }
  }

  @Test
  void saysWhatCannotBeWritten() {
    file = home.resolve("state/ledger.properties/x");
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class,
            () ->
                CertificateExport.write(
                    lineage, CertificateExport.Format.PEM, new char[0], file, false));
    assertThat(e.failure()).isInstanceOf(StoreFailure.FileUnwritable.class);
  }

  private String keytool(String type) throws Exception {
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    return run(List.of(keytool, "-list", "-v", "-storetype", type, "-keystore", file + ""));
  }

  /** Runs the program with the password on its standard input; it must succeed. */
  private String run(List<String> command) throws IOException, InterruptedException {
    // A file, not a pipe: a program that reads no password may end before a pipe is written.
    Path input = Files.writeString(home.resolve("password"), PASSWORD + "\n");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(input.toFile()).environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
