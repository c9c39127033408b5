package dev.v6cert.acme.localca.validation;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeCertificate;
import dev.v6cert.acme.localca.order.Problem;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.base.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * One look at a peer's answer to a challenge: one connection to one address, which ends after ten
 * seconds whatever the peer does. No redirect is followed.
 */
public final class ChallengeCheck {

  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int CONNECT_MILLIS = 5_000;
  private static final int MAX_ANSWER = 8 * 1024;
  private static final String PATH = "/.well-known/acme-challenge/";
  private static final String TLS_ALPN_PROTOCOL = "acme-tls/1";

  private ChallengeCheck() {}

  /** The work with a connection. */
  private interface Talk {
    Optional<Problem> over(Socket socket) throws IOException;
  }

  /** Asks by HTTP (RFC 8555 section 8.3). */
  public static Optional<Problem> http(
      Subject subject, InetSocketAddress peer, String token, String keyAuthorization) {
    return connected(peer, socket -> http(socket, subject, token, keyAuthorization));
  }

  /** Asks by TLS (RFC 8737). */
  public static Optional<Problem> tls(
      Subject subject, InetSocketAddress peer, String keyAuthorization) {
    return connected(peer, socket -> tls(socket, subject, keyAuthorization));
  }

  private static Optional<Problem> connected(InetSocketAddress peer, Talk talk) {
    String where = "port " + peer.getPort() + " of " + peer.getAddress().getHostAddress();
    try (Socket socket = new Socket()) {
      Thread limit = Thread.startVirtualThread(() -> closeLater(socket));
      try {
        socket.connect(peer, CONNECT_MILLIS);
        socket.setSoTimeout((int) LIMIT.toMillis());
        return talk.over(socket);
      } finally {
        limit.interrupt();
      }
    } catch (IOException e) {
      return Optional.of(
          new Problem(ProblemType.CONNECTION, where + " does not answer: " + e.getMessage()));
    }
  }

  private static void closeLater(Socket socket) {
    try {
      Thread.sleep(LIMIT);
      socket.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // It is done in time.
    } catch (IOException e) {
      // Closed all the same.
    }
  }

  /** By HTTP/1.0, which has no answers in chunks. */
  private static Optional<Problem> http(
      Socket socket, Subject subject, String token, String keyAuthorization) throws IOException {
    String host = subject instanceof Subject.Ip ip ? ip.address().urlHost() : subject.value();
    String request =
        "GET " + PATH + token + " HTTP/1.0\r\nHost: " + host + "\r\nUser-Agent: v6cert\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    String answer = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.ISO_8859_1);
    int end = answer.indexOf("\r\n\r\n");
    if (end < 0 || !answer.matches("(?s)HTTP/1[.][01] [0-9]{3}.*")) {
      return refusal("the answer is not HTTP");
    }
    String status = answer.substring("HTTP/1.x ".length(), "HTTP/1.x nnn".length());
    if (!status.equals("200")) {
      return refusal(
          "the answer has status "
              + status
              + (status.startsWith("3") ? "; redirects are not followed" : ""));
    }
    return answer.substring(end + 4).stripTrailing().equals(keyAuthorization)
        ? Optional.empty()
        : refusal("the answer is not the key authorization");
  }

  private static Optional<Problem> refusal(String why) {
    return Optional.of(new Problem(ProblemType.INCORRECT_RESPONSE, why));
  }

  private static Optional<Problem> tls(Socket plain, Subject subject, String keyAuthorization)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            TlsContexts.trustingAnyone()
                .getSocketFactory()
                .createSocket(plain, null, plain.getPort(), true)) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {TLS_ALPN_PROTOCOL});
      parameters.setServerNames(List.of(new SNIHostName(ChallengeCertificate.serverName(subject))));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      if (!TLS_ALPN_PROTOCOL.equals(socket.getApplicationProtocol())) {
        return Optional.of(new Problem(ProblemType.TLS, "the server does not know acme-tls/1"));
      }
      X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return ChallengeCertificate.fault(shown, subject, keyAuthorization)
          .flatMap(why -> refusal("the certificate is refused: " + why));
    } catch (javax.net.ssl.SSLException e) {
      return Optional.of(
          new Problem(ProblemType.TLS, "there is no TLS handshake: " + e.getMessage()));
    } catch (IllegalArgumentException e) {
      return Optional.of(new Problem(ProblemType.TLS, subject + " cannot be asked for by TLS"));
    }
  }
}
