package dev.v6cert.ipv6.detect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.v6cert.ipv6.Ipv6Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Columns and numbers as the files in {@code /proc/net} have them. */
final class ProcText {
  private static final int HALF = 16;

  private ProcText() {}

  /** The lines of a file; none where it is missing, as all of them are without IPv6. */
  static String[] lines(Path procNet, String file) throws IOException {
    try {
      String text = new String(Files.readAllBytes(procNet.resolve(file)), UTF_8);
      return text.isEmpty() ? new String[0] : text.stripTrailing().split("\n", -1);
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(procNet)) {
        return new String[0];
      }
      throw new IOException("there is no directory " + procNet, e);
    }
  }

  /** The columns of a line, which are apart by one space or more. */
  static String[] fields(String line, int count) throws IOException {
    String[] fields = new String[count];
    int at = 0;
    for (int i = 0; i < count; i++) {
      while (at < line.length() && line.charAt(at) == ' ') {
        at++;
      }
      int end = line.indexOf(' ', at);
      fields[i] = line.substring(at, end < 0 ? line.length() : end);
      at = end < 0 ? line.length() : end;
      if (fields[i].isEmpty()) {
        throw new IOException("\"" + line + "\" has fewer than " + count + " columns");
      }
    }
    return fields;
  }

  /** An address in 32 hexadecimal digits. */
  static Ipv6Address address(String digits) {
    return new Ipv6Address(
        Long.parseUnsignedLong(digits, 0, HALF, 16),
        Long.parseUnsignedLong(digits, HALF, 2 * HALF, 16));
  }
}
