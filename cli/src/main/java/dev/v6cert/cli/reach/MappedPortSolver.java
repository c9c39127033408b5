package dev.v6cert.cli.reach;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.router.NoMappingException;
import dev.v6cert.ipv6.router.PortMapping;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Answers challenges on a port of this machine that the IPv4 router's port leads to meanwhile. As
 * only the router's port is fixed, ours needs no privilege.
 *
 * @param solvers what answers on a port of this machine
 * @param port the port of this machine that is wanted most
 * @param journal remembers a mapping that has no end
 * @param console where to tell how the router took it
 */
public record MappedPortSolver(
    IntFunction<ChallengeSolver> solvers, int port, MappingJournal journal, Console console)
    implements ChallengeSolver {

  /** The number of ports tried after the first where others have them. */
  private static final int MORE_PORTS = 3;

  private static final int UNPRIVILEGED = 1024;

  private ChallengeSolver solver() {
    return solvers.apply(port);
  }

  @Override
  public ChallengeType type() {
    return solver().type();
  }

  /**
   * The router's port, which the authority connects to; the component is the one of this machine.
   */
  @Override
  public int port() {
    return type().port();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    Responder responder = listen(listener);
    try {
      return behind(responder);
    } catch (NoMappingException e) {
      refuseHeld(e, responder);
      if (!(e.reason() instanceof NoMapping.SamePortOnly)) {
        console.warn(ErrorTexts.line(e.reason()));
        return responder;
      }
    }
    responder.close();
    return onTheSamePort(listener);
  }

  /** The same on the router's own port, for a router that knows nothing else. */
  private Responder onTheSamePort(ChallengeRequest.Listener listener) throws AcmeFailureException {
    Responder responder = solvers.apply(port()).start(listener);
    try {
      return behind(responder);
    } catch (NoMappingException e) {
      refuseHeld(e, responder);
      console.warn(ErrorTexts.line(e.reason()));
      return responder;
    }
  }

  /** Answers no more where the authority would come to another machine. */
  private static void refuseHeld(NoMappingException e, Responder responder)
      throws AcmeFailureException {
    if (e.reason() instanceof NoMapping.Held held) {
      responder.close();
      throw new AcmeFailureException(new AcmeFailure.PortHeld(held.port(), held.holder()), e);
    }
  }

  private Responder behind(Responder responder) throws NoMappingException {
    int here =
        responder.addresses().stream().findFirst().map(InetSocketAddress::getPort).orElse(port);
    return map(here)
        .map(mapping -> ForwardingResponder.behind(responder, mapping::close))
        .orElse(responder);
  }

  private Responder listen(ChallengeRequest.Listener listener) throws AcmeFailureException {
    for (int more = 0; more < MORE_PORTS && port >= UNPRIVILEGED; more++) {
      try {
        return solvers.apply(port + more).start(listener);
      } catch (AcmeFailureException e) {
        if (!(e.failure() instanceof AcmeFailure.CannotBind bind)
            || bind.problem() != BindProblem.TAKEN) {
          throw e;
        }
      }
    }
    return solvers.apply(port >= UNPRIVILEGED ? port + MORE_PORTS : port).start(listener);
  }

  private Optional<PortMapping> map(int here) throws NoMappingException {
    return map(port(), here, journal, console);
  }

  /** Asks the router to lead its port here; empty where it cannot be asked, which is told. */
  static Optional<PortMapping> map(int outer, int here, MappingJournal journal, Console console)
      throws NoMappingException {
    try {
      journal.removeLeftover();
      PortMapping mapping = PortMapping.open(outer, here, journal);
      console
          .steps()
          .done(
              "the router leads port %s of %s to port %s here (%s)"
                  .formatted(
                      Integer.toString(outer),
                      mapping.outside(),
                      Integer.toString(here),
                      mapping.protocol()));
      return Optional.of(mapping);
    } catch (NoMappingException e) {
      throw e;
    } catch (IOException e) {
      console.warn("the router cannot be asked: " + e.getMessage());
      return Optional.empty();
    }
  }
}
