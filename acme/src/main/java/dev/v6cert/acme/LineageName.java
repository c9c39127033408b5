package dev.v6cert.acme;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The name of a lineage: a certificate and its successors. It names files, so it holds only
 * letters, digits, {@code .}, {@code -} and {@code _}, starts with a letter or digit, and has 1 to
 * 128 characters.
 */
public record LineageName(String text) implements Comparable<LineageName> {

  private static final Pattern SAFE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException when it could not name a file safely
   */
  public LineageName {
    if (!SAFE.matcher(text).matches() || text.endsWith(".properties")) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" cannot name a lineage: use up to 128 letters, digits, '.', '-' and '_'");
    }
  }

  /** The lineage that a certificate for the subject gets by default; an address has no colons. */
  public static LineageName of(Subject subject) {
    return new LineageName(
        subject instanceof Subject.Ip
            ? "ip-" + subject.value().replace(':', '-')
            : shortened(subject.value().toLowerCase(Locale.ROOT)));
  }

  private static String shortened(String name) {
    return name.length() <= 128 ? name : name.substring(0, 128);
  }

  @Override
  public int compareTo(LineageName other) {
    return text.compareTo(other.text);
  }

  @Override
  public String toString() {
    return text;
  }
}
