package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.FailureReporter;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.name.Zone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that would do, in the order in which they are wanted: the magic name in each of
 * the zones, and the address itself where no zone was chosen. The zones are shared with everybody,
 * and a CA's limit for one is no fault of this machine: the next is tried then.
 *
 * @param rungs at least one
 */
public record Ladder(List<Rung> rungs) {

  /** Kept with a lineage that a limit led to: it stands in for what was wanted more. */
  private static final String STANDS_IN = "stands-in";

  /**
   * One certificate that would do.
   *
   * @param naming its magic name; empty where it is for other names alone
   */
  public record Rung(Lineage.Plan plan, Optional<Naming> naming) {

    // By hand: to generate it at the first use takes longer than to look the name up in the DNS.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Rung rung && plan.equals(rung.plan) && naming.equals(rung.naming));
    }

    @Override
    public int hashCode() {
      return Objects.hash(plan, naming);
    }

    /** What it is for. */
    public String names() {
      return Ladder.names(plan);
    }
  }

  /** What the settings come to, for the address. */
  public static Ladder of(Settings settings, CertificateAuthority authority, ChosenAddress address)
      throws CliFailureException {
    if (!CertificatePlan.wantsMagicName(settings)) {
      return new Ladder(List.of(rung(settings, authority, address, Optional.empty())));
    }
    List<Rung> rungs = new ArrayList<>();
    for (Zone zone : settings.value(NameSettings.ZONE)) {
      Naming naming = Naming.of(address.address(), zone, settings);
      rungs.add(rung(settings, authority, address, Optional.of(naming)));
    }
    if (!settings.isSet(NameSettings.ZONE) && CertificatePlan.mayBeForAddress(settings)) {
      rungs.add(
          new Rung(CertificatePlan.ofAddress(settings, authority, address), Optional.empty()));
    }
    return marked(rungs);
  }

  private static Ladder marked(List<Rung> rungs) {
    List<Rung> marked = new ArrayList<>();
    for (Rung rung : rungs) {
      marked.add(marked.isEmpty() ? rung : new Rung(standingIn(rung.plan()), rung.naming()));
    }
    return new Ladder(marked);
  }

  private static Lineage.Plan standingIn(Lineage.Plan plan) {
    Map<String, String> settings = new HashMap<>(plan.settings());
    settings.put(STANDS_IN, "true");
    return new Lineage.Plan(plan.request(), plan.hooks(), plan.verify(), settings);
  }

  /** What the plan is for. */
  static String names(Lineage.Plan plan) {
    return plan.request().subjects().stream()
        .map(Subject::value)
        .collect(Collectors.joining(" and "));
  }

  /** Whether a limit led to the lineage of the plan, rather than that it was asked for. */
  static boolean standsIn(Lineage.Plan plan) {
    return plan.settings().containsKey(STANDS_IN);
  }

  private static Rung rung(
      Settings settings,
      CertificateAuthority authority,
      ChosenAddress address,
      Optional<Naming> naming)
      throws CliFailureException {
    return new Rung(CertificatePlan.of(settings, authority, address, naming), naming);
  }

  /** The same certificates, in the lineages that are for their names. */
  public Ladder settled(LineageChoice choice) {
    return new Ladder(
        rungs.stream().map(rung -> new Rung(choice.settled(rung.plan()), rung.naming())).toList());
  }

  /** The one that is wanted most. */
  public Rung first() {
    return rungs.getFirst();
  }

  /**
   * The rung for which there is a certificate that is still good: the first, or one further down
   * that a limit led to. What was asked for as such is no answer to a wish for another name.
   */
  public Optional<Rung> kept(StateDirectory directory, Instant now) {
    return rungs.stream()
        .filter(rung ->
            GoodCertificate.find(directory, rung.plan(), now)
                .filter(lineage -> rung.equals(first()) || standsIn(lineage.plan()))
                .isPresent())
        .findFirst();
  }

  /** The ladder from the rung down. */
  public Ladder from(Rung rung) {
    return new Ladder(rungs.subList(rungs.indexOf(rung), rungs.size()));
  }

  /** Gets one certificate. */
  @FunctionalInterface
  public interface Attempt<T> {
    T on(Rung rung) throws AcmeFailureException, CliFailureException, InterruptedException;
  }

  /**
   * Tries the rungs in order until one does not end at a limit of the CA; says each step.
   *
   * @throws AcmeFailureException the failure that is no limit, or the last one
   */
  public <T> T climbDown(Console console, Attempt<T> attempt)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        return attempt.on(rungs.get(i));
      } catch (AcmeFailureException e) {
        if (!isLimit(e.failure()) || i == rungs.size() - 1) {
          throw e;
        }
        console.steps().fail();
        console.warn(FailureReporter.line(e.failure()) + "; trying " + rungs.get(i + 1).names());
      }
    }
  }

  /** Whether other names may fare better. */
  private static boolean isLimit(AcmeFailure failure) {
    return switch (failure) {
      case AcmeFailure.RateLimited limited -> limited.isOnNames();
      case AcmeFailure.TooEarly early -> early.reason() != AcmeFailure.EarlyReason.AUTHORITY_CLOSED;
      default -> false;
    };
  }
}
