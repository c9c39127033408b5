package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.TimedOut;
import dev.v6cert.acme.AcmeFailure.Unreachable;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.Ticker;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers at the address of the authority that must not be trusted. */
@DisplayName("Row: TLS faults")
class TlsFaultsIT {

  @TempDir Path home;
  @TempDir Path state;
  private final TestAuthority https = new TestAuthority("HTTPS of the faulty");

  /** The behaviour of a server on a connection. */
  private interface Reception {
    void receive(Socket client) throws IOException;
  }

  /** The failure of an issuance from a server that receives so. */
  private AcmeFailure failure(Duration limit, Reception reception) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread.ofVirtual().start(() -> serve(server, reception));
      AcmeFailureException e =
          catchThrowableOfType(
              AcmeFailureException.class, () -> issue(server.getLocalPort(), limit));
      assertThat(e).isNotNull();
      assertThat(state.resolve("accounts")).isEmptyDirectory();
      return e.failure();
    }
  }

  private static void serve(ServerSocket server, Reception reception) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        reception.receive(client);
      } catch (IOException e) {
        // The client went, or the test is over.
      }
    }
  }

  private Lineage issue(int port, Duration limit) throws AcmeFailureException, IOException {
    CertificateAuthority authority =
        CertificateAuthority.of("https://localhost:" + port + "/dir")
            .trusting(https.writeRoot(home.resolve("root.pem")));
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      return new CertificateIssuer(Clock.systemUTC(), Ticker.SYSTEM, limit)
          .issue(
              lock,
              Lineage.Plan.of(ChildIssuance.request(authority)),
              Registration.agreeing(terms -> true),
              ChildIssuance.solver(FreePorts.next()),
              event -> {});
    }
  }

  private Reception showing(List<GeneralName> names, Instant notBefore) throws IOException {
    SSLContext tls = https.serverTls(names, notBefore);
    return client -> {
      try (SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(client, null, true)) {
        secure.startHandshake();
        assertThat(secure.getInputStream().read()).isEqualTo(-1);
      }
    };
  }

  @ParameterizedTest
  @CsvSource({"-30, was valid until", "400, is not valid before"})
  void aCertificateWhoseDatesDoNotGoWithTheClock(int days, String words) throws Exception {
    Instant from = Instant.now().plus(Duration.ofDays(days));
    Reception expired = showing(List.of(TestAuthority.dns("localhost")), from);
    AcmeFailure.OutOfDate failure = (AcmeFailure.OutOfDate) failure(Duration.ofMinutes(1), expired);
    assertThat(failure.dates()).contains(words);
    assertThat(failure.now()).isCloseTo(Instant.now(), within(1, ChronoUnit.MINUTES));
  }

  @Test
  void aCertificateForAnotherName() throws Exception {
    Reception another = showing(List.of(TestAuthority.dns("another.test")), Instant.now());
    Unreachable failure = (Unreachable) failure(Duration.ofMinutes(1), another);
    assertThat(failure.cause()).startsWith("TLS:").contains("localhost");
  }

  @Test
  void aServerThatSpeaksNoTLS() throws Exception {
    Reception plain =
        client ->
            client
                .getOutputStream()
                .write("HTTP/1.1 200 OK\r\n\r\n{}".getBytes(StandardCharsets.US_ASCII));
    assertThat(failure(Duration.ofMinutes(1), plain)).isInstanceOf(Unreachable.class);
  }

  @Test
  void aConnectionThatEndsWithinTheHandshake() throws Exception {
    Reception gone = client -> assertThat(client.getInputStream().read()).isPositive();
    assertThat(failure(Duration.ofMinutes(1), gone)).isInstanceOf(Unreachable.class);
  }

  @Test
  void aHandshakeThatNeverEnds() throws Exception {
    Reception silent = client -> client.getInputStream().readAllBytes();
    assertThat(failure(Duration.ofSeconds(1), silent))
        .isInstanceOfAny(TimedOut.class, Unreachable.class);
  }
}
