package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.base.TlsContexts;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.RebindingFilter;
import dev.v6cert.cli.terminal.Console;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;

/**
 * A look at what keeps devices of the same network from a link: a resolver that withholds private
 * addresses, or a router that does not lead its public address back in. It goes on in the
 * background, once the link is printed, and ends within a few seconds.
 */
final class LinkCheck {

  private static final int LIMIT_MILLIS = 2000;

  private final Console console;

  LinkCheck(Console console) {
    this.console = console;
  }

  /** Warns of a filter that withholds the names of a local network. */
  void ofName(Lineage lineage) {
    begin(() ->
        RebindingFilter.look(lineage.subjects()).flatMap(Finding::line).ifPresent(console::warn));
  }

  /** Warns of a router whose port leads here from outside alone. */
  void ofRouter(InetSocketAddress outer, Lineage lineage) {
    begin(() -> {
      KeyedCertificate certificate = KeyedCertificate.of(lineage);
      if (!leadsBack(outer, certificate.chain().getFirst())) {
        console.warn(
            "phones in the same Wi-Fi may not reach "
                + outer.getAddress().getHostAddress()
                + ": the router does not lead this network back to itself (NAT loopback, hairpin);"
                + " for them: v6cert up --local, or IPv6");
      }
    });
  }

  /**
   * Whether the server at the router's public address has our certificate, which only we have: the
   * router's own pages may answer there. Takes four seconds at most.
   */
  private static boolean leadsBack(InetSocketAddress outer, X509Certificate ours) {
    try (Socket plain = new Socket()) {
      plain.connect(outer, LIMIT_MILLIS);
      plain.setSoTimeout(LIMIT_MILLIS);
      try (SSLSocket tls =
          (SSLSocket)
              TlsContexts.trustingAnyone() // Nothing is sent; the certificate is compared.
                  .getSocketFactory()
                  .createSocket(plain, outer.getHostString(), outer.getPort(), true)) {
        tls.startHandshake();
        return ours.equals(tls.getSession().getPeerCertificates()[0]);
      }
    } catch (IOException e) {
      return false;
    }
  }

  /** Something that may take a while. */
  private interface Look {
    void run() throws AcmeFailureException, InterruptedException;
  }

  private static void begin(Look look) {
    Thread.ofPlatform()
        .daemon()
        .name("link-check")
        .start(() -> {
          try {
            look.run();
          } catch (AcmeFailureException | InterruptedException e) {
            // The certificate watch tells of a damaged lineage; nobody interrupts this thread.
          }
        });
  }
}
