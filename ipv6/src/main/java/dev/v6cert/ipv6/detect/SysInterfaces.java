package dev.v6cert.ipv6.detect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.v6cert.ipv6.HostInterface;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Interfaces as {@code /sys/class/net} shows them. Sysfs belongs to the network namespace that
 * mounted it, which need not be ours: a directory that does not have the index is not believed.
 */
final class SysInterfaces {
  /** ARPHRD_NONE: WireGuard and tun devices, but mobile modems, too. */
  private static final String WITHOUT_LINK_LAYER = "65534";

  private final Path directory;

  SysInterfaces(Path directory) {
    this.directory = directory;
  }

  HostInterface describe(String name, int index) {
    Path device = directory.resolve(name);
    boolean tunnelName = InterfaceKind.isTunnelName(name);
    if (!Integer.toString(index).equals(word(device, "ifindex"))) {
      return new HostInterface(name, index, true, tunnelName);
    }
    return new HostInterface(name, index, isUp(device), tunnelName || isTunnel(device));
  }

  /** RFC 2863's operational status; devices without a carrier of their own say "unknown". */
  private static boolean isUp(Path device) {
    return switch (word(device, "operstate")) {
      case "down", "notpresent", "lowerlayerdown", "dormant", "testing" -> false;
      default -> true;
    };
  }

  private static boolean isTunnel(Path device) {
    if (Files.exists(device.resolve("tun_flags")) || Files.exists(device.resolve("bridge"))) {
      return true;
    }
    String type = word(device, "type");
    return type.equals(WITHOUT_LINK_LAYER)
        ? word(device, "uevent").contains("DEVTYPE=wireguard")
        : InterfaceKind.isTunnelType(type);
  }

  /** The content of a file, empty where there is none. */
  private static String word(Path device, String file) {
    try {
      return new String(Files.readAllBytes(device.resolve(file)), UTF_8).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
