package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * Rules of ours among those of a running firewalld, which it forgets when it is reloaded. It has
 * each rule once, and they have no comment: each process has a rule with a priority of its own, out
 * of a range that nobody else uses. So it ends with its process, and those of others stay.
 *
 * <p>Questions go over D-Bus by systemd's client, which answers in milliseconds what firewalld's
 * own, written in Python, takes a second for on a small board; by that one where there is no other.
 */
final class Firewalld {

  /** The start of its chains' names. */
  static final String TABLE = "inet firewalld ";

  /** It takes seconds to start on a small board. */
  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** The seconds after which it removes a rule by itself: no order takes longer. */
  private static final int SECONDS = 600;

  private static final int FIRST_PRIORITY = -31080;
  private static final int PRIORITIES = 1000;

  private static final String NAME = "org.fedoraproject.FirewallD1";
  private static final String OF_ZONES = NAME + ".zone";

  /** The exit codes with which a rule is gone: with the zone, or with firewalld itself. */
  private static final Set<Integer> GONE = Set.of(112, 252);

  /** The comments of this process's rules, by zone and rule: firewalld has no place for them. */
  private static final Map<String, String> COMMENTS = new ConcurrentHashMap<>();

  private Firewalld() {}

  /** The priority that this process tries first. */
  static String priority() {
    return Long.toString(FIRST_PRIORITY + ProcessHandle.current().pid() % PRIORITIES);
  }

  /** The one to try after it. */
  static String after(String priority) {
    int next = Integer.parseInt(priority) + 1;
    return Integer.toString(isOurs(next) ? next : FIRST_PRIORITY);
  }

  private static boolean isOurs(int priority) {
    return priority >= FIRST_PRIORITY && priority < FIRST_PRIORITY + PRIORITIES;
  }

  /** The zone that connections of strangers to the interface are in. */
  static String zone(Optional<String> device) throws IOException, InterruptedException {
    if (device.isPresent()) {
      Optional<String> zone = ask(OF_ZONES, "getZoneOfInterface", device.get());
      if (zone.isEmpty()) {
        SystemCommand.Outcome outcome = run(List.of("--get-zone-of-interface=" + device.get()));
        zone = Optional.of(outcome.status() == 0 ? outcome.out().strip() : "");
      }
      if (!zone.get().isEmpty()) {
        return zone.get();
      }
    }
    Optional<String> usual = ask(NAME, "getDefaultZone");
    return usual.isPresent()
        ? usual.get()
        : FilterTool.succeeded(run(List.of("--get-default-zone"))).out().strip();
  }

  /** The priorities of the zone's rules of ours that let connections to the port in. */
  static List<String> priorities(String zone, InboundPort port)
      throws IOException, InterruptedException {
    Optional<String> known = ask(OF_ZONES, "getRichRules", zone);
    String rules =
        known.isPresent()
            ? known.get()
            : FilterTool.succeeded(run(List.of("--zone=" + zone, "--list-rich-rules"))).out();
    return Pattern.compile(Pattern.quote(rule(port, "*")).replace("*", "\\E(-\\d+)\\Q"))
        .matcher(rules)
        .results()
        .map(ours -> ours.group(1))
        .filter(priority -> isOurs(Integer.parseInt(priority)))
        .toList();
  }

  /** The comment that a rule of this process would have; empty for one of another process. */
  static Optional<String> comment(String zone, InboundPort port, String priority) {
    return Optional.ofNullable(COMMENTS.get(zone + ' ' + rule(port, priority)));
  }

  /** Whether the rule is there. */
  static boolean isThere(String zone, InboundPort port, String priority)
      throws IOException, InterruptedException {
    String rule = rule(port, priority);
    Optional<String> known = ask(OF_ZONES, "queryRichRule", zone, rule);
    return known.isPresent()
        ? known.get().equals("true")
        : run(List.of("--zone=" + zone, "--query-rich-rule=" + rule)).status() == 0;
  }

  /**
   * Lets connections to the port in, before all other rules of the zone.
   *
   * @param comment the one that it would have
   * @param lasting whether it is to stay for longer than an order takes
   * @return false where the rule was there already
   */
  static boolean add(
      String zone, InboundPort port, String priority, String comment, boolean lasting)
      throws IOException, InterruptedException {
    String rule = rule(port, priority);
    List<String> words = new ArrayList<>();
    words.add("--zone=" + zone);
    words.add("--add-rich-rule=" + rule);
    if (!lasting) {
      words.add("--timeout=" + SECONDS);
    }
    if (FilterTool.succeeded(run(words)).err().contains("ALREADY_ENABLED")) {
      return false;
    }
    COMMENTS.put(zone + ' ' + rule, comment);
    return true;
  }

  /** Removes the rule; one that is not there any more is none to remove. */
  static void remove(String zone, InboundPort port, String priority)
      throws IOException, InterruptedException {
    String rule = rule(port, priority);
    COMMENTS.remove(zone + ' ' + rule);
    if (ask(OF_ZONES, "removeRichRule", zone, rule).isPresent()) {
      return;
    }
    SystemCommand.Outcome removal = run(List.of("--zone=" + zone, "--remove-rich-rule=" + rule));
    if (!GONE.contains(removal.status())) {
      SystemCommand.Outcome _ = FilterTool.succeeded(removal);
    }
  }

  private static String rule(InboundPort port, String priority) {
    return "rule priority=\"%s\" family=\"%s\" port port=\"%s\" protocol=\"%s\" accept"
        .formatted(
            priority,
            port.family() == IpFamily.IPV6 ? "ipv6" : "ipv4",
            port.text(),
            port.protocol());
  }

  /**
   * The answer of a method of firewalld.dbus(5) with texts as arguments, such as {@code true};
   * empty where there is none.
   */
  private static Optional<String> ask(String interfaceName, String method, String... arguments)
      throws IOException, InterruptedException {
    Optional<FilterTool> bus = FilterTool.find("busctl");
    if (bus.isEmpty()) {
      return Optional.empty();
    }
    List<String> words = new ArrayList<>(List.of("--system", "--auto-start=no", "call"));
    words.addAll(List.of(NAME, "/org/fedoraproject/FirewallD1", interfaceName, method));
    if (arguments.length > 0) {
      words.add("s".repeat(arguments.length));
      words.addAll(List.of(arguments));
    }
    SystemCommand.Outcome outcome = bus.get().run(words);
    return outcome.status() == 0 ? Optional.of(value(outcome.out().strip())) : Optional.empty();
  }

  /** The value behind its type, as in {@code s "public"}, without quotes around it. */
  private static String value(String answer) {
    String value = answer.substring(answer.indexOf(' ') + 1).replace("\\\"", "\"");
    return answer.startsWith("s ") ? value.substring(1, value.length() - 1) : value;
  }

  private static SystemCommand.Outcome run(List<String> words)
      throws IOException, InterruptedException {
    return FilterTool.find("firewall-cmd")
        .orElseThrow(() -> new IOException("firewall-cmd is not installed"))
        .run(words, LIMIT);
  }
}
