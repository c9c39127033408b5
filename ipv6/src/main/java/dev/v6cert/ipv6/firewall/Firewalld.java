package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules of ours among those of a running firewalld, which it forgets when it is reloaded. They have
 * no comment, and are found again by a priority that nobody else uses.
 */
final class Firewalld {

  /** It is written in Python, which takes seconds to start on a small board. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The seconds after which it removes a rule by itself: no order takes longer. */
  private static final int SECONDS = 600;

  private static final String PRIORITY = "-31080";

  /** The exit codes with which a rule is gone: with the zone, or with firewalld itself. */
  private static final Set<Integer> GONE = Set.of(112, 252);

  private Firewalld() {}

  /** The zone that connections of strangers to the interface are in. */
  static String zone(Optional<String> device) throws IOException, InterruptedException {
    if (device.isPresent()) {
      SystemCommand.Outcome zone = run(List.of("--get-zone-of-interface=" + device.get()));
      if (zone.succeeded()) {
        return zone.out().strip();
      }
    }
    return FilterTool.succeeded(run(List.of("--get-default-zone"))).out().strip();
  }

  /**
   * Lets connections to the port in, before all other rules of the zone; a rule that is there
   * already stays.
   *
   * @param lasting whether it is to stay for longer than an order takes
   */
  static void add(String zone, IpFamily family, int port, boolean lasting)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(rule("--add-rich-rule", zone, family, port));
    if (!lasting) {
      words.add("--timeout=" + SECONDS);
    }
    SystemCommand.Outcome _ = FilterTool.succeeded(run(words));
  }

  /**
   * Removes the rule; one that is not there any more is none to remove. systemd's client of D-Bus
   * does in milliseconds what firewalld's own takes a second for on a small board: a process that
   * was told to stop has two.
   */
  static void remove(String zone, IpFamily family, int port)
      throws IOException, InterruptedException {
    Optional<FilterTool> bus = FilterTool.find("busctl");
    if (bus.isPresent() && bus.get().run(removal(zone, rule(family, port))).succeeded()) {
      return;
    }
    SystemCommand.Outcome removal = run(rule("--remove-rich-rule", zone, family, port));
    if (!GONE.contains(removal.status())) {
      SystemCommand.Outcome _ = FilterTool.succeeded(removal);
    }
  }

  private static List<String> rule(String action, String zone, IpFamily family, int port) {
    return List.of("--zone=" + zone, action + "=" + rule(family, port));
  }

  private static String rule(IpFamily family, int port) {
    return "rule priority=\"%s\" family=\"%s\" port port=\"%s\" protocol=\"tcp\" accept"
        .formatted(PRIORITY, family == IpFamily.IPV6 ? "ipv6" : "ipv4", Integer.toString(port));
  }

  /** The call of {@code removeRichRule} for busctl (firewalld.dbus(5)). */
  private static List<String> removal(String zone, String rule) {
    String name = "org.fedoraproject.FirewallD1";
    return List.of(
        "--system",
        "--auto-start=no",
        "--quiet",
        "call",
        name,
        "/org/fedoraproject/FirewallD1",
        name + ".zone",
        "removeRichRule",
        "ss",
        zone,
        rule);
  }

  private static SystemCommand.Outcome run(List<String> words)
      throws IOException, InterruptedException {
    return FilterTool.find("firewall-cmd")
        .orElseThrow(() -> new IOException("firewall-cmd is not installed"))
        .run(words, LIMIT);
  }
}
