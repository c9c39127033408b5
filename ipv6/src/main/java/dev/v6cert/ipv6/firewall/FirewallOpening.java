package dev.v6cert.ipv6.firewall;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
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

  private FirewallOpening(Journal journal) {
    this.journal = journal;
  }

  /**
   * Opens the filter where it keeps the connections out.
   *
   * @param comment words that no other rule has
   * @param lasting whether it takes longer than an order
   * @throws IOException when it cannot be read or changed; nothing of ours is left then
   */
  public static FirewallOpening open(
      Collection<InboundConnection> connections, String comment, boolean lasting, Journal journal)
      throws IOException, InterruptedException {
    FirewallOpening opening = new FirewallOpening(journal);
    try {
      for (InboundConnection connection : connections) {
        opening.open(connection, comment, lasting);
      }
      return opening;
    } catch (IOException | InterruptedException e) {
      opening.close();
      throw e;
    }
  }

  private void open(InboundConnection connection, String comment, boolean lasting)
      throws IOException, InterruptedException {
    for (int chain = 0; chain < MOST_CHAINS; chain++) {
      FirewallVerdict verdict = Firewall.read(connection);
      if (verdict instanceof FirewallVerdict.Unreadable unreadable) {
        throw new IOException(unreadable.why());
      }
      Optional<FilterRule> rule = FilterRule.against(verdict, connection, comment);
      if (rule.isEmpty() || rules.contains(rule.get())) {
        return;
      }
      rules.add(rule.get());
      journal.opening(rules.stream().map(FilterRule::text).toList());
      rule.get().add(lasting);
      keepers.add(keeper(verdict));
    }
  }

  private static FirewallVerdict.Keeper keeper(FirewallVerdict verdict) {
    return switch (verdict) {
      case FirewallVerdict.Closed closed -> closed.keeper();
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
