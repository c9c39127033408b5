package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The IPv6 addresses in the output of {@code ifconfig -L} on macOS and the BSDs. */
final class IfconfigOutput {
  private IfconfigOutput() {}

  /** The addresses in {@code output}; lines that are not about one are passed over. */
  static List<AddressDetails> read(String output) {
    List<AddressDetails> details = new ArrayList<>();
    String device = "";
    for (String line : output.lines().toList()) {
      if (!line.isEmpty() && !Character.isWhitespace(line.charAt(0))) {
        device = line.substring(0, Math.max(0, line.indexOf(':')));
      } else {
        address(words(line), device).ifPresent(details::add);
      }
    }
    return details;
  }

  private static List<String> words(String line) {
    return List.of(line.strip().replace('\t', ' ').split(" +", -1));
  }

  private static Optional<AddressDetails> address(List<String> words, String device) {
    if (words.size() < 2 || !words.getFirst().equals("inet6")) {
      return Optional.empty();
    }
    String text = words.get(1);
    int zone = text.indexOf('%');
    String plain = zone < 0 ? text : text.substring(0, zone);
    int slash = plain.indexOf('/'); // NetBSD's way to print the prefix length.
    Set<AddressFlag> flags = flags(words);
    return Ipv6Address.tryParse(slash < 0 ? plain : plain.substring(0, slash))
        .map(address ->
            new AddressDetails(
                address, device, 0, flags, lifetime(words, "pltime"), lifetime(words, "vltime")));
  }

  /** An address that nothing made by itself was set by hand. */
  private static Set<AddressFlag> flags(List<String> words) {
    Set<AddressFlag> flags = new TreeSet<>();
    boolean automatic = false;
    for (String word : words) {
      switch (word) {
        case "temporary" -> flags.add(AddressFlag.TEMPORARY);
        case "secured" -> flags.add(AddressFlag.STABLE_PRIVACY);
        case "deprecated" -> flags.add(AddressFlag.DEPRECATED);
        case "tentative", "detached" -> flags.add(AddressFlag.TENTATIVE);
        case "optimistic" -> flags.add(AddressFlag.OPTIMISTIC);
        case "duplicated" -> flags.add(AddressFlag.DADFAILED);
        case "dynamic" -> flags.add(AddressFlag.DHCP);
        case "autoconf" -> automatic = true;
        default -> {
          // The rest is not about the address's state.
        }
      }
    }
    if (!automatic
        && !flags.contains(AddressFlag.TEMPORARY)
        && !flags.contains(AddressFlag.STABLE_PRIVACY)
        && !flags.contains(AddressFlag.DHCP)) {
      flags.add(AddressFlag.PERMANENT);
    }
    return flags;
  }

  /** Seconds or {@code infty}; an address without an end has neither word on some systems. */
  private static Lifetime lifetime(List<String> words, String key) {
    int at = words.indexOf(key);
    if (at < 0 || at + 1 == words.size() || words.get(at + 1).equals("infty")) {
      return Lifetime.FOREVER;
    }
    try {
      return Lifetime.ofSeconds(Long.parseLong(words.get(at + 1)));
    } catch (NumberFormatException e) {
      return Lifetime.UNKNOWN;
    }
  }
}
