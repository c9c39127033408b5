package dev.v6cert.cli.warmup;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.IssuanceJournal;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.LineageWriter;
import dev.v6cert.acme.lineage.RenewalAdvice;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Makes a state directory with one lineage, of a certificate that nobody trusts and that is never
 * due, for {@link CacheTraining} to look at.
 */
public final class CacheTrainingState {

  private static final String ALIAS = "sample";
  private static final String NAME = "2001-db8--1.example";

  /** Follows the addresses of an interface that no machine has, and so has it looked for. */
  private static final AddressPlan STAYING =
      new AddressPlan(
          Ipv6Address.parse("2800:3f0:4001:810::200e"),
          Optional.of(HostName.of(NAME)),
          Optional.empty(),
          Optional.of("sample"),
          false);

  private CacheTrainingState() {}

  /** Takes the key and the certificate from the first file, and makes the second, a directory. */
  public static void main(String[] arguments) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(Path.of(arguments[0]))) {
      keys.load(file, ALIAS.toCharArray());
    }
    PrivateKey key = (PrivateKey) keys.getKey(ALIAS, ALIAS.toCharArray());
    X509Certificate certificate = (X509Certificate) keys.getCertificate(ALIAS);
    commit(Path.of(arguments[1]), new KeyPair(certificate.getPublicKey(), key), certificate);
  }

  private static void commit(Path state, KeyPair keys, X509Certificate certificate)
      throws Exception {
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName(NAME),
            List.of(Subject.parse(NAME)),
            CertificateAuthority.of("https://ca.example/directory"));
    Instant now = Instant.now();
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      LineageWriter writer = new LineageWriter(lock);
      IssuanceJournal journal = writer.journal(request, () -> keys);
      Lineage lineage =
          writer.commit(
              Lineage.Plan.of(request).following(STAYING), journal, List.of(certificate), now);
      String serial = lineage.generation().orElseThrow().serial();
      writer.advised(
          lineage,
          new RenewalAdvice(serial, Optional.empty(), Optional.empty(), now, Optional.empty()));
    }
  }
}
