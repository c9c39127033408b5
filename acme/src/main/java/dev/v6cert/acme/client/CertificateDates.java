package dev.v6cert.acme.client;

import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells a TLS certificate that is refused for its dates from one that is not trusted. */
public final class CertificateDates {

  private CertificateDates() {}

  /** The dates in half a sentence; empty where they are not the fault. */
  public static Optional<String> fault(Throwable thrown) {
    for (@Nullable Throwable e = thrown; e != null; e = e.getCause()) {
      String limit = String.valueOf(e.getMessage()).replaceFirst("^Not(Before|After): ", "");
      if (e instanceof CertificateExpiredException) {
        return Optional.of("its certificate was valid until " + limit);
      }
      if (e instanceof CertificateNotYetValidException) {
        return Optional.of("its certificate is not valid before " + limit);
      }
    }
    return Optional.empty();
  }
}
