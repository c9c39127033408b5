package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.firewall.Chain.Action;
import dev.v6cert.ipv6.firewall.Chain.Rule;
import dev.v6cert.ipv6.firewall.FirewallVerdict.Keeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The packet filter of this machine: nftables, with what {@code iptables-nft}, ufw and firewalld
 * put there, and the older ip6tables or iptables beside it. It is only read here.
 */
public final class Firewall {

  /** The comment of a rule of ours, as nft and iptables print it. */
  static final Pattern COMMENT = Pattern.compile("comment \"(v6cert [^\"]*)\"");

  private Firewall() {}

  /** The verdict on the packet. */
  public static FirewallVerdict read(InboundConnection connection) throws InterruptedException {
    return read(connection, _ -> false);
  }

  /**
   * The same without some of our own rules.
   *
   * @param passing whether a rule with the comment is left out
   */
  static FirewallVerdict read(InboundConnection connection, Predicate<String> passing)
      throws InterruptedException {
    try {
      Optional<String> nft = output("nft", "list", "ruleset").map(it -> without(it, passing));
      Optional<String> legacy = legacy(nft.isPresent(), connection).map(it -> without(it, passing));
      if (nft.isEmpty() && legacy.isEmpty()) {
        return Files.isDirectory(Path.of("/proc/net"))
            ? new FirewallVerdict.Unreadable("there is neither nft nor iptables-save")
            : new FirewallVerdict.Unreadable("only those of Linux are known");
      }
      return verdict(nft.orElse(""), legacy.orElse(""), connection);
    } catch (IOException e) {
      return new FirewallVerdict.Unreadable(String.valueOf(e.getMessage()));
    }
  }

  private static String without(String rules, Predicate<String> passing) {
    return rules
        .lines()
        .filter(line -> {
          Matcher ours = COMMENT.matcher(line);
          return !ours.find() || !passing.test(ours.group(1));
        })
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The rules of iptables that nft does not show: of the older kind, or where there is no nft. */
  private static Optional<String> legacy(boolean nft, InboundConnection connection)
      throws IOException, InterruptedException {
    String name = connection.to().family() == IpFamily.IPV6 ? "ip6tables" : "iptables";
    if (!nft) {
      return output(name + "-save");
    }
    Path tables = Path.of("/proc/net", name.replace("tables", "_tables_names"));
    if (!Files.isReadable(tables) || Files.readString(tables).isBlank()) {
      return Optional.empty();
    }
    Optional<String> named = output(name + "-legacy-save");
    return named.isPresent() ? named : output(name + "-save");
  }

  static FirewallVerdict verdict(String nft, String iptables, InboundConnection connection) {
    List<Table> tables = new ArrayList<>(NftRuleset.read(nft, connection));
    List<Table> old = IptablesRuleset.read(iptables, connection);
    // The older tables stay, empty, once they were used.
    boolean older = tables.isEmpty() ? !old.isEmpty() : old.stream().anyMatch(Table::decides);
    tables.addAll(old);
    Keeper keeper = keeper(tables, older, connection.to().family());
    List<FirewallVerdict> unclear = new ArrayList<>();
    boolean rules = false;
    for (Table table : tables) {
      for (Chain chain : table.baseChains()) {
        rules = true;
        String where = table.name() + " " + chain.name();
        ChainWalk.End end = ChainWalk.through(table, chain);
        if (!end.unless().isEmpty()) {
          unclear.add(new FirewallVerdict.Unclear(keeper, end.accepted(), where, end.unless()));
        } else if (!end.accepted()) {
          Optional<String> elsewhere = redirect(tables, iptables);
          return elsewhere.isPresent()
              ? new FirewallVerdict.Unclear(keeper, false, where, List.of(elsewhere.get()))
              : new FirewallVerdict.Closed(keeper, where, end.by());
        }
      }
    }
    return !unclear.isEmpty()
        ? unclear.getFirst()
        : rules ? new FirewallVerdict.Open(keeper) : new FirewallVerdict.NoRules();
  }

  /** A rule that may send the packet elsewhere, such as to another port, where others let it in. */
  private static Optional<String> redirect(List<Table> tables, String iptables) {
    Optional<String> old = // Of the table nat, which decides nothing else.
        iptables
            .lines()
            .filter(line -> line.contains("-j REDIRECT") || line.contains("-j DNAT"))
            .findFirst();
    return old.isPresent()
        ? old
        : tables.stream()
            .flatMap(table -> table.chains().values().stream())
            .flatMap(chain -> chain.rules().stream())
            .filter(rule -> rule.action() instanceof Action.Other && rule.matches() != Ternary.NO)
            .map(Rule::text)
            .findFirst();
  }

  private static Keeper keeper(List<Table> tables, boolean old, IpFamily family) {
    boolean ipv6 = family == IpFamily.IPV6;
    Keeper iptables = ipv6 ? Keeper.IP6TABLES : Keeper.IPTABLES;
    Keeper keeper = old ? iptables : Keeper.NFTABLES;
    for (Table table : tables) {
      if (table.name().endsWith(" firewalld")) {
        return Keeper.FIREWALLD;
      }
      if (table.chains().containsKey(ipv6 ? "ufw6-before-input" : "ufw-before-input")) {
        return Keeper.UFW;
      }
      if (table.name().equals(ipv6 ? "ip6 filter" : "ip filter")
          && table.chains().containsKey("INPUT")) {
        keeper = iptables; // Such names are those of iptables-nft.
      }
    }
    return keeper;
  }

  /**
   * The output of the tool; empty where it is not installed.
   *
   * @throws IOException when it fails: mostly, because this user may not
   */
  private static Optional<String> output(String tool, String... arguments)
      throws IOException, InterruptedException {
    Optional<FilterTool> found = FilterTool.find(tool);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    SystemCommand.Outcome outcome = found.get().run(List.of(arguments));
    if (!outcome.succeeded()) {
      throw new IOException(tool + " may not be used by this user");
    }
    return Optional.of(outcome.out());
  }
}
