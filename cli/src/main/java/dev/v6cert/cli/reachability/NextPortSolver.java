package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import java.util.function.IntFunction;

/**
 * Answers challenges on a port of this machine that needs no privilege, or on one of the next where
 * others have it. One that was chosen for its number, below 1024, is the only one.
 *
 * @param solvers what answers on a port of this machine
 * @param port the port that is wanted most
 */
public record NextPortSolver(IntFunction<ChallengeSolver> solvers, int port)
    implements ChallengeSolver {

  /** The number of ports tried after the first. */
  private static final int MORE_PORTS = 3;

  private static final int UNPRIVILEGED = 1024;

  @Override
  public ChallengeType type() {
    return solvers.apply(port).type();
  }

  /** The port that the authority connects to; the component is the one of this machine. */
  @Override
  public int port() {
    return type().port();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    return startBy(solver -> solver.start(listener));
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return startBy(solver -> solver.start(order, listener));
  }

  /** Starts a solver, in one of the two ways. */
  @FunctionalInterface
  interface Starter {
    Responder start(ChallengeSolver solver) throws AcmeFailureException;
  }

  Responder startBy(Starter starter) throws AcmeFailureException {
    int last = port >= UNPRIVILEGED ? port + MORE_PORTS : port;
    for (int next = port; next < last; next++) {
      try {
        return starter.start(solvers.apply(next));
      } catch (AcmeFailureException e) {
        if (!(e.failure() instanceof AcmeFailure.CannotBind bind)
            || bind.problem() != BindProblem.TAKEN) {
          throw e;
        }
      }
    }
    return starter.start(solvers.apply(last));
  }
}
