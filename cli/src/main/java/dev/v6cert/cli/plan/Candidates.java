package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.name.Zone;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that would do, in the order in which they are wanted: the magic name in each of
 * the zones, and the address itself where no zone was chosen. The zones are shared with everybody,
 * and a CA's limit for one is no fault of this machine: the next is tried then.
 *
 * @param candidates at least one
 */
public record Candidates(List<Candidate> candidates) {

  /**
   * One certificate that would do.
   *
   * @param naming its magic name; empty where it is for other names alone
   */
  public record Candidate(Lineage.Plan plan, Optional<ChosenName> naming) {

    // By hand: to generate it at the first use takes longer than to look the name up in the DNS.
    @Override
    public boolean equals(@Nullable Object other) {
      return this == other
          || (other instanceof Candidate candidate
              && plan.equals(candidate.plan)
              && naming.equals(candidate.naming));
    }

    @Override
    public int hashCode() {
      return Objects.hash(plan, naming);
    }

    /** The subjects. */
    public String names() {
      return Candidates.names(plan);
    }
  }

  /** The candidates by the settings, for the address. */
  public static Candidates of(
      Settings settings, CertificateAuthority authority, ChosenAddress address)
      throws CliFailureException {
    if (!CertificatePlan.wantsMagicName(settings)) {
      return new Candidates(List.of(candidate(settings, authority, address, Optional.empty())));
    }
    List<Candidate> candidates = new ArrayList<>();
    for (Zone zone : settings.value(NameSettings.ZONE)) {
      ChosenName naming = ChosenName.of(address, zone, settings);
      candidates.add(candidate(settings, authority, address, Optional.of(naming)));
    }
    if (!settings.isSet(NameSettings.ZONE) && CertificatePlan.mayBeForAddress(settings)) {
      candidates.add(
          new Candidate(CertificatePlan.ofAddress(settings, authority, address), Optional.empty()));
    }
    return marked(candidates);
  }

  private static Candidates marked(List<Candidate> candidates) {
    List<Candidate> marked = new ArrayList<>();
    for (Candidate candidate : candidates) {
      marked.add(
          marked.isEmpty()
              ? candidate
              : new Candidate(candidate.plan().standingIn(), candidate.naming()));
    }
    return new Candidates(marked);
  }

  /** The subjects of the plan. */
  static String names(Lineage.Plan plan) {
    return plan.request().subjects().stream()
        .map(Subject::value)
        .collect(Collectors.joining(" and "));
  }

  private static Candidate candidate(
      Settings settings,
      CertificateAuthority authority,
      ChosenAddress address,
      Optional<ChosenName> naming)
      throws CliFailureException {
    return new Candidate(CertificatePlan.of(settings, authority, address, naming), naming);
  }

  /** The same certificates, in the lineages that are for their names. */
  public Candidates settled(LineageChoice choice) {
    return new Candidates(
        candidates.stream()
            .map(candidate -> new Candidate(choice.settled(candidate.plan()), candidate.naming()))
            .toList());
  }

  /** The same certificates, with challenges answered there. */
  public Candidates answering(ResponderPlan responder) {
    return new Candidates(
        candidates.stream()
            .map(candidate ->
                new Candidate(candidate.plan().answering(responder), candidate.naming()))
            .toList());
  }

  /** The one that is wanted most. */
  public Candidate first() {
    return candidates.getFirst();
  }

  /**
   * The candidate for which there is a certificate that is still good: the first, or one further
   * down that a limit led to. What was asked for as such is no answer to a wish for another name.
   */
  public Optional<Candidate> kept(StateDirectory directory, Instant now) {
    return candidates.stream()
        .filter(candidate ->
            ReusableCertificate.find(directory, candidate.plan(), now)
                .filter(lineage -> candidate.equals(first()) || lineage.plan().standsIn())
                .isPresent())
        .findFirst();
  }

  /** The candidates from this one on. */
  public Candidates from(Candidate candidate) {
    return new Candidates(candidates.subList(candidates.indexOf(candidate), candidates.size()));
  }

  /** Gets one certificate. */
  @FunctionalInterface
  public interface Attempt<T> {
    T on(Candidate candidate)
        throws AcmeFailureException, CliFailureException, InterruptedException;
  }

  /**
   * Tries the candidates in order until one does not end at a limit of the CA; says each step.
   *
   * @throws AcmeFailureException the failure that is no limit, or the last one
   */
  public <T> T tryInOrder(Console console, Attempt<T> attempt)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    for (int i = 0; ; i++) {
      try {
        return attempt.on(candidates.get(i));
      } catch (AcmeFailureException e) {
        if (!isLimit(e.failure()) || i == candidates.size() - 1) {
          throw e;
        }
        console.steps().fail();
        console.warn(ErrorTexts.line(e.failure()) + "; trying " + candidates.get(i + 1).names());
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
