package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.router.DefaultRouter;
import dev.v6cert.ipv6.router.OuterPort;
import dev.v6cert.ipv6.router.Pinhole;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;

/**
 * Answers challenges while the router lets the CA in. A router that will not is no failure: the CA
 * may get in all the same.
 *
 * @param solver what answers
 * @param bound the address that it listens on, where it is a certain one
 * @param console where to tell how the router took it
 */
public record PinholeSolver(ChallengeSolver solver, Optional<InetAddress> bound, Console console)
    implements ChallengeSolver {

  @Override
  public ChallengeType type() {
    return solver.type();
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    return behind(solver.start(listener));
  }

  @Override
  public Responder start(OrderContext order, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    return behind(solver.start(order, listener));
  }

  private Responder behind(Responder responder) {
    Responder behind = responder;
    for (IpProtocol transport : type().transports()) {
      Optional<Pinhole> pinhole = hole(bound, port(), transport, console);
      if (pinhole.isPresent()) {
        behind = ForwardingResponder.behind(behind, pinhole.get()::close);
      }
    }
    return behind;
  }

  /**
   * Asks the router for a hole.
   *
   * @param bound the address that is listened on, where it is a certain one
   * @return empty where it will not, which is told
   */
  static Optional<Pinhole> hole(
      Optional<InetAddress> bound, int port, IpProtocol transport, Console console) {
    String text = new OuterPort(transport, port).text();
    try {
      Optional<InetAddress> router = DefaultRouter.find();
      Optional<Ipv6Address> address = address(bound);
      if (router.isEmpty() || address.isEmpty()) {
        console.warn("--open-port: no router, or no address of this machine, is known");
        return Optional.empty();
      }
      Pinhole pinhole = Pinhole.open(router.get(), address.get(), port, transport);
      console.steps().done("the router lets " + text + " in (" + pinhole.protocol() + ")");
      return Optional.of(pinhole);
    } catch (IOException e) {
      console.warn("the router does not open " + text + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  /** The public address that is listened on; behind a web server, the machine's best. */
  private static Optional<Ipv6Address> address(Optional<InetAddress> bound) throws IOException {
    Optional<Ipv6Address> exact =
        bound.flatMap(Ipv6Address::from).filter(it -> AddressScope.of(it).isPublic());
    return exact.isEmpty()
            && new AddressFinder().look(new AddressSelector().of(IpFamily.IPV6))
                instanceof Selection.Chosen chosen
            && chosen.address().address() instanceof Ipv6Address best
        ? Optional.of(best)
        : exact;
  }
}
