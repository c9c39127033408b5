package dev.v6cert.ipv6.detect;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The links of this machine: its interfaces beside loopback, tunnels and bridges. */
public final class Links {

  private static final Path TABLE = Path.of("/proc/net/dev");
  private static final Path STATES = Path.of("/sys/class/net");

  private Links() {}

  /**
   * The names of the links, where each is switched off or without a cable or a wireless network;
   * none where one is up, where there is no link at all, or where that cannot be seen.
   */
  public static List<String> allDown() {
    List<String> down = new ArrayList<>();
    try {
      for (String line : Files.readAllLines(TABLE)) {
        int colon = line.indexOf(':');
        String name = line.substring(0, Math.max(0, colon)).strip();
        if (!name.isEmpty() && !name.equals("lo") && !InterfaceKind.isTunnelName(name)) {
          if (!isDown(Files.readString(STATES.resolve(name).resolve("operstate")).strip())) {
            return List.of();
          }
          down.add(name);
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    Collections.sort(down);
    return down;
  }

  /** By RFC 2863; a device without a carrier of its own says "unknown". */
  private static boolean isDown(String state) {
    return switch (state) {
      case "down", "notpresent", "lowerlayerdown", "dormant" -> true;
      default -> false;
    };
  }
}
