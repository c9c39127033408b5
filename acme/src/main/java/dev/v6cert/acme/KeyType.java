package dev.v6cert.acme;

import java.util.Arrays;
import java.util.Optional;

/** The kind of a certificate's key. */
public enum KeyType {
  /** ECDSA on P-256; the default: small, quick, taken everywhere. */
  EC256("ec256"),
  /** ECDSA on P-384. */
  EC384("ec384"),
  /** RSA with 2048 bits, for old clients. */
  RSA2048("rsa2048"),
  /** RSA with 4096 bits. */
  RSA4096("rsa4096");

  private final String id;

  KeyType(String id) {
    this.id = id;
  }

  /** The stable name, as in settings and state files. */
  public String id() {
    return id;
  }

  /** The type with the given {@link #id()}. */
  public static Optional<KeyType> of(String id) {
    return Arrays.stream(values()).filter(type -> type.id.equals(id)).findFirst();
  }
}
