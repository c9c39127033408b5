package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.firewall.Chain.Action;
import dev.v6cert.ipv6.firewall.Chain.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** One line of an nft chain: matches, then what is done. What is not understood is UNKNOWN. */
final class NftRule {

  private final String text;
  private final NftTokens tokens;
  private final PacketMatcher fields;
  private final Map<String, List<String>> sets;
  private final List<Rule> rules = new ArrayList<>();
  private Ternary matches = Ternary.YES;

  NftRule(List<String> line, PacketMatcher fields, Map<String, List<String>> sets) {
    this.text = String.join(" ", line).replace(" ,", ",");
    this.tokens = new NftTokens(text);
    this.fields = fields;
    this.sets = sets;
  }

  /** The rule; several where a verdict map has as many verdicts. */
  List<Rule> rules() {
    while (tokens.hasNext()) {
      word(tokens.next());
    }
    return rules;
  }

  private void word(String word) {
    switch (word) {
      case "accept" -> add(new Action.Accept());
      case "drop", "reject" -> end(new Action.Drop());
      case "return" -> add(new Action.Return());
      case "jump", "goto" -> add(new Action.Jump(tokens.next(), word.equals("jump")));
      case "queue", "dnat", "redirect", "tproxy", "dup", "fwd", "synproxy" ->
          end(new Action.Other());
      case "counter", "log", "continue", "notrack", "masquerade", "snat" -> skipStatement(word);
      case "comment" -> tokens.next();
      case "limit" -> {
        tokens.next(); // rate
        boolean over = tokens.take("over");
        skipStatement(word);
        and(Ternary.of(!over));
      }
      case "th", "meta", "ct", "fib", "iif", "iifname", "rt" -> match(word);
      case "ip6", "ip" -> {
        if (word.equals("ip6") == fields.isIpv6()) {
          match(word);
        } else {
          no();
        }
      }
      case "tcp", "udp" -> {
        if (fields.protocol(word) == Ternary.YES) {
          match(word);
        } else {
          no();
        }
      }
      // Of a protocol without ports, or one that nobody comes in by.
      case "icmpv6", "icmp", "sctp", "dccp", "esp", "ah", "arp" -> no();
      default -> {
        and(Ternary.UNKNOWN);
        endOfMatches();
      }
    }
  }

  private void match(String subject) {
    String key = subject.startsWith("iif") ? subject : tokens.next();
    switch (subject + " " + key) {
      case "tcp dport", "udp dport", "th dport" -> compare(fields::port);
      case "tcp sport", "udp sport", "th sport" -> compare(fields::sourcePort);
      case "tcp flags" -> flags();
      case "ip6 saddr", "ip saddr" -> compare(fields::source);
      case "ip6 daddr", "ip daddr" -> compare(fields::destination);
      case "ip6 nexthdr", "ip protocol", "meta l4proto" -> compare(fields::protocol);
      case "ip6 hoplimit", "ip ttl" -> compare(limit -> Ternary.of(!limit.equals("255")));
      case "meta nfproto", "meta protocol" -> compare(this::family);
      case "meta iif", "meta iifname", "iif iif", "iifname iifname" -> compare(fields::device);
      case "ct state" -> compare(fields::state);
      // A first packet has no such history, and a stranger's one no such past in our tables.
      case "ct status", "rt type" -> compare(_ -> Ternary.NO);
      case "ct count" -> {
        and(Ternary.of(!tokens.take("over")));
        tokens.next();
      }
      case "fib daddr" -> {
        tokens.take("type");
        compare(type -> Ternary.of(type.equals("local")));
      }
      case "fib saddr" -> reversePath();
      case "meta mark", "ct mark" -> {
        if (tokens.take("set")) {
          tokens.next();
        } else {
          unknown();
        }
      }
      default -> unknown();
    }
  }

  private Ternary family(String value) {
    return Ternary.of(value.matches(fields.isIpv6() ? "ipv6|ip6|10" : "ipv4|ip|2"));
  }

  private void no() {
    and(Ternary.NO);
    endOfMatches();
  }

