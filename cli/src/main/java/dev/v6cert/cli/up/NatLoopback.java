package dev.v6cert.cli.up;

import dev.v6cert.base.TlsContexts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;

/**
 * A connection from this machine to the router's public address. The router's own pages may answer
 * there, so that only our certificate proves that it leads back here.
 */
final class NatLoopback {

  private static final int LIMIT_MILLIS = 2000;

  private NatLoopback() {}

  /** Whether the server at the address has the certificate. Takes four seconds at most. */
  static boolean leadsBack(InetSocketAddress outer, X509Certificate ours) {
    try (Socket plain = new Socket()) {
      plain.connect(outer, LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      try (SSLSocket tls =
          (SSLSocket)
              TlsContexts.trustingAnyone() // Nothing is sent; the certificate is compared.
                  .getSocketFactory()
                  .createSocket(plain, outer.getHostString(), outer.getPort(), true)) {
        tls.startHandshake();
        Certificate theirs = tls.getSession().getPeerCertificates()[0];
        return ours.equals(theirs);
      }
    } catch (IOException e) {
      return false;
    }
  }
}
