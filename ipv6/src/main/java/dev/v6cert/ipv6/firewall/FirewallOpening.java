package dev.v6cert.ipv6.firewall;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules of ours in this machine's packet filter that let a connection in until they are taken away
 * again.
 */
public final class FirewallOpening implements AutoCloseable {

  /** The number of chains that may keep one connection out, one after the other. */
  private static final int MOST_CHAINS = 5;

  private final List<InboundConnection> connections;
  private final String comment;
  private final boolean lasting;
  private final List<FilterRule> rules = new ArrayList<>();
  private final Set<FirewallVerdict.Keeper> keepers = new LinkedHashSet<>();
  private final Journal journal;

  /**
   * The memory of the rules that are there, which a killed process leaves behind. Called on the
   * thread that opens and closes.
   */
  public interface Journal {

    /** Keeps the lines in place of those before; called before the last one's rule is added. */
    void opening(List<String> rules) throws IOException;

    /** Forgets them: all have been removed. */
    void gone() throws IOException;
  }

  private FirewallOpening(
      Collection<InboundConnection> connections, String comment, boolean lasting, Journal journal) {
    this.connections = List.copyOf(connections);
    this.comment = comment;
    this.lasting = lasting;
    this.journal = journal;
  }

  /**
   * Opens the filter where it keeps the connections out, or would once other processes of ours end.
   *
   * @param comment words that no other rule has, of which {@code v6cert} is the first
   * @param lasting whether it takes longer than an order
   * @throws IOException when it cannot be read or changed; nothing of ours is left then
   */
  public static FirewallOpening open(
      Collection<InboundConnection> connections, String comment, boolean lasting, Journal journal)
      throws IOException, InterruptedException {
    FirewallOpening opening = new FirewallOpening(connections, comment, lasting, journal);
    try {
      boolean _ = opening.open();
      return opening;
    } catch (IOException | InterruptedException e) {
      opening.close();
      throw e;
    }
  }

  /**
   * Opens the filter again where its rules were loaded anew, which takes ours away.
   *
   * @return whether it was shut
   * @throws IOException when it cannot be read or changed
   */
  public boolean reopen() throws IOException, InterruptedException {
    return open();
  }

  private boolean open() throws IOException, InterruptedException {
    boolean shut = false;
    for (InboundConnection connection : connections) {
      shut |= open(connection);
    }
    return shut;
  }

  private boolean open(InboundConnection connection) throws IOException, InterruptedException {
    Set<FilterRule> added = new HashSet<>();
    for (int chain = 0; chain < MOST_CHAINS; chain++) {
      FirewallVerdict verdict = Firewall.read(connection, this::isOfOthers);
      if (verdict instanceof FirewallVerdict.Unreadable unreadable) {
        throw new IOException(unreadable.why());
      }
      Optional<FilterRule> wanted =
          FilterRule.against(verdict, connection, comment, this::isOfOthers);
      if (wanted.isEmpty()) {
        break;
      }
      Optional<FilterRule> known = rules.stream().filter(wanted.get()::isLike).findFirst();
      if (known.isPresent() && added.contains(known.get())) {
        refuse(verdict);
        break;
      }
      if (known.isPresent()
          && !(verdict instanceof FirewallVerdict.Closed)
          && known.get().isThere()) {
        break; // It does what it can.
      }
      added.add(known.isPresent() ? again(known.get()) : add(wanted.get()));
      keepers.add(keeper(verdict));
    }
    return !added.isEmpty();
  }

  /** Whether the rule with the comment will go with another process, or another opening of ours. */
  private boolean isOfOthers(String words) {
    return !words.equals(comment) && !words.startsWith(comment + " ");
  }

  private FilterRule add(FilterRule wanted) throws IOException, InterruptedException {
    FilterRule rule = wanted;
    while (true) {
      rules.add(rule);
      journal.opening(rules.stream().map(FilterRule::text).toList());
      if (rule.add(comment, lasting)) {
        return rule;
      }
      rules.remove(rule);
      rule = rule.next();
    }
  }

  private FilterRule again(FilterRule rule) throws IOException, InterruptedException {
    rule.remove(); // It may be there still, behind another one by now.
    boolean _ = rule.add(comment, lasting);
    return rule;
  }

  /** Refuses a filter that our rule does not open; whether one does is not always to be seen. */
  private static void refuse(FirewallVerdict verdict) throws IOException {
    if (verdict instanceof FirewallVerdict.Closed closed) {
      throw new IOException(closed.chain() + " keeps connections out in spite of a rule of ours");
    }
  }

  private static FirewallVerdict.Keeper keeper(FirewallVerdict verdict) {
    return switch (verdict) {
      case FirewallVerdict.Closed closed -> closed.keeper();
      case FirewallVerdict.Open open -> open.keeper();
      case FirewallVerdict.Unclear unclear -> unclear.keeper();
      default -> FirewallVerdict.Keeper.NFTABLES;
    };
  }

  /** The filters that were opened; none where all was open already. */
  public Set<FirewallVerdict.Keeper> keepers() {
    return Set.copyOf(keepers);
  }

  /**
   * Takes the rules away, also on a thread that is interrupted.
   *
   * @throws IOException when one cannot be removed; the journal has it still
   */
  @Override
  public void close() throws IOException {
    remove(rules.reversed(), journal);
    rules.clear();
  }

  /**
   * Takes away what a killed process left.
   *
   * @param lines as the journal has them
   * @throws IOException when one cannot be removed
   */
  public static void removeLeftover(List<String> lines, Journal journal) throws IOException {
    remove(lines.stream().map(FilterRule::parse).flatMap(Optional::stream).toList(), journal);
    journal.gone();
  }

  private static void remove(List<FilterRule> rules, Journal journal) throws IOException {
    boolean interrupted = Thread.interrupted();
    List<IOException> failures = new ArrayList<>();
    try {
      for (FilterRule rule : rules) {
        try {
          interrupted |= remove(rule);
        } catch (IOException e) {
          failures.add(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
    if (!rules.isEmpty()) {
      journal.gone();
    }
  }

  /** Removes it, however often the thread is interrupted; says whether it was. */
  private static boolean remove(FilterRule rule) throws IOException {
    boolean interrupted = false;
    while (true) {
      try {
        rule.remove();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
