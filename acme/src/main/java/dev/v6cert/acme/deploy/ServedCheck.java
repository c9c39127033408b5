package dev.v6cert.acme.deploy;

import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.acme.verify.ServedCertificate;
import dev.v6cert.base.Ticker;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether a server shows a lineage's present certificate. Servers take a moment to reload, so it is
 * asked for a while.
 *
 * @param ticker what is waited by
 * @param timeLimit the longest that it may take
 */
record ServedCheck(Ticker ticker, Duration timeLimit) {

  static final ServedCheck USUAL = new ServedCheck(Ticker.SYSTEM, Duration.ofSeconds(10));

  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
  private static final Duration BETWEEN = Duration.ofMillis(250);

  /** The fault of what the server shows; empty when it is the certificate. */
  Optional<DeployFailure.NotServed> fault(Lineage lineage, Endpoint endpoint) {
    String serial = lineage.generation().map(Generation::serial).orElse("");
    Optional<String> name =
        lineage.subjects().stream()
            .filter(Subject.Dns.class::isInstance)
            .map(Subject::value)
            .findFirst();
    long start = ticker.nanos();
    while (true) {
      DeployFailure.NotServed fault;
      try {
        ServedCertificate served = ServedCertificate.ask(endpoint, name, ANSWER_LIMIT);
        if (served.serial().equals(serial)) {
          return Optional.empty();
        }
        fault = new DeployFailure.NotServed(lineage.name(), endpoint, Optional.of(served), "");
      } catch (IOException e) {
        fault =
            new DeployFailure.NotServed(
                lineage.name(), endpoint, Optional.empty(), String.valueOf(e.getMessage()));
      }
      if (ticker.nanos() - start >= timeLimit.toNanos() || !pause()) {
        return Optional.of(fault);
      }
    }
  }

  private boolean pause() {
    try {
      ticker.pause(BETWEEN);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
