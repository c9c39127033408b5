package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The addresses in a namespace as the {@code ip} command of iproute2 tells them: the oracle. */
final class IpCommand {
  private IpCommand() {}

  /** One address; the interface has no more than its name and index. */
  static List<InterfaceAddress> addresses(NetworkNamespace namespace) throws IOException {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (String line : namespace.run("ip", "-6", "-o", "address").lines().toList()) {
      addresses.add(address(List.of(line.replace("\\", " ").split("\\s+", -1))));
    }
    addresses.sort(null);
    return addresses;
  }

  /** {@code 3: eth0 inet6 A/64 scope global dynamic valid_lft 9sec preferred_lft forever}. */
  private static InterfaceAddress address(List<String> words) {
    String local = words.get(3);
    String prefixed = words.get(4).equals("peer") ? words.get(5) : local;
    int slash = prefixed.indexOf('/');
    int prefixLength = Integer.parseInt(prefixed.substring(slash + 1));
    int end = local.indexOf('/');
    int index = Integer.parseInt(words.getFirst().replace(":", ""));
    return new InterfaceAddress(
        Ipv6Address.parse(end < 0 ? local : local.substring(0, end)),
        prefixLength,
        new HostInterface(words.get(1), index, true, false),
        flags(words, prefixLength),
        lifetime(words.get(words.indexOf("preferred_lft") + 1)),
        lifetime(words.get(words.indexOf("valid_lft") + 1)));
  }

  private static Set<AddressFlag> flags(List<String> words, int prefixLength) {
    EnumSet<AddressFlag> flags = EnumSet.noneOf(AddressFlag.class);
    for (AddressFlag flag : AddressFlag.values()) {
      if (words.contains(word(flag))) {
        flags.add(flag);
      }
    }
    if (!words.contains("dynamic")) {
      flags.add(AddressFlag.PERMANENT);
    } else if (prefixLength == 128 && !flags.contains(AddressFlag.TEMPORARY)) {
      flags.add(AddressFlag.DHCP);
    }
    return flags;
  }

  private static String word(AddressFlag flag) {
    return flag == AddressFlag.MANAGETEMPADDR
        ? "mngtmpaddr"
        : flag.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Lifetime lifetime(String text) {
    return text.equals("forever")
        ? Lifetime.FOREVER
        : Lifetime.ofSeconds(Long.parseLong(text.replace("sec", "")));
  }
}
