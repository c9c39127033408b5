package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.IpProtocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of ours that lets connections to one port in, or what comes to it by UDP. It is found
 * again by its comment; with firewalld, whose rules have none, by its priority.
 *
 * @param kind the tool that adds and removes it
 * @param place the chain, as {@code inet filter input} or {@code filter INPUT}; for firewalld the
 *     zone
 * @param mark the comment that no other rule has; for firewalld the priority
 */
record FilterRule(Kind kind, String place, InboundPort port, String mark) {

  /** The kinds of tool. */
  enum Kind {
    NFT,
    IPTABLES_NFT,
    IPTABLES_LEGACY,
    FIREWALLD
  }

  private static final Pattern HANDLE = Pattern.compile("# handle (\\d+)$");

  /**
   * The rule that would lift the verdict; empty where it lets the connection in. Where rules of
   * other processes of ours may be what lets it in, it is one beside them: they end with those
   * processes.
   *
   * @param others whether a comment is that of such a rule
   */
  static Optional<FilterRule> against(
      FirewallVerdict verdict,
      InboundConnection connection,
      String comment,
      Predicate<String> others)
      throws IOException, InterruptedException {
    return switch (verdict) {
      case FirewallVerdict.Closed closed -> Optional.of(at(closed.chain(), connection, comment));
      case FirewallVerdict.Unclear unclear when !unclear.open() ->
          Optional.of(at(unclear.chain(), connection, comment));
      case FirewallVerdict.Unclear unclear -> beside(unclear.keeper(), connection, comment, others);
      case FirewallVerdict.Open open -> beside(open.keeper(), connection, comment, others);
      default -> Optional.empty();
    };
  }

  /** Of other tools the ruleset has shown the comments, and such rules were left out of it. */
  private static Optional<FilterRule> beside(
      FirewallVerdict.Keeper keeper,
      InboundConnection connection,
      String comment,
      Predicate<String> others)
      throws IOException, InterruptedException {
    return switch (keeper) {
      case FIREWALLD -> {
        FilterRule rule = at(Firewalld.TABLE, connection, comment);
        List<String> known = Firewalld.priorities(rule.place(), rule.port());
        yield known.isEmpty() || known.stream().anyMatch(one -> rule.isKept(one, others))
            ? Optional.empty()
            : Optional.of(rule);
      }
      case UFW, IPTABLES, IP6TABLES -> {
        FilterRule rule = at("ip filter INPUT", connection, comment);
        yield rule.isBeside(others) ? Optional.of(rule) : Optional.empty();
      }
      case NFTABLES -> Optional.empty();
    };
  }

  /** Whether firewalld's rule with the priority is one of this process that need not be doubled. */
  private boolean isKept(String priority, Predicate<String> others) {
    return Firewalld.comment(place, port, priority).filter(others.negate()).isPresent();
  }

  /** Whether iptables has such a rule of others; nft does not show its comments. */
  private boolean isBeside(Predicate<String> others) throws IOException, InterruptedException {
    List<String> words = List.of("-w", "-t", "filter", "-S", "INPUT");
    return tool()
        .run(words)
        .out()
        .lines()
        .filter(line -> line.contains("-p " + port.protocol() + " "))
        .filter(line -> line.contains("--dport " + port.text() + " "))
        .map(Firewall.COMMENT::matcher)
        .anyMatch(ours -> ours.find() && others.test(ours.group(1)));
  }

  private static FilterRule at(String chain, InboundConnection connection, String comment)
      throws IOException, InterruptedException {
    Kind kind =
        chain.startsWith(Firewalld.TABLE)
            ? Kind.FIREWALLD
            : chain.split(" ", -1).length == 2
                ? Kind.IPTABLES_LEGACY
                : chain.matches("ip6? \\w+ [A-Z]+") ? Kind.IPTABLES_NFT : Kind.NFT;
    String place =
        switch (kind) {
          case FIREWALLD -> Firewalld.zone(connection.on());
          case IPTABLES_NFT -> chain.substring(chain.indexOf(' ') + 1);
          default -> chain;
        };
    String mark = kind == Kind.FIREWALLD ? Firewalld.priority() : comment;
    return new FilterRule(kind, place, connection.inboundPort(), mark);
  }

  /** Whether both are for the same connections in the same place. */
  boolean isLike(FilterRule other) {
    return withMark(other.mark()).equals(other);
  }

  /** The same with another mark, for firewalld, where a process of ours has that one. */
  FilterRule next() {
    return withMark(Firewalld.after(mark));
  }

