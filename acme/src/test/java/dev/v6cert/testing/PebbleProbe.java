package dev.v6cert.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Asks a Pebble that is starting for its root certificate, until it answers. */
public final class PebbleProbe {

  private static final long LIMIT_NANOS = 20_000_000_000L;
  private static final long PAUSE_NANOS = 20_000_000L;

  private PebbleProbe() {}

  /** Prints the answer at the address given first, trusting the PEM file given second. */
  @SuppressWarnings("SystemOut") // Its output is what it is run for.
  public static void main(String[] arguments) throws Exception {
    System.out.print(fetch(URI.create(arguments[0]), Path.of(arguments[1])));
  }

  static String fetch(URI address, Path trusted) throws IOException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (true) {
      try {
        return once(address, trusted);
      } catch (IOException e) {
        if (System.nanoTime() - end > 0) {
          throw new IOException("Pebble does not answer at " + address, e);
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private static String once(URI address, Path trusted) throws IOException {
    HttpsURLConnection connection = (HttpsURLConnection) address.toURL().openConnection();
    connection.setSSLSocketFactory(trusting(trusted).getSocketFactory());
    connection.setConnectTimeout(2000);
    connection.setReadTimeout(5000);
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new IOException("HTTP " + connection.getResponseCode());
    }
    try (InputStream in = connection.getInputStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** TLS that trusts the one certificate of the PEM file. */
  static SSLContext trusting(Path pem) throws IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "root", CertificateFactory.getInstance("X.509").generateCertificate(in));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }
}
