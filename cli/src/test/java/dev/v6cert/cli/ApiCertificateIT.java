package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificate of the DNS-01 API, before and after it is renewed. */
class ApiCertificateIT {
  @TempDir Path home;

  private V6cert machine;
  private int apiPort;

  @BeforeEach
  void choosePort() throws IOException {
    machine = V6cert.here(home);
    apiPort = FreePorts.next();
  }

  private ProcessBuilder server(String certificate) {
    return machine.process(
        List.of(),
        List.of(
            "dns-server",
            "--listen=127.0.0.1:0",
            "--challenge-zone=auth.test",
            "--api=127.0.0.1:" + apiPort,
            "--api-certificate=" + certificate,
            "--store=" + home.resolve("store")));
  }

  private void obtain(String... more) throws Exception {
    Outcome outcome =
        machine.run(
            List.of(more), "obtain", "--ca=local", "--domain=api.home.arpa", "--lineage=api");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private Certificate certificate(Path file) throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private Certificate stored() throws IOException, GeneralSecurityException {
    return certificate(machine.state().resolve("live/api/cert.pem"));
  }

  /** The certificate that a new client is shown, who trusts the root, and is answered. */
  private Certificate shown() throws IOException, GeneralSecurityException {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    roots.setCertificateEntry("root", certificate(machine.state().resolve("local-ca/root.pem")));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", apiPort)) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: api.home.arpa\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readAllBytes();
      assertThat(new String(answer, StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 ");
      return socket.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void isThatOfTheLineageAndAfterARenewalTheNewOne() throws Exception {
    obtain();
    Path log = home.resolve("server.log");
    Process server = server("api").redirectError(log.toFile()).start();
    try {
      BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
      assertThat(out.readLine()).as(Files.readString(log)).startsWith("listening on ");
      Certificate first = stored();
      assertThat(shown()).isEqualTo(first);
      assertThat(Files.readString(log)).contains("the API is at https://127.0.0.1:" + apiPort);

      obtain("--force");
      Certificate second = stored();
      assertThat(second).isNotEqualTo(first);
      for (int i = 0; !shown().equals(second); i++) {
        assertThat(i).as(Files.readString(log)).isLessThan(200);
        Thread.sleep(Duration.ofMillis(100));
      }
    } finally {
      server.destroy();
      assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void isThatOfALineageThatThereIs() throws Exception {
    Outcome outcome = machine.run(server("none"));
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("there is no lineage none");
  }
}
