package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.firewall.Chain.Action;
import dev.v6cert.ipv6.firewall.Chain.Rule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The output of {@code ip6tables-save} or {@code iptables-save}. */
final class IptablesRuleset {

  private static final Pattern WORD = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|\\S+");

  /** The chains that packets to this machine come through. */
  private static final Set<String> INBOUND = Set.of("PREROUTING", "INPUT");

  /** Options that say nothing of the packet. */
  private static final Set<String> SILENT =
      Set.of(
          "-m",
          "--comment",
          "--limit",
          "--limit-burst",
          "--reject-with",
          "--log-prefix",
          "--log-level",
          "--set-mark",
          "--set-xmark");

  private IptablesRuleset() {}

  /** The tables, as seen by the packet. */
  static List<Table> read(String text, InboundConnection connection) {
    PacketMatcher fields = new PacketMatcher(connection);
    List<Table> tables = new ArrayList<>();
    Map<String, Optional<Action>> policies = new LinkedHashMap<>();
    Map<String, List<Rule>> rules = new LinkedHashMap<>();
    String name = "";
    for (String line : text.lines().toList()) {
      if (line.startsWith("*")) {
        name = line.substring(1);
        policies.clear();
        rules.clear();
      } else if (line.startsWith(":")) {
        String[] words = line.substring(1).split(" ", -1);
        policies.put(words[0], policy(words));
        rules.put(words[0], new ArrayList<>());
      } else if (line.startsWith("-A ")) {
        List<String> words = words(line);
        rules.getOrDefault(words.get(1), new ArrayList<>()).add(rule(line, words, fields));
      } else if (line.equals("COMMIT") && !name.equals("nat")) {
        Map<String, Chain> chains = new LinkedHashMap<>();
        policies.forEach((chain, policy) ->
            chains.put(chain, new Chain(chain, policy, rules.getOrDefault(chain, List.of()))));
        tables.add(new Table(name, chains));
      }
    }
    return tables;
  }

  private static Optional<Action> policy(String[] words) {
    return INBOUND.contains(words[0])
        ? Optional.of(words[1].equals("DROP") ? new Action.Drop() : new Action.Accept())
        : Optional.empty();
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line);
    while (matcher.find()) {
      words.add(matcher.group());
    }
    return words;
  }

  private static Rule rule(String line, List<String> words, PacketMatcher fields) {
    Ternary matches = Ternary.YES;
    Action action = new Action.Pass();
    boolean negated = false;
    for (int i = 2; i < words.size(); i++) {
      String option = words.get(i);
      if (option.equals("!")) {
        negated = true;
        continue;
      }
      String value = i + 1 < words.size() ? words.get(i + 1) : "";
      if (option.equals("-j") || option.equals("-g")) {
        action = action(value, option.equals("-j"));
        i++;
      } else if (option.equals("--tcp-flags")) {
        Ternary syn = Ternary.of(i + 2 < words.size() && words.get(i + 2).equals("SYN"));
        matches = matches.and(negated ? syn.not() : syn);
        i += 2;
      } else if (SILENT.contains(option)) {
        i++;
      } else {
        Ternary one = matches(option, value, fields);
        matches = matches.and(negated ? one.not() : one);
        i += value.startsWith("-") || value.equals("!") ? 0 : 1;
      }
      negated = false;
    }
    return new Rule(line, matches, action);
  }

  private static Ternary matches(String option, String value, PacketMatcher fields) {
    Function<String, Ternary> question =
        switch (option) {
          case "-p" -> fields::protocol;
          case "-s" -> fields::source;
          case "-d" -> fields::destination;
          case "-i" -> fields::device;
          case "--dport", "--dports" -> fields::port;
          case "--sport", "--sports" -> fields::sourcePort;
          case "--ctstate", "--state" -> fields::state;
          case "--dst-type" -> type -> Ternary.of(type.equals("LOCAL"));
          case "--hl-eq", "--ttl-eq" -> limit -> Ternary.of(!limit.equals("255"));
          case "--rt-type" -> _ -> Ternary.NO;
          default -> _ -> Ternary.UNKNOWN;
        };
    return Ternary.any(List.of(value.split(",", -1)), question);
  }

  private static Action action(String target, boolean returns) {
    return switch (target) {
      case "ACCEPT" -> new Action.Accept();
      case "DROP", "REJECT" -> new Action.Drop();
      case "RETURN" -> new Action.Return();
      case "LOG", "NFLOG", "MARK", "CONNMARK", "CT", "TRACE", "SET" -> new Action.Pass();
      case "NFQUEUE", "TPROXY", "DNAT", "REDIRECT" -> new Action.Other();
      default -> new Action.Jump(target, returns);
    };
  }
}
