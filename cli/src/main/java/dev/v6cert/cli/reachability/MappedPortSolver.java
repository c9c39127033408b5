package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.router.NoMappingException;
import dev.v6cert.ipv6.router.OuterPort;
import dev.v6cert.ipv6.router.PortMapping;
import dev.v6cert.ipv6.router.PortRoute;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Answers challenges on a port of this machine that the IPv4 router's port leads to meanwhile, by
 * each protocol of the challenge. As only the router's port is fixed, ours needs no privilege.
 *
 * @param solvers what answers on a port of this machine
 * @param port the port of this machine that is wanted most
 * @param state the state directory, where mappings that have no end are noted
 * @param console where to tell how the router took it
 */
public record MappedPortSolver(
    IntFunction<ChallengeSolver> solvers, int port, StateDirectory state, Console console)
    implements ChallengeSolver {

  @Override
  public ChallengeType type() {
    return solvers.apply(port).type();
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
    return startBy(solver -> solver.start(listener));
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return startBy(solver -> solver.start(order, listener));
  }

  private Responder startBy(NextPortSolver.Starter starter) throws AcmeFailureException {
    Responder responder = new NextPortSolver(solvers, port).startBy(starter);
    try {
      return behind(responder, port);
    } catch (NoMappingException e) {
      refuseHeld(e, responder);
      if (!(e.reason() instanceof NoMapping.SamePortOnly)) {
        console.warn(ErrorTexts.line(e.reason()));
        return responder;
      }
    }
    responder.close();
    return onTheSamePort(starter);
  }

  /** The same on the router's own port, for a router that knows nothing else. */
  private Responder onTheSamePort(NextPortSolver.Starter starter) throws AcmeFailureException {
    Responder responder = starter.start(solvers.apply(port()));
    try {
      return behind(responder, port());
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
      throw new AcmeFailureException(new AcmeFailure.PortHeld(held.outer(), held.holder()), e);
    }
  }

  /**
   * The responder, with the router's ports led to it.
   *
   * @param own the port where another process answers in its place
   */
  private Responder behind(Responder responder, int own) throws NoMappingException {
    int here =
        responder.addresses().stream().findFirst().map(InetSocketAddress::getPort).orElse(own);
    List<PortMapping> mappings = map(here);
    return mappings.isEmpty()
        ? responder
        : ForwardingResponder.behind(responder, () -> mappings.forEach(PortMapping::close));
  }

  /** Asks for a mapping of each protocol; for all of them, or none. */
  private List<PortMapping> map(int here) throws NoMappingException {
    List<PortMapping> mappings = new ArrayList<>();
    boolean whole = false;
    try {
      for (IpProtocol transport : type().transports()) {
        OuterPort outer = new OuterPort(transport, port());
        Optional<PortMapping> mapping =
            map(new PortRoute(outer, here), MappingJournal.ofOrder(state, outer), console);
        if (mapping.isEmpty()) {
          return List.of();
        }
        mappings.add(mapping.get());
      }
      whole = true;
      return mappings;
    } finally {
      if (!whole) {
        mappings.forEach(PortMapping::close);
      }
    }
  }

  /** Asks the router to lead its port here; empty where it cannot be asked, which is told. */
  static Optional<PortMapping> map(PortRoute route, MappingJournal journal, Console console)
      throws NoMappingException {
    try {
      journal.removeLeftover();
      PortMapping mapping = PortMapping.open(route, journal);
      console
          .steps()
          .done(
              "the router leads %s of %s to port %s here (%s)"
                  .formatted(
                      route.outer().text(),
                      mapping.outside(),
                      Integer.toString(route.port()),
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
