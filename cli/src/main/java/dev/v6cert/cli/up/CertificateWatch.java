package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.renew.RenewalDecision;
import dev.v6cert.acme.renew.RenewalOutcome;
import dev.v6cert.acme.renew.Renewer;
import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.base.Ticker;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.progress.HookProgress;
import dev.v6cert.cli.provision.AddressFollower;
import dev.v6cert.cli.provision.StoredPlanIssuer;
import dev.v6cert.cli.schedule.RunningUp;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Keeps the certificate of a run good: renews it when it is due or the machine's address has
 * changed, by the rules of {@code v6cert renew}, and takes over what another process has renewed.
 */
final class CertificateWatch {

  /** A change of address is to be noticed within a minute; a look reads a few small files. */
  private static final Duration PERIOD = Duration.ofSeconds(20);

  /** The name servers of a zone are others', and asked less often. */
  private static final Duration OUTSIDE_PERIOD = Duration.ofMinutes(10);

  private final Settings settings;
  private final Console console;
  private final RunningServers serving;
  private final Listener listener;
  private final LineageName name;
  private final StateDirectory directory;
  private final Renewer renewer;
  private Optional<Generation> served;
  private AddressFollower addresses = new AddressFollower();
  private long addressesSince = Ticker.SYSTEM.nanos();

  /** Hears what has changed, on the thread that looks. */
  interface Listener {

    /** A new certificate for the same names is served. */
    void renewed(Lineage lineage);

    /** The names are others; the servers answer to them already. */
    void moved(Lineage lineage);
  }

  CertificateWatch(
      Settings settings,
      Console console,
      RunningServers serving,
      Lineage lineage,
      Listener listener) {
    this.settings = settings;
    this.console = console;
    this.serving = serving;
    this.listener = listener;
    this.name = lineage.name();
    this.served = lineage.generation();
    this.directory = new StateDirectory(settings.value(GlobalSettings.STATE_DIR));
    this.renewer =
        new Renewer(directory, Clock.systemUTC(), HookProgress.runner(console), ErrorTexts::line);
  }

  /** Looks again and again, until the thread is interrupted. */
  void run() {
    try (RunningUp _ = RunningUp.leave(directory.root(), name)) {
      while (!Thread.currentThread().isInterrupted()) {
        Thread.sleep(PERIOD);
        serving.keepLetIn();
        look();
      }
    } catch (InterruptedException e) {
      // The process was told to stop, and stops in good order.
    }
  }

  private void look() throws InterruptedException {
    try {
      Optional<Lineage> lineage = stored();
      lineage.ifPresent(this::lookAnew);
      if (lineage.isPresent() && isDue(lineage.get())) {
        renew(lineage.get());
        lineage = stored();
      }
      if (lineage.isPresent() && !lineage.get().generation().equals(served)) {
        takeOver(lineage.get());
      }
    } catch (AcmeFailureException e) {
      console.warn(ErrorTexts.line(e.failure()) + "; tried again in a while");
    } catch (CliFailureException | IOException e) {
      console.warn("the certificate cannot be looked after: " + e.getMessage());
    }
  }

  private Optional<Lineage> stored() {
    return new CertificateStore(directory).find(name).orElse(null)
            instanceof StoredLineage.Loaded(Lineage lineage)
        ? Optional.of(lineage)
        : Optional.empty(); // Being changed by another process, perhaps.
  }

  /** Forgets the addresses that were seen, so that they are looked at again. */
  private void lookAnew(Lineage lineage) {
    boolean outside = lineage.plan().follows().filter(AddressPlan::outside).isPresent();
    long now = Ticker.SYSTEM.nanos();
    if (!outside || now - addressesSince >= OUTSIDE_PERIOD.toNanos()) {
      addresses = new AddressFollower();
      addressesSince = now;
    }
  }

  private boolean isDue(Lineage lineage) {
    return renewer.decide(lineage, addresses.change(lineage)) instanceof RenewalDecision.Due;
  }

  private void renew(Lineage due) throws AcmeFailureException, CliFailureException {
    serving.pause(due.plan().responder());
    try {
      for (RenewalOutcome outcome :
          renewer.renew(
              name::equals,
              lineage -> renewer.decide(lineage, addresses.change(lineage)),
              StartJitter.NONE,
              StoredPlanIssuer.of(settings, console, addresses, false))) {
        if (outcome instanceof RenewalOutcome.Failed failed) {
          console.steps().fail();
          console.warn("the certificate was not renewed: " + ErrorTexts.line(failed.failure()));
        }
      }
    } finally {
      serving.resume();
    }
  }

  private void takeOver(Lineage lineage)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    boolean sameNames =
        lineage.generation().map(Generation::subjects).equals(served.map(Generation::subjects));
    serving.serve(lineage);
    served = lineage.generation();
    if (sameNames) {
      listener.renewed(lineage);
    } else {
      serving.listen(ListenAddresses.of(settings, lineage));
      listener.moved(lineage);
    }
  }
}
