package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Writes one generation in a process of its own, to be killed at a system call. */
final class ChildCommit {

  static final LineageName NAME = new LineageName("crash");

  /** The exit status after a failure that the store itself tells. */
  static final int TYPED_FAILURE = 3;

  private ChildCommit() {}

  /** Arguments: the state directory, and where {@link #prepare} left a key and a chain. */
  public static void main(String[] arguments) throws Exception {
    try {
      commit(Path.of(arguments[0]), Path.of(arguments[1]));
    } catch (AcmeFailureException e) {
      System.exit(TYPED_FAILURE);
    }
  }

  /** Makes what the child commits: Bouncy Castle would take most of its time. */
  static void prepare(Path material) throws IOException {
    KeyPair keys = TestAuthority.newKeys();
    TestAuthority authority = new TestAuthority("crash");
    X509Certificate leaf =
        authority.leaf(
            keys.getPublic(), List.of(TestAuthority.dns("crash.test")), Duration.ofDays(90));
    DurableFiles.write(material.resolve("keys.pem"), KeyPairFile.text(keys));
    DurableFiles.write(
        material.resolve("chain.pem"),
        TestAuthority.pem(leaf) + TestAuthority.pem(authority.root()));
  }

  static Lineage commit(Path state, Path material) throws Exception {
    KeyPair keys = KeyPairFile.read(material.resolve("keys.pem"));
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      LineageWriter writer = new LineageWriter(lock);
      writer.recover(NAME);
      IssuanceRequest request =
          IssuanceRequest.of(
              NAME, List.of(Subject.parse("crash.test")), CertificateAuthority.LETS_ENCRYPT);
      IssuanceJournal journal = writer.journal(request, () -> keys);
      if (journal.order().isEmpty()) {
        journal.ordered(URI.create("https://ca.test/order/1"));
      }
      return writer.commit(
          Lineage.Plan.of(request).with(HookCommands.deploying("true")),
          journal,
          chain(material.resolve("chain.pem")),
          Instant.now());
    }
  }

  private static List<X509Certificate> chain(Path pem) throws Exception {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }
}
