package dev.v6cert.acme.lineage;

import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.verify.Endpoint;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A certificate and its successors, under one name and one path.
 *
 * @param plan what its next certificate is asked for with
 * @param generation the present certificate; empty when the first was never finished
 * @param advice when the authority would have that one renewed; empty where it was never asked
 * @param renewalState failures so far, and what is left to do
 * @param live the directory of the present certificate's files, the same through all renewals
 */
public record Lineage(
    Plan plan,
    Optional<Generation> generation,
    Optional<RenewalAdvice> advice,
    RenewalState renewalState,
    Path live) {

  /** Drops advice that is about another certificate. */
  public Lineage {
    Optional<Generation> present = generation;
    advice = advice.filter(it -> present.filter(it::isOf).isPresent());
  }

  /**
   * The plan by which a lineage is renewed.
   *
   * @param request what to ask the authority for
   * @param hooks the commands to run around and after each renewal
   * @param verify the server that is to show each new certificate
   * @param responder the place where challenges are answered
   * @param follows the machine's address that the names follow; empty for names that stay
   * @param standsIn whether a limit of the authority led to these names, in place of others that
   *     were wanted more
   */
  public record Plan(
      IssuanceRequest request,
      HookCommands hooks,
      Optional<Endpoint> verify,
      ResponderPlan responder,
      Optional<AddressPlan> follows,
      boolean standsIn) {

    /** A plan without hooks, answering on the usual port. */
    public static Plan of(IssuanceRequest request) {
      return new Plan(
          request,
          HookCommands.NONE,
          Optional.empty(),
          ResponderPlan.DEFAULT,
          Optional.empty(),
          false);
    }

    /** This plan for another lineage. */
    public Plan in(LineageName other) {
      return new Plan(request.in(other), hooks, verify, responder, follows, standsIn);
    }

    /** This plan with the hooks. */
    public Plan with(HookCommands others) {
      return new Plan(request, others, verify, responder, follows, standsIn);
    }

    /** This plan, following the address. */
    public Plan following(AddressPlan address) {
      return new Plan(request, hooks, verify, responder, Optional.of(address), standsIn);
    }

    /** This plan, seen on that server once it is deployed. */
    public Plan seenOn(Endpoint server) {
      return new Plan(request, hooks, Optional.of(server), responder, follows, standsIn);
    }

    /** This plan, answering challenges there. */
    public Plan answering(ResponderPlan other) {
      return new Plan(request, hooks, verify, other, follows, standsIn);
    }

    /** This plan in place of one that was wanted more. */
    public Plan standingIn() {
      return new Plan(request, hooks, verify, responder, follows, true);
    }

    /** Whether there is something to do once a certificate is in place. */
    boolean deploys() {
      return hooks.find(HookKind.DEPLOY).isPresent() || verify.isPresent();
    }
  }

  /** The lineage's name. */
  public LineageName name() {
    return plan.request().lineage();
  }

  /** This lineage with another plan. */
  public Lineage with(Plan other) {
    return new Lineage(other, generation, advice, renewalState, live);
  }

  /** This lineage with another renewal state. */
  Lineage with(RenewalState other) {
    return new Lineage(plan, generation, advice, other, live);
  }

  /** This lineage with other advice. */
  Lineage with(RenewalAdvice other) {
    return new Lineage(plan, generation, Optional.of(other), renewalState, live);
  }

  /** The subjects of the certificate; before there is one, those that were asked for. */
  public List<Subject> subjects() {
    return generation.map(Generation::subjects).orElseGet(() -> plan.request().subjects());
  }

  /** The name of the certificate for people: the first subject that is asked for. */
  public String firstSubject() {
    return plan.request().subjects().getFirst().value();
  }

  /** The private key, PKCS#8 PEM. */
  public Path privateKey() {
    return live.resolve("privkey.pem");
  }

  /** The certificate and what links it to a root, PEM; what servers want. */
  public Path fullChain() {
    return live.resolve("fullchain.pem");
  }
}
