package dev.v6cert.acme.lineage;

import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.FileAccess;
import dev.v6cert.acme.state.KeyPairFile;
import dev.v6cert.acme.state.Pem;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The four files of a generation, named and laid out as certbot's. */
public final class PairFiles {

  private PairFiles() {}

  static void write(Path directory, PrivateKey key, List<X509Certificate> chain, FileAccess access)
      throws IOException, CertificateEncodingException {
    String leaf = text(chain.subList(0, 1));
    String issuers = text(chain.subList(1, chain.size()));
    DurableFiles.write(directory.resolve("privkey.pem"), KeyPairFile.privateText(key), access);
    DurableFiles.write(directory.resolve("cert.pem"), leaf, access);
    DurableFiles.write(directory.resolve("chain.pem"), issuers, access);
    DurableFiles.write(directory.resolve("fullchain.pem"), leaf + issuers, access);
  }

  public static String text(List<X509Certificate> certificates)
      throws CertificateEncodingException {
    StringBuilder text = new StringBuilder();
    for (X509Certificate certificate : certificates) {
      text.append(new Pem("CERTIFICATE", certificate.getEncoded()).text());
    }
    return text.toString();
  }
}