  private void unknown() {
    and(Ternary.UNKNOWN);
    endOfMatches();
  }

  /** {@code syn / fin,syn,rst,ack}: the flags that are set, of those that are looked at. */
  private void flags() {
    boolean syn = tokens.next().equals("syn");
    if (!syn || !tokens.take("/")) {
      unknown();
      return;
    }
    list();
  }

  /** {@code fib saddr . iif oif missing}: no way back to the sender, which strangers have. */
  private void reversePath() {
    while (tokens.hasNext()
        && !tokens.peek().equals("missing")
        && !tokens.peek().equals("exists")) {
      tokens.next();
    }
    and(Ternary.of(tokens.next().equals("exists")));
  }

  /** A value, several of them, or a set; or the verdicts for them. */
  private void compare(Function<String, Ternary> question) {
    if (tokens.peek().equals(".")) {
      unknown();
    } else if (tokens.take("vmap")) {
      verdicts(question);
    } else {
      boolean negated = tokens.take("!=");
      boolean _ = !negated && tokens.take("==");
      Ternary any = Ternary.any(list(), question);
      and(negated ? any.not() : any);
    }
  }

  private List<String> list() {
    if (tokens.take("{")) {
      return values(tokens.block());
    }
    String first = tokens.next();
    if (first.startsWith("@")) {
      return values(sets.getOrDefault(first.substring(1), List.of()));
    }
    List<String> values = new ArrayList<>(List.of(first));
    while (tokens.take(",")) {
      values.add(tokens.next());
    }
    return values;
  }

  private static List<String> values(List<String> words) {
    List<String> values = new ArrayList<>();
    boolean first = true;
    for (String word : words) {
      if (word.equals(",")) {
        first = true;
      } else if (first) {
        values.add(word); // The rest of an element is its time-out, counter or comment.
        first = false;
      }
    }
    return values;
  }

  private void verdicts(Function<String, Ternary> question) {
    List<String> words =
        tokens.take("{")
            ? tokens.block()
            : sets.getOrDefault(tokens.next().substring(1), List.of());
    Ternary before = matches;
    for (String element : String.join(" ", words).split(" , ", -1)) {
      int colon = element.lastIndexOf(" : ");
      if (colon > 0) {
        String value = element.substring(0, colon).split(" ", 2)[0];
        matches = before.and(value.equals("*") ? Ternary.YES : question.apply(value));
        NftTokens verdict = new NftTokens(element.substring(colon + 3));
        switch (verdict.next()) {
          case "accept" -> add(new Action.Accept());
          case "drop" -> add(new Action.Drop());
          case "return" -> add(new Action.Return());
          case "jump" -> add(new Action.Jump(verdict.next(), true));
          case "goto" -> add(new Action.Jump(verdict.next(), false));
          default -> {}
        }
      }
    }
    matches = before;
  }

  private void skipStatement(String word) {
    List<String> more =
        switch (word) {
          case "counter" -> List.of("packets", "bytes", "name");
          case "log" -> List.of("prefix", "level", "flags", "group", "snaplen", "queue-threshold");
          case "limit" -> List.of("burst");
          default -> List.of();
        };
    if (word.equals("limit")) {
      tokens.next(); // 10/second, or 10 kbytes/second
      boolean _ = tokens.peek().contains("bytes/") && !tokens.next().isEmpty();
    }
    while (more.contains(tokens.peek())) {
      tokens.next();
      tokens.next();
      boolean _ = word.equals("limit") && !tokens.next().isEmpty(); // burst 5 packets
    }
  }

  private void and(Ternary more) {
    matches = matches.and(more);
  }

  /** Skips what we cannot read, up to what is done with the packet. */
  private void endOfMatches() {
    while (tokens.hasNext()
        && !tokens.peek().matches("accept|drop|reject|return|jump|goto|queue|dnat|redirect")) {
      if (tokens.next().equals("{")) {
        tokens.block();
      }
    }
  }

  private void add(Action action) {
    rules.add(new Rule(text, matches, action));
  }

  private void end(Action action) {
    add(action);
    while (tokens.hasNext()) {
      tokens.next();
    }
  }
}
