package dev.v6cert.acme.export;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure.FileExists;
import dev.v6cert.acme.StoreFailure.FileUnwritable;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.StateFailures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;

/** The present certificate of a lineage, its chain and its key, as one file for other programs. */
public final class CertificateExport {

  private CertificateExport() {}

  /**
   * Writes the file, for its owner only; it is there whole or not at all.
   *
   * @param password protects the key; unused where the format takes none
   * @param replace whether a file that is there already is replaced
   * @throws AcmeFailureException as {@code FileExists} when one is there and is not to be replaced,
   *     as {@code StateUnusable} when the lineage cannot be read, as {@code FileUnwritable} when
   *     the file cannot be written
   */
  public static void write(
      Lineage lineage, Format format, char[] password, Path file, boolean replace)
      throws AcmeFailureException {
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // The rename that replaces it would put a key in the place of a device, for all to read.
      throw new AcmeFailureException(new FileUnwritable(file, "it is not an ordinary file"));
    }
    try {
      byte[] content =
          switch (format) {
            case PEM -> pem(certificate);
            case PKCS12 -> keyStore("PKCS12", lineage, certificate, password);
            case JKS -> keyStore("JKS", lineage, certificate, password);
          };
      if (replace) {
        DurableFiles.writeOver(file, content);
      } else {
        DurableFiles.writeNew(file, content);
      }
    } catch (FileAlreadyExistsException e) {
      throw new AcmeFailureException(new FileExists(file), e);
    } catch (IOException e) {
      throw new AcmeFailureException(new FileUnwritable(file, StateFailures.reason(e)), e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot make a " + format.id() + " file", e);
    }
  }

  private static byte[] pem(KeyedCertificate certificate) throws CertificateEncodingException {
    String text =
        KeyedCertificate.text(certificate.chain())
            + KeyPairFile.privateText(certificate.keys().getPrivate());
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] keyStore(
      String type, Lineage lineage, KeyedCertificate certificate, char[] password)
      throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setKeyEntry(
        lineage.name().text(),
        certificate.keys().getPrivate(),
        password,
        certificate.chain().toArray(Certificate[]::new));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    store.store(bytes, password);
    return bytes.toByteArray();
  }

  /** A file format that holds a certificate, its chain and its key together. */
  public enum Format {
    /** PKCS#12 (RFC 7292), with a password: Windows, Java, macOS, appliances. */
    PKCS12("pkcs12"),
    /** Java's own old key store, with a password: Java programs before Java 9. */
    JKS("jks"),
    /** The chain and then the key as PEM, without a password: HAProxy and its like. */
    PEM("pem");

    private final String id;

    Format(String id) {
      this.id = id;
    }

    /** The stable name. */
    public String id() {
      return id;
    }

    /** Whether a password protects the key in it. */
    public boolean takesPassword() {
      return this != PEM;
    }
  }
}
