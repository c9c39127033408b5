package dev.v6cert.acme.challenge;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.testing.CrowdedProcess;
import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TlsAlpn01SolverIT {

  private static final InetAddress LOOPBACK = InetAddress.ofLiteral("::1");
  private static final String ANSWER = "token.thumbprint";

  private final BlockingQueue<ChallengeRequest> heard = new LinkedBlockingQueue<>();
  private Responder responder;
  private InetSocketAddress address;

  @BeforeEach
  void start() throws Exception {
    responder =
        new StandaloneSolver(
                ChallengeType.TLS_ALPN_01,
                Optional.of(LOOPBACK),
                FreePorts.next(),
                Clock.systemUTC())
            .start(heard::add);
    address = responder.addresses().getFirst();
  }

  @AfterEach
  void stop() {
    responder.close();
  }

  @ParameterizedTest
  @CsvSource({
    "a.test, a.test, TLSv1.3",
    "a.test, A.Test, TLSv1.3",
    "a.test, a.test, TLSv1.2",
    "2001:db8::1,"
        + " 1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa, TLSv1.3"
  })
  void showsTheCertificateOfThePresentedSubject(String subject, String name, String version)
      throws Exception {
    try (PresentedAnswer _ = present(subject);
        SSLSocket socket = connect(name, version, "acme-tls/1")) {
      socket.startHandshake();

      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
      assertThat(shown.getCriticalExtensionOIDs()).containsExactly("1.3.6.1.5.5.7.1.31");
      byte[] extension = shown.getExtensionValue("1.3.6.1.5.5.7.1.31");
      assertThat(Arrays.copyOfRange(extension, extension.length - 32, extension.length))
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(ANSWER.getBytes(US_ASCII)));
      assertThat(shown.getSubjectAlternativeNames()).hasSize(1);
      shown.verify(shown.getPublicKey());
    }
    ChallengeRequest request = heard.poll(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    assertThat(request.answer()).isEqualTo(ChallengeRequest.Answer.KEY_AUTHORIZATION);
    assertThat(request.path()).isEqualToIgnoringCase(name);
  }

  @ParameterizedTest
  @CsvSource({
    "b.test, acme-tls/1, UNKNOWN_TOKEN",
    "a.test, http/1.1, OTHER_PATH",
    "a.test, '', OTHER_PATH"
  })
  void hasNothingForAnybodyElse(String name, String protocol, ChallengeRequest.Answer answer)
      throws Exception {
    try (PresentedAnswer _ = present("a.test");
        SSLSocket socket = connect(name, "TLSv1.3", protocol)) {
      assertThat(read(socket)).isNegative();
    }
    ChallengeRequest request = heard.poll(10, TimeUnit.SECONDS);
    assertThat(request).isNotNull();
    assertThat(request.answer()).isEqualTo(answer);
  }

  /** The first octet that comes; less than 0 where there is none, or no connection. */
  private static int read(SSLSocket socket) throws IOException {
    try {
      socket.startHandshake();
      return socket.getInputStream().read();
    } catch (SSLException e) {
      return -1;
    }
  }

  @Test
  void waitsWhereNoMoreFilesMayBeOpenAndGoesOnAfterwards() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "there is no shell to set a limit with");
    int port = FreePorts.next();
    List<Socket> idle = new ArrayList<>();
    Process crowded = CrowdedProcess.start(CrowdedProbe.class, port + "");
    try (BufferedReader out = crowded.inputReader(US_ASCII);
        Writer in = crowded.outputWriter(US_ASCII)) {
      assertThat(out.readLine()).isEqualTo(CrowdedProcess.FULL);
      address = new InetSocketAddress(LOOPBACK, port);
      for (int i = 0; i < 20; i++) { // More than the files that a JVM closes by itself.
        idle.add(new Socket(LOOPBACK, port));
      }
      try (SSLSocket socket = connect("a.test", "TLSv1.3", "acme-tls/1")) {
        in.write("measure\n");
        in.flush();

        assertThat(Integer.parseInt(out.readLine())).as("ms of 1000").isLessThan(400);

        socket.startHandshake();
        assertThat(socket.getApplicationProtocol()).isEqualTo("acme-tls/1");
      }
      in.write("end\n");
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
      crowded.destroyForcibly().waitFor();
    }
  }

  @Test
  void forgetsWhatIsNoLongerPresented() throws Exception {
    present("a.test").close();
    try (SSLSocket socket = connect("a.test", "TLSv1.3", "acme-tls/1")) {
      assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
    }
  }

  private PresentedAnswer present(String subject) throws Exception {
    return responder.present(new PendingChallenge(Subject.parse(subject), "token", ANSWER));
  }

  private SSLSocket connect(String name, String version, String protocol) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    SSLSocket socket =
        (SSLSocket)
            context.getSocketFactory().createSocket(address.getAddress(), address.getPort());
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setServerNames(List.of(new SNIHostName(name)));
    parameters.setProtocols(new String[] {version});
    if (!protocol.isEmpty()) {
      parameters.setApplicationProtocols(new String[] {protocol});
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return Set.<X509Certificate>of().toArray(X509Certificate[]::new);
    }
  }
}
