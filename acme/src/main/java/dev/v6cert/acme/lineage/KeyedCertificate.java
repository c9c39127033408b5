package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.FileUnusable;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.FileAccess;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.Pem;
import dev.v6cert.acme.state.StateFailures;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A certificate, what links it to a root, and its key.
 *
 * @param keys the public half is the certificate's
 * @param chain the certificate, then its issuers
 */
public record KeyedCertificate(KeyPair keys, List<X509Certificate> chain) {

  /** Copies the chain. */
  public KeyedCertificate {
    chain = List.copyOf(chain);
  }

  /**
   * Reads a certificate with its chain and a PKCS#8 key, both PEM, that are no state of ours.
   *
   * @throws AcmeFailureException as {@code FileUnusable} when one cannot be read, or the two do not
   *     belong together
   */
  public static KeyedCertificate ofFiles(Path certificate, Path key) throws AcmeFailureException {
    try {
      return read(certificate, key);
    } catch (AcmeFailureException e) {
      throw e.failure() instanceof StateUnusable fault
          ? new AcmeFailureException(new FileUnusable(fault.path(), fault.detail()), e)
          : e;
    }
  }

  private static KeyedCertificate read(Path certificate, Path key) throws AcmeFailureException {
    List<X509Certificate> chain = CertificateFile.readAll(certificate);
    PublicKey theirs = chain.getFirst().getPublicKey();
    PrivateKey ours = KeyPairFile.readPrivate(key, theirs.getAlgorithm());
    try {
      if (!KeyPairFile.belongTogether(ours, theirs)) {
        throw StateFailures.corrupt(certificate, "it is not for the key " + key);
      }
    } catch (GeneralSecurityException e) {
      throw StateFailures.corrupt(certificate, "it is not for the key " + key);
    }
    return new KeyedCertificate(new KeyPair(theirs, ours), chain);
  }

  /** The present one of a lineage, all of one generation though a renewal swaps it meanwhile. */
  public static KeyedCertificate of(Lineage lineage) throws AcmeFailureException {
    return inDirectory(lineage.live());
  }

  /** The one whose files are in the directory that the path leads to now. */
  static KeyedCertificate inDirectory(Path live) throws AcmeFailureException {
    try {
      Path generation = live.toRealPath();
      return read(generation.resolve("fullchain.pem"), generation.resolve("privkey.pem"));
    } catch (IOException e) {
      throw StateFailures.unreadable(live, e);
    }
  }

  /** The certificate itself. */
  public X509Certificate certificate() {
    return chain.getFirst();
  }

  /** Writes the four files of a generation, named and laid out as certbot's. */
  static void write(Path directory, PrivateKey key, List<X509Certificate> chain, FileAccess access)
      throws IOException, CertificateEncodingException {
    String leaf = text(chain.subList(0, 1));
    String issuers = text(chain.subList(1, chain.size()));
    DurableFiles.write(directory.resolve("privkey.pem"), KeyPairFile.privateText(key), access);
    DurableFiles.write(directory.resolve("cert.pem"), leaf, access);
    DurableFiles.write(directory.resolve("chain.pem"), issuers, access);
    DurableFiles.write(directory.resolve("fullchain.pem"), leaf + issuers, access);
  }

  /** The certificates as PEM, one after the other. */
  public static String text(List<X509Certificate> certificates)
      throws CertificateEncodingException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(new Pem("CERTIFICATE", certificate.getEncoded()).text());
    }
    return text.toString();
  }
}
