package dev.v6cert.acme.verify;

import dev.v6cert.base.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * The certificate that a TLS server shows.
 *
 * @param serial in hexadecimal, lower case
 * @param issuer the issuer's distinguished name (RFC 4514)
 * @param notAfter when it ends
 */
public record ServedCertificate(String serial, String issuer, Instant notAfter) {

  /**
   * Asks the server. Whether its certificate is to be trusted does not matter here: the question is
   * which one it is.
   *
   * @param name the server name to ask for (RFC 6066 section 3); empty for an address
   * @param limit for the connection, and again for each answer
   * @throws IOException when there is no TLS server, or it does not answer
   */
  public static ServedCertificate ask(Endpoint endpoint, Optional<String> name, Duration limit)
      throws IOException {
    int millis = Math.toIntExact(limit.toMillis());
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(endpoint.host(), endpoint.port()), millis);
      plain.setSoTimeout(millis);
      try (SSLSocket socket =
          (SSLSocket)
              TlsContexts.trustingAnyone() // Nothing is sent, only the certificate read.
                  .getSocketFactory()
                  .createSocket(plain, endpoint.host(), endpoint.port(), true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(
            name.map(it -> List.<javax.net.ssl.SNIServerName>of(new SNIHostName(it)))
                .orElse(List.of()));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return of(socket.getSession().getPeerCertificates()[0]);
      }
    }
  }

  private static ServedCertificate of(Certificate certificate) throws IOException {
    if (!(certificate instanceof X509Certificate x509)) {
      throw new IOException("its certificate is of the type " + certificate.getType());
    }
    return new ServedCertificate(
        x509.getSerialNumber().toString(16),
        x509.getIssuerX500Principal().getName(),
        x509.getNotAfter().toInstant());
  }
}
