package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.lineage.AddressPlan;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.setting.Settings;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/**
 * Which lineage an {@code obtain} is for, where none was typed: the one that is for these names
 * already, whatever it is called; else a new one. A lineage is called after its first name, and
 * keeps that when it moves to the name of another address.
 */
public final class LineageChoice {

  private final List<Lineage> lineages;
  private final boolean typed;

  private LineageChoice(List<Lineage> lineages, boolean typed) {
    this.lineages = lineages;
    this.typed = typed;
  }

  /** The choice among the lineages of the directory that can be read. */
  public static LineageChoice in(StateDirectory directory, Settings settings)
      throws AcmeFailureException {
    return new LineageChoice(
        new CertificateStore(directory).loaded(), settings.isSet(CertificateSettings.LINEAGE));
  }

  /** The plan, in the lineage that is for its names. */
  Lineage.Plan settled(Lineage.Plan plan) {
    if (typed || isKnown(plan.request())) {
      return plan;
    }
    return lineages.stream()
        .filter(lineage -> isForTheSame(lineage.plan().request(), plan.request()))
        .findFirst()
        .map(lineage -> plan.in(lineage.name()))
        .orElse(plan);
  }

  /** The place where the lineage of the plan answers, once there is one. */
  public Optional<ResponderPlan> responder(Lineage.Plan plan) {
    return lineages.stream()
        .filter(lineage -> lineage.name().equals(plan.request().lineage()))
        .map(lineage -> lineage.plan().responder())
        .findFirst();
  }

  /**
   * The lineage that follows this machine's address and has not come to the one of the plan yet,
   * where the plan would make another one beside it.
   */
  public Optional<Lineage> leftBehind(Lineage.Plan plan) {
    Optional<AddressPlan> wanted = plan.follows();
    return typed || wanted.isEmpty() || isKnown(plan.request())
        ? Optional.empty()
        : lineages.stream()
            .filter(lineage -> isLeftBehind(lineage.plan(), plan, wanted.get()))
            .findFirst();
  }

  private boolean isKnown(IssuanceRequest request) {
    return lineages.stream().anyMatch(lineage -> lineage.name().equals(request.lineage()));
  }

  private static boolean isForTheSame(IssuanceRequest known, IssuanceRequest wanted) {
    return new HashSet<>(known.subjects()).equals(new HashSet<>(wanted.subjects()))
        && known.authority().directory().equals(wanted.authority().directory());
  }

  private static boolean isLeftBehind(Lineage.Plan known, Lineage.Plan plan, AddressPlan wanted) {
    return known
        .follows()
        .filter(own -> !own.addresses().equals(wanted.addresses()) && own.isLike(wanted))
        .filter(own ->
            isForTheSame(
                own.moved(known, wanted.address(), wanted.beside()).request(), plan.request()))
        .isPresent();
  }
}
