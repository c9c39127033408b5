package dev.v6cert.ipv6.firewall;

import dev.v6cert.ipv6.firewall.Chain.Action;
import dev.v6cert.ipv6.firewall.Chain.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way of a packet through a base chain, and every rule on it that could have ended it else. */
final class ChainWalk {

  /** The kernel's own limit (NFT_JUMP_STACK_SIZE) is 16. */
  private static final int DEEPEST = 16;

  private final Table table;
  private final List<Doubt> doubts = new ArrayList<>();
  private Optional<String> dropping = Optional.empty();

  /** A rule that we do not understand, and whether it would let the packet in. */
  private record Doubt(String rule, boolean accepts) {}

  /**
   * The end of the packet's way.
   *
   * @param accepted whether it was let in
   * @param by the rule that kept it out; empty where that was the chain's policy
   * @param unless the rules that would have turned this round, were they for the packet
   */
  record End(boolean accepted, Optional<String> by, List<String> unless) {}

  private ChainWalk(Table table) {
    this.table = table;
  }

  static End through(Table table, Chain base) {
    ChainWalk walk = new ChainWalk(table);
    Action end = walk.walk(base, 0);
    Action last = end instanceof Action.Return ? base.base().orElseThrow() : end;
    boolean accepted = !(last instanceof Action.Drop);
    List<String> unless =
        walk.doubts.stream()
            .filter(doubt -> doubt.accepts() != accepted)
            .map(Doubt::rule)
            .distinct()
            .toList();
    return new End(accepted, walk.dropping, unless);
  }

  /** Accept, Drop, or Return where the chain's end is reached. */
  private Action walk(Chain chain, int depth) {
    for (Rule rule : chain.rules()) {
      if (rule.matches() == Ternary.UNKNOWN) {
        doubt(rule, depth);
      } else if (rule.matches() == Ternary.YES) {
        Action end = act(rule, depth);
        if (!(end instanceof Action.Pass)) {
          return end;
        }
      }
    }
    return new Action.Return();
  }

  /** The action of the rule; Pass where the next rule follows. */
  private Action act(Rule rule, int depth) {
    return switch (rule.action()) {
      case Action.Drop drop -> {
        dropping = Optional.of(rule.text());
        yield drop;
      }
      case Action.Jump jump -> {
        Action end = into(jump, depth);
        yield end instanceof Action.Return && jump.returns() ? new Action.Pass() : end;
      }
      case Action.Other _ -> {
        doubts.add(new Doubt(rule.text(), true));
        doubts.add(new Doubt(rule.text(), false));
        yield new Action.Pass();
      }
      default -> rule.action();
    };
  }

  private Action into(Action.Jump jump, int depth) {
    Chain target = table.chains().get(jump.chain());
    return target == null || depth == DEEPEST ? new Action.Return() : walk(target, depth + 1);
  }

  private void doubt(Rule rule, int depth) {
    Action action = rule.action();
    if (action instanceof Action.Jump jump) {
      Optional<String> before = dropping;
      action = into(jump, depth);
      dropping = before;
    }
    switch (action) {
      case Action.Accept _ -> doubts.add(new Doubt(rule.text(), true));
      case Action.Drop _ -> doubts.add(new Doubt(rule.text(), false));
      case Action.Other _ -> {
        doubts.add(new Doubt(rule.text(), true));
        doubts.add(new Doubt(rule.text(), false));
      }
      default -> {}
    }
  }
}
