package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The output of {@code Get-NetIPAddress} on Windows: for each address a block of lines {@code Name
 * : value}, with a blank line after it. Names and values are the same in every language.
 */
final class NetIpAddressOutput {
  private static final Duration DAY = Duration.ofDays(1);

  /** The days of {@code [TimeSpan]::MaxValue}. */
  private static final long ENDLESS_DAYS = 10_675_199;

  private NetIpAddressOutput() {}

  /** The IPv6 addresses in {@code output}; blocks without one are passed over. */
  static List<AddressDetails> read(String output) {
    List<AddressDetails> details = new ArrayList<>();
    Map<String, String> block = new HashMap<>();
    for (String line : output.lines().toList()) {
      int colon = line.indexOf(" : ");
      if (line.isBlank()) {
        address(block).ifPresent(details::add);
        block.clear();
      } else if (colon > 0) {
        block.put(line.substring(0, colon).strip(), line.substring(colon + 3).strip());
      }
    }
    address(block).ifPresent(details::add);
    return details;
  }

  private static Optional<AddressDetails> address(Map<String, String> block) {
    String text = block.getOrDefault("IPAddress", "");
    int zone = text.indexOf('%');
    return Ipv6Address.tryParse(zone < 0 ? text : text.substring(0, zone))
        .map(address ->
            new AddressDetails(
                address,
                block.getOrDefault("InterfaceAlias", ""),
                number(block.getOrDefault("InterfaceIndex", "")),
                flags(block),
                lifetime(block.getOrDefault("PreferredLifetime", "")),
                lifetime(block.getOrDefault("ValidLifetime", ""))));
  }

  private static Set<AddressFlag> flags(Map<String, String> block) {
    Set<AddressFlag> flags = new TreeSet<>();
    switch (block.getOrDefault("AddressState", "")) {
      case "Tentative" -> flags.add(AddressFlag.TENTATIVE);
      case "Duplicate", "Invalid" -> flags.add(AddressFlag.DADFAILED);
      case "Deprecated" -> flags.add(AddressFlag.DEPRECATED);
      default -> {
        // "Preferred" is the state without a flag.
      }
    }
    String prefixOrigin = block.getOrDefault("PrefixOrigin", "");
    switch (block.getOrDefault("SuffixOrigin", "")) {
      case "Manual" -> flags.add(AddressFlag.PERMANENT);
      case "Dhcp" -> flags.add(AddressFlag.DHCP);
      case "Random" -> {
        if (prefixOrigin.equals("RouterAdvertisement")) {
          flags.add(AddressFlag.TEMPORARY);
        }
      }
      default -> {
        // "Link" is the stable identifier of the interface, "WellKnown" that of ::1.
      }
    }
    return flags;
  }

  /** A TimeSpan, {@code [days.]hh:mm:ss[.fraction]}, or {@code Infinite (…)}. */
  private static Lifetime lifetime(String text) {
    if (text.startsWith("Infinite")) {
      return Lifetime.FOREVER;
    }
    String[] parts = text.split(":", -1);
    if (parts.length != 3) {
      return Lifetime.UNKNOWN;
    }
    int dot = parts[0].indexOf('.');
    try {
      long days = dot < 0 ? 0 : Long.parseLong(parts[0].substring(0, dot));
      if (days >= ENDLESS_DAYS) {
        return Lifetime.FOREVER;
      }
      int fraction = parts[2].indexOf('.');
      return new Lifetime.Lasting(
          DAY.multipliedBy(days)
              .plusHours(Long.parseLong(parts[0].substring(dot + 1)))
              .plusMinutes(Long.parseLong(parts[1]))
              .plusSeconds(
                  Long.parseLong(fraction < 0 ? parts[2] : parts[2].substring(0, fraction))));
    } catch (NumberFormatException e) {
      return Lifetime.UNKNOWN;
    }
  }

  private static int number(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
