package dev.v6cert.acme.export;

import java.util.Arrays;
import java.util.Optional;

/** A file format that holds a certificate, its chain and its key together. */
public enum ExportFormat {
  /** PKCS#12 (RFC 7292), with a password: Windows, Java, macOS, appliances. */
  PKCS12("pkcs12"),
  /** Java's own old key store, with a password: Java programs before Java 9. */
  JKS("jks"),
  /** The chain and then the key as PEM, without a password: HAProxy and its like. */
  PEM("pem");

  private final String id;

  ExportFormat(String id) {
    this.id = id;
  }

  /** The stable name. */
  public String id() {
    return id;
  }

  /** The format with the given {@link #id()}. */
  public static Optional<ExportFormat> of(String id) {
    return Arrays.stream(values()).filter(format -> format.id.equals(id)).findFirst();
  }

  /** Whether a password protects the key in it. */
  public boolean takesPassword() {
    return this != PEM;
  }
}
