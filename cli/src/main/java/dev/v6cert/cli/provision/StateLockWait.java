package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.issue.CertificateIssuer;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.terminal.Console;
import java.time.Duration;

/**
 * Takes the lock of a state directory, behind another run if there is one: that one may well be
 * getting the very certificate that this one wants.
 */
public final class StateLockWait {

  /** As long as the other run may take, and a little. */
  private static final Duration LIMIT = CertificateIssuer.DEFAULT_LIMIT.plusMinutes(1);

  private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

  private StateLockWait() {}

  public static StateLock lock(StateDirectory directory, Console console)
      throws AcmeFailureException, InterruptedException {
    long start = System.nanoTime();
    boolean said = false;
    while (true) {
      try {
        StateLock lock = StateLock.acquire(directory);
        if (said) {
          console.steps().done("the other v6cert has ended");
        }
        return lock;
      } catch (AcmeFailureException e) {
        boolean late = System.nanoTime() - start > LIMIT.toNanos();
        if (late || !(e.failure() instanceof StoreFailure.Busy busy)) {
          throw e;
        }
        if (!said) {
          said = true;
          console
              .steps()
              .begin(
                  "waiting for another v6cert"
                      + busy.pid().map(pid -> " (process " + pid + ")").orElse(""));
        }
      }
      Thread.sleep(BETWEEN_TRIES);
    }
  }
}
