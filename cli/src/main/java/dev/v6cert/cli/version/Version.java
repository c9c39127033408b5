package dev.v6cert.cli.version;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The version of this program, as the build wrote it down. */
public final class Version {

  private Version() {}

  /** The version, or {@code unknown} where it was not written down. */
  public static String text() {
    try (InputStream resource = Version.class.getResourceAsStream("version.txt")) {
      if (resource == null) {
        return "unknown";
      }
      return new String(resource.readAllBytes(), StandardCharsets.US_ASCII).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }
}
