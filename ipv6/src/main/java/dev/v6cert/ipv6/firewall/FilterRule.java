package dev.v6cert.ipv6.firewall;

import dev.v6cert.base.SystemCommand;
import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rule of ours that lets connections to one port in. It is found again by its comment; with
 * firewalld, whose rules have none, as {@link Firewalld} does.
 *
 * @param kind the tool that adds and removes it
 * @param place the chain, as {@code inet filter input} or {@code filter INPUT}; for firewalld the
 *     zone
 * @param comment the words that no other rule has
 */
record FilterRule(Kind kind, String place, IpFamily family, int port, String comment) {

  /** The kinds of tool. */
  enum Kind {
    NFT,
    IPTABLES_NFT,
    IPTABLES_LEGACY,
    FIREWALLD
  }

  private static final Pattern HANDLE = Pattern.compile("# handle (\\d+)$");

  /** The rule that would lift the verdict; empty where it lets the connection in. */
  static Optional<FilterRule> against(
      FirewallVerdict verdict, InboundConnection connection, String comment)
      throws IOException, InterruptedException {
    return switch (verdict) {
      case FirewallVerdict.Closed closed -> Optional.of(at(closed.chain(), connection, comment));
      case FirewallVerdict.Unclear unclear when !unclear.open() ->
          Optional.of(at(unclear.chain(), connection, comment));
      default -> Optional.empty();
    };
  }

  private static FilterRule at(String chain, InboundConnection connection, String comment)
      throws IOException, InterruptedException {
    IpFamily family = connection.to().family();
    Kind kind =
        chain.startsWith("inet firewalld ")
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
    return new FilterRule(kind, place, family, connection.port(), comment);
  }

  /** The rule in one line. */
  String text() {
    return String.join("\t", kind.name(), place, family.name(), Integer.toString(port), comment);
  }

  /** The rule of a line; empty where it is damaged. */
  static Optional<FilterRule> parse(String line) {
    String[] fields = line.split("\t", -1);
    try {
      return Optional.of(
          new FilterRule(
              Kind.valueOf(fields[0]),
              fields[1],
              IpFamily.valueOf(fields[2]),
              Integer.parseInt(fields[3]),
              fields[4]));
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      return Optional.empty();
    }
  }

  /**
   * Puts it before all other rules of its place.
   *
   * @param lasting whether it is to stay however long it takes, which is more than an order
   * @throws IOException when that is refused, with the tool's words
   */
  void add(boolean lasting) throws IOException, InterruptedException {
    switch (kind) {
      case NFT -> {
        List<String> words = new ArrayList<>(List.of("insert", "rule"));
        words.addAll(List.of(place.split(" ", -1)));
        words.addAll(List.of("tcp", "dport", Integer.toString(port), "accept"));
        words.addAll(List.of("comment", '"' + comment + '"'));
        SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(words));
      }
      case IPTABLES_NFT, IPTABLES_LEGACY -> {
        SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(iptables("-I")));
      }
      case FIREWALLD -> Firewalld.add(place, family, port, lasting);
    }
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
        if (tool().run(iptables("-C")).status() == 0) {
          SystemCommand.Outcome _ = FilterTool.succeeded(tool().run(iptables("-D")));
        }
      }
      case FIREWALLD -> Firewalld.remove(place, family, port);
    }
  }

  private List<String> handles(List<String> chain) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("-a", "list", "chain"));
    words.addAll(chain);
    List<String> handles = new ArrayList<>();
    for (String line : tool().run(words).out().lines().toList()) {
      Matcher handle = HANDLE.matcher(line);
      if (line.contains("comment \"" + comment + '"') && handle.find()) {
        handles.add(handle.group(1));
      }
    }
    return handles;
  }

  private FilterTool tool() throws IOException {
    String iptables = family == IpFamily.IPV6 ? "ip6tables" : "iptables";
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
    arguments.addAll(List.of("-p", "tcp", "--dport", Integer.toString(port)));
    arguments.addAll(List.of("-m", "comment", "--comment", comment, "-j", "ACCEPT"));
    return arguments;
  }
}
