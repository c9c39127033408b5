package dev.v6cert.acme;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The first 64 bits of a SHA-256, for the names of files that stand for longer texts. */
public final class ShortHash {

  private static final int OCTETS = 8;

  private ShortHash() {}

  /** The hash of the text, as 16 hexadecimal digits. */
  public static String of(String text) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(whole, 0, OCTETS);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK lacks SHA-256", e);
    }
  }
}
