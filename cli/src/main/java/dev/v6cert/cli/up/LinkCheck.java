package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.check.Finding;
import dev.v6cert.cli.check.RebindingFilter;
import dev.v6cert.cli.terminal.Console;
import java.net.InetSocketAddress;

/**
 * A look at what keeps devices of the same network from a link: a resolver that withholds private
 * addresses, or a router that does not lead its public address back in. It goes on in the
 * background, once the link is printed, and ends within a few seconds.
 */
final class LinkCheck {

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
      if (!NatLoopback.leadsBack(outer, certificate.chain().getFirst())) {
        console.warn(
            "phones in the same Wi-Fi may not reach "
                + outer.getAddress().getHostAddress()
                + ": the router does not lead this network back to itself (NAT loopback, hairpin);"
                + " for them: v6cert up --local, or IPv6");
      }
    });
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
