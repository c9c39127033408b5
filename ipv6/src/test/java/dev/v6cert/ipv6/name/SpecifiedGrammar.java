package dev.v6cert.ipv6.name;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The grammar of magic names as its specification words it: every substring between boundaries is
 * tried, with regular expressions and the address parsers. Slow, and an oracle for the parser.
 */
final class SpecifiedGrammar {
  private static final Pattern DASHED =
      Pattern.compile("[0-9a-fA-F-]+|[0-9a-fA-F-]*--[0-9a-fA-F-]*[0-9.]+");

  private SpecifiedGrammar() {}

  private record Match<A>(A address, int from, int to) {}

  /** {@code AAAA|A}, each empty where there is none. */
  static String answers(String name) {
    Optional<Match<Ipv6Address>> ipv6 =
        first(name, name.length(), 0, SpecifiedGrammar::dashed)
            .or(() -> dotted(name))
            .or(() -> hex32(name));
    int from = ipv6.map(Match::from).orElse(name.length());
    int to = ipv6.map(Match::to).orElse(name.length());
    Optional<Match<Ipv4Address>> ipv4 =
        first(name, from, to, s -> s.contains(".") ? Optional.empty() : quad(s.replace('-', '.')))
            .or(() -> first(name, from, to, SpecifiedGrammar::quad))
            .or(() -> first(name, from, to, SpecifiedGrammar::hex8));
    return ipv6.map(m -> m.address().toString()).orElse("")
        + "|"
        + ipv4.map(m -> m.address().toString()).orElse("");
  }

  /** The leftmost, then longest, stretch between boundaries that {@code read} takes. */
  private static <A> Optional<Match<A>> first(
      String name, int usedFrom, int usedTo, Function<String, Optional<A>> read) {
    for (int from = 0; from < name.length(); from++) {
      for (int to = name.length(); to > from; to--) {
        boolean bounded =
            (from == 0 || isSeparator(name.charAt(from - 1)))
                && (to == name.length() || isSeparator(name.charAt(to)));
        boolean unused = to <= usedFrom || from >= Math.max(usedFrom, usedTo);
        if (bounded && unused) {
          Optional<A> address = read.apply(name.substring(from, to));
          if (address.isPresent()) {
            return Optional.of(new Match<>(address.get(), from, to));
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isSeparator(char c) {
    return c == '.' || c == '-';
  }

  private static Optional<Ipv6Address> dashed(String text) {
    return DASHED.matcher(text).matches()
        ? Ipv6Address.tryParse(text.replace('-', ':'))
        : Optional.empty();
  }

  private static Optional<Match<Ipv6Address>> dotted(String name) {
    List<String> labels = Arrays.asList(name.split("\\.", -1));
    if (labels.size() < 8) {
      return Optional.empty();
    }
    List<String> last = labels.subList(labels.size() - 8, labels.size());
    boolean decimal = last.stream().allMatch(label -> quad("0.0.0." + label).isPresent());
    String text = String.join(":", last);
    boolean plain = last.stream().allMatch(label -> label.matches("[0-9a-fA-F]{1,4}"));
    return decimal || !plain
        ? Optional.empty()
        : Optional.of(
            new Match<>(Ipv6Address.parse(text), name.length() - text.length(), name.length()));
  }

  private static Optional<Match<Ipv6Address>> hex32(String name) {
    int from = 0;
    for (String label : name.split("\\.", -1)) {
      if (label.matches("[0-9a-fA-F]{32}")) {
        Ipv6Address address = Ipv6Address.parse(label.replaceAll("(....)(?=.)", "$1:"));
        return Optional.of(new Match<>(address, from, from + 32));
      }
      from += label.length() + 1;
    }
    return Optional.empty();
  }

  private static Optional<Ipv4Address> quad(String text) {
    return Ipv4Address.tryParse(text);
  }

  private static Optional<Ipv4Address> hex8(String text) {
    return text.matches("[0-9a-fA-F]{8}")
        ? Optional.of(new Ipv4Address(Integer.parseUnsignedInt(text, 16)))
        : Optional.empty();
  }
}
