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
  private static final int LONGEST = 128;

  /** A lineage of the name would be known by a name that ends like a file of ours. */
  private static final String RESERVED = ".properties";

  /**
   * Checks the text.
   *
   * @throws IllegalArgumentException when it could not name a file safely
   */
  public LineageName {
    if (!SAFE.matcher(text).matches() || text.endsWith(RESERVED)) {
      throw new IllegalArgumentException(
          "\""
              + text
              + "\" cannot name a lineage: use up to 128 letters, digits, '.', '-' and '_'");
    }
  }

  /**
   * The lineage that a certificate for the subject gets by default: no two subjects get the same.
   * An address has no colons; a name that is too long or reserved ends in its hash.
   */
  public static LineageName of(Subject subject) {
    return new LineageName(
        switch (subject) {
          case Subject.Ip ip -> "ip-" + ip.value().replace(':', '-');
          case Subject.Dns dns -> fitting(dns.value().toLowerCase(Locale.ROOT));
          case Subject.Wildcard any -> fitting("any." + any.base().text());
        });
  }

  private static String fitting(String name) {
    if (name.length() <= LONGEST && !name.endsWith(RESERVED)) {
      return name;
    }
    String hash = "-" + ShortHash.of(name);
    return name.substring(0, Math.min(name.length(), LONGEST - hash.length())) + hash;
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
