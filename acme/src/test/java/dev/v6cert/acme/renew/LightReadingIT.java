package dev.v6cert.acme.renew;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookRunner;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes that {@code list}, {@code show} and a {@code renew} with nothing due load. */
class LightReadingIT {

  private static final List<String> HEAVY =
      List.of(
          "org.bouncycastle.",
          "org.shredzone.",
          "org.jose4j.",
          "io.undertow.",
          "org.xnio.",
          "org.slf4j.",
          "org.jboss.",
          "java.util.logging.Logger",
          "java.net.http.",
          "java.security.KeyPair",
          "java.security.cert.X509Certificate",
          "sun.security.x509.");

  @TempDir Path state;

  /** Reads as those commands do, in a process of its own. */
  static final class Reader {
    private Reader() {}

    public static void main(String[] arguments) throws Exception {
      StateDirectory directory = new StateDirectory(Path.of(arguments[0]));
      if (new CertificateStore(directory).lineages().size() != 1) {
        throw new AssertionError("there is one lineage");
      }
      Renewer renewer =
          new Renewer(
              directory, Clock.systemUTC(), new HookRunner(Clock.systemUTC()), failure -> "");
      List<RenewalOutcome> outcomes =
          renewer.renew(
              name -> true,
              renewer::decide,
              StartJitter.NONE,
              (lock, lineage) -> {
                throw new AssertionError("nothing is due");
              });
      if (!(outcomes.getFirst() instanceof RenewalOutcome.Kept)) { // System.exit would log.
        throw new AssertionError(outcomes);
      }
    }
  }

  @Test
  void needsNoLibraryAndNoCryptography() throws Exception {
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName("a"),
            List.of(Subject.parse("a.test")),
            CertificateAuthority.LETS_ENCRYPT);
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      LineageWriter writer = new LineageWriter(lock);
      IssuanceJournal journal = writer.journal(request, TestAuthority::newKeys);
      TestAuthority authority = new TestAuthority("light");
      writer.commit(
          Lineage.Plan.of(request),
          journal,
          List.of(
              authority.leaf(
                  journal.keys().getPublic(),
                  List.of(TestAuthority.dns("a.test")),
                  Duration.ofDays(90)),
              authority.root()),
          Instant.now());
    }
    Process process =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of("-Xlog:class+load:stdout"), Reader.class, state.toString()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).contains(" dev.v6cert.acme.lineage.CertificateStore ");
    assertThat(output.lines().map(LightReadingIT::loaded).filter(LightReadingIT::isHeavy))
        .isEmpty();
  }

  private static String loaded(String line) {
    return line.replaceFirst("^.*\\] ", "").replaceFirst(" source:.*$", "");
  }

  private static boolean isHeavy(String type) {
    return HEAVY.stream().anyMatch(type::startsWith);
  }
}
