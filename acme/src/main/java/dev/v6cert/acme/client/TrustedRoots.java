package dev.v6cert.acme.client;

import dev.v6cert.acme.AcmeFailure.BadRoots;
import dev.v6cert.acme.AcmeFailureException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The root certificates of a private authority.
 *
 * @param certificates at least one
 */
public record TrustedRoots(List<X509Certificate> certificates) {

  private static final String ABSENT = "there is no such file";
  private static final String UNREADABLE = "it cannot be read";
  private static final String NO_CERTIFICATE =
      "it has no certificate in PEM form (-----BEGIN CERTIFICATE-----)";

  /** Copies the certificates. */
  public TrustedRoots {
    certificates = List.copyOf(certificates);
  }

  /**
   * Whether there is a file to read, at no cost.
   *
   * @throws AcmeFailureException as {@code BadRoots} when there is none, or this user may not
   */
  public static void checkThere(Path pem) throws AcmeFailureException {
    if (!Files.exists(pem)) {
      throw new AcmeFailureException(new BadRoots(pem, ABSENT));
    }
    if (!Files.isReadable(pem) || Files.isDirectory(pem)) {
      throw new AcmeFailureException(new BadRoots(pem, UNREADABLE));
    }
  }

  /**
   * Reads a PEM file of certificates.
   *
   * @throws AcmeFailureException as {@code BadRoots} when there are none, or it cannot be read
   */
  public static TrustedRoots read(Path pem) throws AcmeFailureException {
    List<X509Certificate> roots = new ArrayList<>();
    try (InputStream in = Files.newInputStream(pem)) {
      for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        roots.add((X509Certificate) root);
      }
    } catch (NoSuchFileException e) {
      throw new AcmeFailureException(new BadRoots(pem, ABSENT), e);
    } catch (IOException e) {
      throw new AcmeFailureException(new BadRoots(pem, UNREADABLE), e);
    } catch (GeneralSecurityException e) {
      throw new AcmeFailureException(new BadRoots(pem, NO_CERTIFICATE), e);
    }
    if (roots.isEmpty()) {
      throw new AcmeFailureException(new BadRoots(pem, NO_CERTIFICATE));
    }
    return new TrustedRoots(roots);
  }

  /** TLS that trusts these roots and no others. */
  public SSLContext tls() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (int i = 0; i < certificates.size(); i++) {
        store.setCertificateEntry("root-" + i, certificates.get(i));
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
  }
}
