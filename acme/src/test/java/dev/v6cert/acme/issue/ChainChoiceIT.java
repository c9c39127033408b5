package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceEvent.ChainNotOffered;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.testing.RunningPebble;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The chains of a real Pebble that has three roots, each with its own intermediates. */
class ChainChoiceIT {

  private static final int ROOTS = 3;

  @RegisterExtension
  static final RunningPebble pebble =
      new RunningPebble(settings ->
          settings
              .environment("PEBBLE_ALTERNATE_ROOTS", Integer.toString(ROOTS - 1))
              .environment("PEBBLE_CHAIN_LENGTH", "2"));

  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private Lineage issue(String issuer) throws AcmeFailureException {
    TestClient client = TestClient.of(pebble.running(), state, events::add);
    return client.issue(client.request("c.v6.test").leadingTo(issuer));
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
