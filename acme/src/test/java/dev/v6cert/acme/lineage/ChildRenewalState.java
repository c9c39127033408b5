package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.issue.OrderLedger;
import dev.v6cert.acme.state.StateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Writes ledger, hook record, advice and failure in a process of its own, to be cut at a call. */
final class ChildRenewalState {

  static final LineageName NAME = ChildCommit.NAME;
  static final IssuanceRequest REQUEST =
      IssuanceRequest.of(
          NAME, List.of(Subject.parse("crash.test")), CertificateAuthority.LETS_ENCRYPT);

  private ChildRenewalState() {}

  /** Argument: the state directory, with a lineage in it. */
  public static void main(String[] arguments) throws Exception {
    try {
      change(new StateDirectory(Path.of(arguments[0])));
    } catch (AcmeFailureException e) {
      System.exit(ChildCommit.TYPED_FAILURE);
    }
  }

  static void change(StateDirectory directory) throws AcmeFailureException {
    Instant now = Instant.now();
    try (StateLock lock = StateLock.acquire(directory)) {
      LineageWriter writer = new LineageWriter(lock);
      Lineage lineage = writer.recover(NAME).orElseThrow();
      OrderLedger ledger = new OrderLedger(lock);
      ledger.issued(REQUEST, now);
      AcmeFailure busy =
          new AcmeFailure.Unavailable(
              REQUEST.authority().directory(), 503, Optional.of(Duration.ofHours(1)));
      ledger.notBefore(REQUEST, busy, now);
      HookRecords records = new HookRecords(directory);
      records.addPending(
          lock,
          NAME,
          new HookRecord.PendingHook(
              HookKind.POST, "true", Duration.ofMinutes(1), Map.of("A", "b")));
      records.addResult(
          lock,
          NAME,
          new HookResult(HookKind.POST, "true", now, 1, false, Duration.ofSeconds(1), "out"));
      RenewalAdvice advice =
          RenewalAdvice.after(
              lineage.generation().orElseThrow(),
              Optional.empty(),
              Optional.empty(),
              new RenewalAdvice.Answer.Silent(Optional.empty()),
              now,
              RandomGenerator.getDefault());
      lineage = writer.advised(lineage, advice);
      lineage = writer.failed(lineage, "no route", now, Optional.empty());
      writer.deployed(lineage);
    }
  }
}
