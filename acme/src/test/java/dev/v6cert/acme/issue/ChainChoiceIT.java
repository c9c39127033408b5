package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceEvent.ChainNotOffered;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Http01Solver;
import dev.v6cert.acme.store.KeyedCertificate;
import dev.v6cert.acme.store.Lineage;
import dev.v6cert.acme.store.StateDirectory;
import dev.v6cert.acme.store.StateLock;
import dev.v6cert.testing.Pebble;
import dev.v6cert.testing.StubDns;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chains of a real Pebble that has three roots, each with its own intermediates. */
class ChainChoiceIT {

  private static final int ROOTS = 3;

  @TempDir static Path home;
  static StubDns dns;
  static Pebble pebble;

  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    dns = StubDns.answering("::1");
    pebble =
        Pebble.in(home)
            .dnsServer(dns.hostAndPort())
            .environment("PEBBLE_ALTERNATE_ROOTS", Integer.toString(ROOTS - 1))
            .environment("PEBBLE_CHAIN_LENGTH", "2")
            .start();
  }

  @AfterAll
  static void stop() throws IOException {
    pebble.close();
    dns.close();
  }

  private Lineage issue(String issuer) throws AcmeFailureException {
    IssuanceRequest request =
        IssuanceRequest.of(
                new LineageName("test"),
                List.of(Subject.parse("c.v6.test")),
                CertificateAuthority.of(pebble.directory().toString()).trusting(pebble.httpsRoot()))
            .leadingTo(issuer);
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      return new CertificateIssuer()
          .issue(
              lock,
              Lineage.Plan.of(request),
              Registration.agreeing(terms -> true),
              new Http01Solver(
                  Optional.of(InetAddress.ofLiteral("::1")), pebble.httpPort(), Clock.systemUTC()),
              events::add);
    }
  }

  private static String root(Lineage lineage) throws AcmeFailureException {
    X509Certificate last = KeyedCertificate.of(lineage).chain().getLast();
    return last.getIssuerX500Principal().getName().replace("CN=", "");
  }

  @Test
  void isTheOneWithThePreferredRootWhereverItStands() throws Exception {
    Lineage unwanted = issue("No Such Root");
    List<String> roots =
        events.stream()
            .filter(ChainNotOffered.class::isInstance)
            .map(event -> ((ChainNotOffered) event).offered())
            .findFirst()
            .orElseThrow();
    assertThat(roots).hasSize(ROOTS).doesNotHaveDuplicates();
    assertThat(root(unwanted)).isEqualTo(roots.getFirst());
    events.clear();

    for (String root : roots) {
      assertThat(root(issue(root.toLowerCase(Locale.ROOT)))).isEqualTo(root);
    }

    assertThat(events).doesNotHaveAnyElementsOfTypes(ChainNotOffered.class);
  }
}
