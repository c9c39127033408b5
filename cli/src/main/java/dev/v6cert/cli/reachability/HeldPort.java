package dev.v6cert.cli.reachability;

import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.router.NoMappingException;
import dev.v6cert.ipv6.router.PortRoute;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A port that the router lets in, or leads here, until it is closed. A router that will not is no
 * failure, and told: the port may have been opened by hand.
 */
public final class HeldPort implements AutoCloseable {

  private final Optional<? extends AutoCloseable> opening;

  private HeldPort(Optional<? extends AutoCloseable> opening) {
    this.opening = opening;
  }

  /** Lets connections to the address in. */
  public static HeldPort open(InetSocketAddress bound, Console console) {
    return open(bound, IpProtocol.TCP, console);
  }

  /** Lets in what comes to the address by the protocol. */
  public static HeldPort open(InetSocketAddress bound, IpProtocol transport, Console console) {
    return new HeldPort(
        PinholeSolver.hole(Optional.of(bound.getAddress()), bound.getPort(), transport, console));
  }

  /** Leads the port of the router to one of this machine, beside those of orders. */
  public static HeldPort map(PortRoute route, StateDirectory directory, Console console) {
    return map(route, MappingJournal.held(directory, route.outer()), console);
  }

  /** Leads the port of the router to one of this machine. */
  public static HeldPort map(PortRoute route, MappingJournal journal, Console console) {
    try {
      return new HeldPort(MappedPortSolver.map(route, journal, console));
    } catch (NoMappingException e) {
      console.warn(ErrorTexts.line(e.reason()));
      return new HeldPort(Optional.empty());
    }
  }

  /** Whether the router lets connections in. */
  public boolean isHeld() {
    return opening.isPresent();
  }

  @Override
  public void close() {
    if (opening.isPresent()) {
      try {
        opening.get().close();
      } catch (Exception e) {
        // A router that does not answer forgets it by itself after two minutes.
      }
    }
  }
}
