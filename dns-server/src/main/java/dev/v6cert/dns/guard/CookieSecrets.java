package dev.v6cert.dns.guard;

import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The secrets of server cookies (RFC 9018 section 5).
 *
 * @param current makes cookies, which are accepted
 * @param other makes none; its cookies are accepted all the same
 */
record CookieSecrets(Secret current, Optional<Secret> other) {
  private static final int OCTETS = 16;
  private static final String FORM = "a cookie secret is 32 hexadecimal digits on a line";

  /** A secret of 16 octets, as two little-endian halves. */
  record Secret(long key0, long key1) {
    static Secret of(byte[] octets) {
      return new Secret(littleEndian(octets, 0), littleEndian(octets, Long.BYTES));
    }

    private static long littleEndian(byte[] octets, int from) {
      long value = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        value |= (octets[from + i] & 0xffL) << (Byte.SIZE * i);
      }
      return value;
    }

    @Override
    public String toString() {
      return "Secret";
    }
  }

  /** A random secret alone. */
  static CookieSecrets random(SecureRandom random) {
    byte[] octets = new byte[OCTETS];
    random.nextBytes(octets);
    return new CookieSecrets(Secret.of(octets), Optional.empty());
  }

  /**
   * Reads a file of one or two secrets, the one that makes cookies first. Empty lines and those
   * that start with {@code #} are passed over.
   *
   * @throws FileFailure when it cannot be read, other users of the machine can read or write it, or
   *     it has an error in it; the message never tells a secret
   */
  static CookieSecrets read(Path file) throws FileFailure {
    List<Secret> secrets = new ArrayList<>();
    try {
      FileFailure.refuseExposed(file); // A reader of the secret can make cookies for any address.
      List<String> lines = Files.readAllLines(file, StandardCharsets.ISO_8859_1);
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (line.isEmpty() || line.startsWith("#")) {
          continue;
        }
        if (!line.matches("[0-9A-Fa-f]{32}")) {
          throw new FileFailure(file, i + 1, FORM);
        }
        if (secrets.size() == 2) {
          throw new FileFailure(file, i + 1, "there are two cookie secrets at most");
        }
        secrets.add(Secret.of(HexFormat.of().parseHex(line)));
      }
    } catch (FileFailure e) {
      throw e;
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
    if (secrets.isEmpty()) {
      throw new FileFailure(file, 0, "it has no secret; " + FORM);
    }
    return new CookieSecrets(secrets.getFirst(), secrets.stream().skip(1).findFirst());
  }
}
