package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.terminal.Console;
import java.util.function.Function;

/**
 * Answers challenges where a plan says, and by the other challenge where that one's port is in use,
 * not permitted or another machine's at the router, and the plan is flexible.
 */
public final class FallbackSolver implements ChallengeSolver {

  private final ResponderPlan wanted;
  private final Function<ResponderPlan, ChallengeSolver> solvers;
  private final Console console;
  private volatile ResponderPlan used;

  /**
   * A solver that answers as wanted until it is started and cannot.
   *
   * @param solvers what answers by exactly one plan
   * @param console where to say that the other challenge is answered
   */
  public FallbackSolver(
      ResponderPlan wanted, Function<ResponderPlan, ChallengeSolver> solvers, Console console) {
    this.wanted = wanted;
    this.solvers = solvers;
    this.console = console;
    this.used = wanted;
  }

  /** The plan that challenges were answered by last. */
  public ResponderPlan used() {
    return used;
  }

  @Override
  public ChallengeType type() {
    return used.challenge();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    try {
      return start(wanted, listener);
    } catch (AcmeFailureException e) {
      if (!wanted.flexible() || !isUnavailable(e)) {
        throw e;
      }
      return startOther(listener, e);
    }
  }

  private Responder startOther(ChallengeRequest.Listener listener, AcmeFailureException why)
      throws AcmeFailureException {
    Responder responder;
    try {
      responder = start(wanted.other(), listener);
    } catch (AcmeFailureException e) {
      why.addSuppressed(e);
      throw why; // The port that was wanted is the one to tell of.
    }
    console
        .steps()
        .done(
            "%s; port %s answers the CA instead (%s)"
                .formatted(
                    ErrorTexts.line(why.failure()),
                    Integer.toString(responder.type().port()),
                    responder.type().id()));
    return responder;
  }

  private Responder start(ResponderPlan plan, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    Responder responder = solvers.apply(plan).start(listener);
    used = plan;
    return responder;
  }

  private static boolean isUnavailable(AcmeFailureException e) {
    return e.failure() instanceof AcmeFailure.PortHeld
        || (e.failure() instanceof AcmeFailure.CannotBind bind
            && (bind.problem() == BindProblem.TAKEN
                || bind.problem() == BindProblem.NOT_PERMITTED));
  }
}
