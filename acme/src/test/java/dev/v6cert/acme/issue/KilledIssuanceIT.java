package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.IssuanceEvent.OrderCreated;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Registration;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.RunningPebble;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Real processes killed with SIGKILL while they issue, over one state directory. */
class KilledIssuanceIT {

  private static final int ROUNDS = Integer.getInteger("v6cert.kills", 10);

  @RegisterExtension static final RunningPebble pebble = new RunningPebble();

  @TempDir Path state;

  @Test
  void leavesALineageThatLoadsAndTheNextRunSucceeds() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      int lines = 1 + random.nextInt(13);
      Duration then = Duration.ofMillis(random.nextInt(12));
      List<String> seen = killAfter(lines, then);
      String what = "seed %d round %d: killed %s after %s".formatted(seed, round, then, seen);
      everythingLoads(what);
      List<IssuanceEvent> events = issue();
      assertThat(events.stream().filter(OrderCreated.class::isInstance).count())
          .as("orders of the next run; " + what)
          .isLessThanOrEqualTo(1);
      if (leftAnOrderThatStillStands(seen)) {
        assertThat(events)
            .as(what)
            .hasAtLeastOneElementOfType(IssuanceEvent.OrderResumed.class)
            .doesNotHaveAnyElementsOfTypes(OrderCreated.class);
      }
      everythingLoads(what);
    }
  }

  /**
   * Between the trigger and the validation, the authority may have come when nobody answered any
   * more, and have turned the order down; after the download it may have been committed or not.
   */
  private static boolean leftAnOrderThatStillStands(List<String> seen) {
    boolean ordered = seen.contains("OrderCreated") || seen.contains("OrderResumed");
    boolean triggered = seen.contains("ChallengePresented") && !seen.contains("AuthorizationValid");
    return ordered && !triggered && !seen.contains("Downloaded");
  }

  @Test
  void letsOnlyOneOfTwoRunsAtOnceOrder() throws Exception {
    Process first = start(state);
    try (BufferedReader lines = first.inputReader(StandardCharsets.UTF_8)) {
      assertThat(lines.readLine()).isEqualTo("Started");
      assertThat(lines.readLine()).isEqualTo("Locked");
      Process second = start(state);
      String output = new String(second.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(second.waitFor()).as(output).isEqualTo(75);
      assertThat(output).contains("Busy[").contains(Long.toString(first.pid()));
      assertThat(lines.lines().toList()).contains("Committed");
    }
    assertThat(first.waitFor()).isZero();
  }

  private static Process start(Path state) throws IOException {
    return new ProcessBuilder(
            ChildJvm.command(
                ChildIssuance.class,
                state.toString(),
                pebble.running().directory().toString(),
                pebble.running().httpsRoot().toString(),
                Integer.toString(pebble.running().httpPort())))
        .redirectErrorStream(true)
        .start();
  }

  private List<String> killAfter(int lines, Duration then) throws Exception {
    Process process = start(state);
    List<String> seen = new ArrayList<>();
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line = "";
      while (seen.size() < lines && line != null) {
        line = output.readLine();
        if (line != null) {
          seen.add(line);
        }
      }
      LockSupport.parkNanos(then.toNanos());
      process.toHandle().destroyForcibly(); // Process's own would close the stream.
      output.lines().forEach(seen::add);
    }
    assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return seen;
  }

  private void everythingLoads(String what) throws AcmeFailureException {
    CertificateStore store = new CertificateStore(new StateDirectory(state));
    for (StoredLineage stored : store.lineages()) {
      assertThat(stored).as(what).isInstanceOf(StoredLineage.Loaded.class);
      if (stored instanceof StoredLineage.Loaded sound
          && sound.lineage().generation().isPresent()) {
        store.verify(sound.name());
      }
    }
  }

  private List<IssuanceEvent> issue() throws AcmeFailureException {
    List<IssuanceEvent> events = new ArrayList<>();
    IssuanceRequest request = ChildIssuance.request(pebble.running().authority());
    try (StateLock lock = StateLock.acquire(new StateDirectory(state))) {
      Lineage lineage =
          new CertificateIssuer()
              .issue(
                  lock,
                  Lineage.Plan.of(request),
                  Registration.agreeing(terms -> true),
                  ChildIssuance.solver(pebble.running().httpPort()),
                  event -> {
                    synchronized (events) {
                      events.add(event);
                    }
                  });
      assertThat(lineage.name()).isEqualTo(new LineageName("child"));
    }
    return events;
  }
}
