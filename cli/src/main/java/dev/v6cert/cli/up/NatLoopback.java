package dev.v6cert.cli.up;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

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
              anyCertificate()
                  .getSocketFactory()
                  .createSocket(plain, outer.getHostString(), outer.getPort(), true)) {
        tls.startHandshake();
        Certificate theirs = tls.getSession().getPeerCertificates()[0];
        return ours.equals(theirs);
      }
    } catch (IOException | GeneralSecurityException e) {
      return false;
    }
  }

  /** Nothing is sent to the server, and its certificate is compared. */
  private static SSLContext anyCertificate() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, null);
    return context;
  }

  private static final class AnyCertificate implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
