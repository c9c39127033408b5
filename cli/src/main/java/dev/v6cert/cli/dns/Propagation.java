package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.lookup.TxtLookup;
import dev.v6cert.dns.lookup.TxtLookup.Shown;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Waits until every authoritative server of a zone shows its TXT records. One that gives no answer
 * is passed over, as the authority's resolver does, while another one answers.
 *
 * @param propagationLimit the time for all records together
 */
record Propagation(Duration propagationLimit, Console console) {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** Waits until each name has all its values. */
  void await(Map<HostName, List<String>> values) throws AcmeFailureException {
    long end = System.nanoTime() + propagationLimit.toNanos();
    try {
      for (Map.Entry<HostName, List<String>> entry : values.entrySet()) {
        await(entry.getKey(), entry.getValue(), end);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AcmeFailureException(new AcmeFailure.Interrupted(), e);
    }
  }

  private void await(HostName name, Collection<String> values, long end)
      throws AcmeFailureException, InterruptedException {
    console.steps().begin("asking the name servers for TXT " + name);
    Duration pause = FIRST_PAUSE;
    while (true) {
      State state = look(name, values);
      if (state.reasons().isEmpty()) {
        console.steps().done(state.text() + " TXT " + name);
        state.passedOver().forEach(server -> console.steps().note("passed over " + server));
        return;
      }
      if (System.nanoTime() + pause.toNanos() > end) {
        console.steps().fail();
        throw new AcmeFailureException(
            new AcmeFailure.RecordNotShown(name, propagationLimit, state.reasons()));
      }
      console.steps().change("waiting for TXT " + name + ": " + state.text());
      Thread.sleep(pause);
      pause = longer(pause);
    }
  }

  private static Duration longer(Duration pause) {
    Duration longer = pause.multipliedBy(3).dividedBy(2);
    return longer.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : longer;
  }

  /**
   * The state of one record.
   *
   * @param text how many servers show it
   * @param reasons why it is not enough; none where it is
   * @param passedOver the servers that gave no answer
   */
  private record State(String text, List<String> reasons, List<String> passedOver) {}

  private static State look(HostName name, Collection<String> values) throws InterruptedException {
    List<Shown> all;
    try {
      all = TxtLookup.of(name, Optional.empty()).look();
    } catch (IOException e) {
      return new State("not found yet", List.of(String.valueOf(e.getMessage())), List.of());
    }
    List<String> without = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (Shown shown : all) {
      String server = shown.server() + " (" + IpAddress.from(shown.address()) + ")";
      if (shown.fault().isPresent()) {
        (shown.fault().get().silent() ? silent : without)
            .add(server + ": " + shown.fault().get().text());
      } else if (!shown.values().containsAll(values)) {
        without.add(server + " does not have it");
      }
    }
    int showing = all.size() - without.size() - silent.size();
    List<String> reasons = new ArrayList<>(without);
    if (showing == 0) {
      reasons.addAll(silent);
    }
    return new State(
        showing + " of " + all.size() + " name server addresses show", reasons, silent);
  }
}