  private FilterRule withMark(String other) {
    return new FilterRule(kind, place, port, other);
  }

  /** The rule in one line. */
  String text() {
    return String.join(
        "\t", kind.name(), place, port.family().name(), port.text(), mark, port.transport().name());
  }

  /** The rule of a line; empty where it is damaged. Older lines end before the protocol, TCP. */
  static Optional<FilterRule> parse(String line) {
    String[] fields = line.split("\t", -1);
    try {
      return Optional.of(
          new FilterRule(
              Kind.valueOf(fields[0]),
              fields[1],
              new InboundPort(
                  IpFamily.valueOf(fields[2]),
                  fields.length > 5 ? IpProtocol.valueOf(fields[5]) : IpProtocol.TCP,
                  Integer.parseInt(fields[3])),
              fields[4]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /**
   * Puts it before all other rules of its place.
   *
   * @param comment the one that it has; firewalld's is only remembered here
   * @param lasting whether it is to stay however long it takes, which is more than an order
   * @return whether it is ours: firewalld has each rule once, and this one may be another process's
   * @throws IOException when that is refused, with the tool's words
   */
  boolean add(String comment, boolean lasting) throws IOException, InterruptedException {
    switch (kind) {
      case NFT -> {
        List<String> words = new ArrayList<>(List.of("insert", "rule"));
        words.addAll(List.of(place.split(" ", -1)));
        words.addAll(List.of(port.protocol(), "dport", port.text(), "accept"));
        words.addAll(List.of("comment", '"' + mark + '"'));
        SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(words));
      }
      case IPTABLES_NFT, IPTABLES_LEGACY -> {
        SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(iptables("-I")));
      }
      case FIREWALLD -> {
        return Firewalld.add(place, port, mark, comment, lasting);
      }
    }
    return true;
  }

  /** Whether it is there, whatever came before it meanwhile. */
  boolean isThere() throws IOException, InterruptedException {
    return switch (kind) {
      case NFT -> !handles(List.of(place.split(" ", -1))).isEmpty();
      case IPTABLES_NFT, IPTABLES_LEGACY -> tool().run(iptables("-C")).status() == 0;
      case FIREWALLD -> Firewalld.isThere(place, port, mark);
    };
  }

  /**
   * Removes it; one that is not there any more is none to remove.
   *
   * @throws IOException when that is refused, with the tool's words
   */
  void remove() throws IOException, InterruptedException {
    switch (kind) {
      case NFT -> {
        List<String> chain = List.of(place.split(" ", -1));
        for (String handle : handles(chain)) {
          List<String> words = new ArrayList<>(List.of("delete", "rule"));
          words.addAll(chain);
          words.addAll(List.of("handle", handle));
          SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(words));
        }
      }
      case IPTABLES_NFT, IPTABLES_LEGACY -> {
        if (isThere()) {
          SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(iptables("-D")));
        }
      }
      case FIREWALLD -> Firewalld.remove(place, port, mark);
    }
  }

  private List<String> handles(List<String> chain) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-a", "list", "chain"));
    words.addAll(chain);
    List<String> handles = new ArrayList<>();
    for (String line : tool().run(words).out().lines().toList()) {
      Matcher handle = HANDLE.matcher(line);
      if (line.contains(port.protocol() + " dport ")
          && line.contains("comment \"" + mark + '"')
          && handle.find()) {
        handles.add(handle.group(1));
      }
    }
    return handles;
  }

  private FilterTool tool() throws IOException {
    String iptables = port.family() == IpFamily.IPV6 ? "ip6tables" : "iptables";
    Optional<FilterTool> tool =
        switch (kind) {
          case NFT -> FilterTool.find("nft");
          case IPTABLES_NFT -> FilterTool.find(iptables + "-nft", iptables);
          case IPTABLES_LEGACY ->
              FilterTool.find("nft").isPresent()
                  ? FilterTool.find(iptables + "-legacy", iptables)
                  : FilterTool.find(iptables); // As the rules were read.
          case FIREWALLD -> Optional.empty();
        };
    return tool.orElseThrow(() -> new IOException("the tool that changes it is not installed"));
  }

  private List<String> iptables(String action) {
    String[] words = place.split(" ", -1);
    List<String> arguments = new ArrayList<>(List.of("-w", "-t", words[0], action, words[1]));
    arguments.addAll(List.of("-p", port.protocol(), "--dport", port.text()));
    arguments.addAll(List.of("-m", "comment", "--comment", mark, "-j", "ACCEPT"));
    return arguments;
  }
}
