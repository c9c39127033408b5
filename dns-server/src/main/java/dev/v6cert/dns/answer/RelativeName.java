package dev.v6cert.dns.answer;

import org.xbill.DNS.Name;

/** The labels of a name that stand left of a zone's apex, as the name codec takes them. */
final class RelativeName {
  /** Stands for any octet that no address contains; above all for a dot inside a label. */
  private static final char NO_MATCH = '!';

  private RelativeName() {}

  /**
   * The dotted labels of {@code name} from the one at {@code from} up to the last {@code
   * apexLabels} ones, the root's empty label counted among the latter.
   */
  static String of(Name name, int from, int apexLabels) {
    int end = name.labels() - apexLabels;
    StringBuilder text = new StringBuilder(name.length());
    for (int i = from; i < end; i++) {
      if (i > from) {
        text.append('.');
      }
      byte[] label = name.getLabel(i);
      for (int at = 1; at < label.length; at++) {
        text.append(legible(label[at]));
      }
    }
    return text.toString();
  }

  private static char legible(byte octet) {
    char c = (char) (octet & 0xff);
    boolean ldh =
        (c >= '0' && c <= '9')
            || (c >= 'a' && c <= 'z')
            || (c >= 'A' && c <= 'Z')
            || c == '-'
            || c == '_';
    return ldh ? c : NO_MATCH;
  }
}
