package dev.v6cert.ipv6.name;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A DNS name in lower case, without a trailing dot: labels of letters, digits, {@code -} and {@code
 * _}, 1 to 63 octets each, 253 in all (RFC 1035 section 2.3.4). The root is the empty name.
 *
 * @param text the name as typed, in lower case; empty for the root
 */
public record HostName(String text) implements Comparable<HostName> {

  /** The longest name, in characters of text without the trailing dot. */
  public static final int MAX_LENGTH = 253;

  /** The longest label, in octets. */
  public static final int MAX_LABEL = 63;

  /** The most labels that a certificate authority takes in one name (Let's Encrypt). */
  private static final int MAX_CA_LABELS = 10;

  /** The root of the DNS, above every name. */
  public static final HostName ROOT = new HostName("");

  /**
   * Checks the syntax and folds the case.
   *
   * @throws IllegalArgumentException when the text is no DNS name; the message says why
   */
  public HostName {
    text = text.toLowerCase(Locale.ROOT);
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "the name has " + text.length() + " characters, the DNS allows " + MAX_LENGTH);
    }
    if (!text.isEmpty()) {
      for (String label : text.split("\\.", -1)) {
        checkLabel(label, text);
      }
    }
  }

  /**
   * The name of the given text, a trailing dot allowed; {@code .} is the root.
   *
   * @throws IllegalArgumentException when the text is no DNS name; the message says why
   */
  public static HostName of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the name is empty");
    }
    return new HostName(text.endsWith(".") ? text.substring(0, text.length() - 1) : text);
  }

  private static void checkLabel(String label, String name) {
    if (label.isEmpty()) {
      throw new IllegalArgumentException("\"" + name + "\" has an empty label");
    }
    if (label.length() > MAX_LABEL) {
      throw new IllegalArgumentException(
          "the label \""
              + label
              + "\" has "
              + label.length()
              + " octets, the DNS allows "
              + MAX_LABEL);
    }
    for (int i = 0; i < label.length(); i++) {
      char c = label.charAt(i);
      if (!isLabelCharacter(c)) {
        throw new IllegalArgumentException(
            "\"" + name + "\" has the character '" + c + "', which is not a letter, digit or '-'");
      }
    }
  }

  private static boolean isLabelCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  }

  /** The labels, leftmost first; none for the root. */
  public List<String> labels() {
    return text.isEmpty() ? List.of() : List.of(text.split("\\.", -1));
  }

  /** This name with {@code labels} (one or several, dotted) to its left. */
  public HostName under(String labels) {
    return new HostName(text.isEmpty() ? labels : labels + "." + text);
  }

  /** Whether this name is {@code ancestor} or lies below it. */
  public boolean isWithin(HostName ancestor) {
    return ancestor.text.isEmpty()
        || text.equals(ancestor.text)
        || text.endsWith("." + ancestor.text);
  }

  /**
   * The reason why a public certificate authority would refuse to sign this name, empty when it
   * would not: CA names are letters, digits and inner hyphens, with no {@code --} at positions 3
   * and 4 of a label (CA/Browser Forum Baseline Requirements section 7.1.4.2; RFC 5890 section
   * 2.3.1).
   */
  public Optional<String> refusalByAuthorities() {
    List<String> reasons = new ArrayList<>();
    List<String> labels = labels();
    if (labels.size() < 2) {
      reasons.add("it has fewer than two labels");
    }
    if (labels.size() > MAX_CA_LABELS) {
      reasons.add("it has more than " + MAX_CA_LABELS + " labels");
    }
    if (text.matches("(.*[.])?[0-9]+")) {
      reasons.add("it ends in a number, as an IPv4 address does");
    }
    for (String label : labels) {
      if (label.startsWith("-") || label.endsWith("-")) {
        reasons.add("the label \"" + label + "\" starts or ends with '-'");
      }
      if (label.startsWith("--", 2) && !label.startsWith("xn")) {
        reasons.add(
            "the label \"" + label + "\" has \"--\" at positions 3 and 4, which is reserved");
      }
      if (label.indexOf('_') >= 0) {
        reasons.add("the label \"" + label + "\" has a '_'");
      }
    }
    return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
  }

  @Override
  public int compareTo(HostName other) {
    return text.compareTo(other.text);
  }

  /** The name as typed; {@code .} for the root. */
  @Override
  public String toString() {
    return text.isEmpty() ? "." : text;
  }
}
