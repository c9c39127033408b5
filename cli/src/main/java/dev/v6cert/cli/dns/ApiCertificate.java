package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.TlsContexts;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.proxy.CertificateKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/**
 * The certificate of the DNS server's API: that of a lineage, and each later one as soon as it is
 * there. Connections that are made already keep theirs.
 */
public final class ApiCertificate implements AutoCloseable {

  private static final Duration PERIOD = Duration.ofSeconds(5);

  private final CertificateStore store;
  private final Lineage first;
  private final Consumer<String> warnings;
  private final CertificateKeys keys = new CertificateKeys();
  private final Thread watch = Thread.ofVirtual().name("api-certificate").unstarted(this::run);
  private Optional<Generation> served;
  private boolean failing;

  /**
   * The certificate that a lineage has now.
   *
   * @param lineage one with a certificate, in the state directory
   * @param warnings told once when a later one cannot be read
   * @throws AcmeFailureException when the present one cannot be read
   */
  public ApiCertificate(Lineage lineage, Path stateDirectory, Consumer<String> warnings)
      throws AcmeFailureException {
    this.store = new CertificateStore(new StateDirectory(stateDirectory));
    this.first = lineage;
    this.warnings = warnings;
    this.served = Optional.empty();
    serve(lineage);
  }

  /** The context for servers, which has the newest certificate at each handshake. */
  public SSLContext context() {
    return TlsContexts.server(keys);
  }

  /** Begins to look for later certificates. */
  public void watch() {
    watch.start();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(PERIOD);
        look();
      }
    } catch (InterruptedException e) {
      // The server ends.
    }
  }

  private void look() {
    Optional<Lineage> lineage = store.loaded(first.name());
    if (lineage.isEmpty()) {
      fail("its lineage cannot be read");
      return;
    }
    try {
      if (!lineage.get().generation().equals(served)) {
        serve(lineage.get());
      }
      failing = false;
    } catch (AcmeFailureException e) {
      fail(ErrorTexts.line(e.failure()));
    }
  }

  private void serve(Lineage lineage) throws AcmeFailureException {
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    keys.serve(
        lineage.subjects().stream().map(Subject::value).toList(),
        certificate.keys().getPrivate(),
        certificate.chain());
    served = lineage.generation();
  }

  private void fail(String reason) {
    if (!failing) {
      failing = true;
      warnings.accept(
          "the API keeps its certificate of "
              + first.name().text()
              + ": "
              + reason
              + "; tried again every "
              + PERIOD.toSeconds()
              + " seconds");
    }
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
