package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.firewall.Chain.Action;
import dev.v6cert.ipv6.firewall.Chain.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The output of {@code nft list ruleset}, as text: the JSON lacks the matches of rules that {@code
 * iptables-nft} made.
 */
final class NftRuleset {

  private final NftTokens tokens;
  private final PacketMatcher fields;
  private final List<Table> tables = new ArrayList<>();

  private NftRuleset(String text, InboundConnection connection) {
    this.tokens = new NftTokens(text);
    this.fields = new PacketMatcher(connection);
  }

  /** The tables that packets of the family pass, as seen by the packet. */
  static List<Table> read(String text, InboundConnection connection) {
    NftRuleset ruleset = new NftRuleset(text, connection);
    while (ruleset.tokens.hasNext()) {
      if (ruleset.tokens.take("table")) {
        ruleset.table();
      } else {
        ruleset.tokens.next();
      }
    }
    return ruleset.tables;
  }

  private void table() {
    String family = tokens.next();
    String name = family + " " + tokens.next();
    NftTokens inside = new NftTokens(String.join(" ", body()));
    if (!family.equals(fields.isIpv6() ? "ip6" : "ip") && !family.equals("inet")) {
      return;
    }
    Map<String, List<String>> sets = new HashMap<>();
    Map<String, List<String>> chains = new LinkedHashMap<>();
    while (inside.hasNext()) {
      String kind = inside.next();
      if (kind.equals("flags") || kind.equals("comment") || kind.equals("#")) {
        boolean dormant = inside.line().contains("dormant");
        if (dormant && kind.equals("flags")) {
          return; // None of its chains is asked.
        }
        continue;
      }
      if (!kind.matches("[a-z]+")) {
        continue;
      }
      String itsName = inside.next();
      while (inside.hasNext() && !inside.take("{")) {
        inside.next();
      }
      List<String> block = inside.block();
      switch (kind) {
        case "set", "map" -> sets.put(itsName, elements(block));
        case "chain" -> chains.put(itsName, block);
        default -> {} // Counters, quotas, flow tables: nothing that decides.
      }
    }
    Map<String, Chain> read = new LinkedHashMap<>();
    chains.forEach((chain, block) -> read.put(chain, chain(chain, block, sets)));
    tables.add(new Table(name, read));
  }

  private List<String> body() {
    while (tokens.hasNext() && !tokens.take("{")) {
      tokens.next();
    }
    return tokens.block();
  }

  private static List<String> elements(List<String> block) {
    int from = block.indexOf("elements");
    return from < 0
        ? List.of()
        : block.subList(from, block.size()).stream()
            .filter(word -> !word.equals(NftTokens.NEWLINE))
            .skip(3) // elements = {
            .takeWhile(word -> !word.equals("}"))
            .toList();
  }

  private Chain chain(String name, List<String> block, Map<String, List<String>> sets) {
    NftTokens lines = new NftTokens(String.join(" ", block));
    Optional<Action> base = Optional.empty();
    List<Rule> rules = new ArrayList<>();
    while (lines.hasNext()) {
      List<String> line = lines.line();
      if (lines.take(NftTokens.NEWLINE) && line.isEmpty()) {
        continue;
      }
      if (!line.isEmpty() && line.getFirst().equals("type")) {
        base = base(line);
      } else if (!line.isEmpty()) {
        rules.addAll(new NftRule(line, fields, sets).rules());
      }
    }
    return new Chain(name, base, rules);
  }

  /** The policy of a chain that packets to this machine come through. */
  private static Optional<Action> base(List<String> line) {
    boolean ours = line.contains("input") || line.contains("prerouting");
    return ours
        ? Optional.of(line.contains("drop") ? new Action.Drop() : new Action.Accept())
        : Optional.empty();
  }
}
