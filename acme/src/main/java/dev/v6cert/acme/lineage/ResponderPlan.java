package dev.v6cert.acme.lineage;

import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.challenge.WebrootSolver;
import dev.v6cert.ipv6.IpAddress;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;

/**
 * The place where the challenges of a lineage are answered, by its renewals too.
 *
 * @param webroot the directory that a web server serves, where that one answers
 * @param address the local address to bind; empty for every address of the machine
 * @param port the port to bind
 * @param flexible whether the other challenge does where this one's port is not available
 * @param openings what is opened on the way here meanwhile
 */
public record ResponderPlan(
    ChallengeType challenge,
    Optional<Path> webroot,
    Optional<InetAddress> address,
    int port,
    boolean flexible,
    Openings openings) {

  /** The distance of our port from the router's, so that it needs no privilege. */
  public static final int UNPRIVILEGED = 8000;

  /** HTTP-01 on port 80 of every address. */
  public static final ResponderPlan DEFAULT =
      new ResponderPlan(
          ChallengeType.HTTP_01,
          Optional.empty(),
          Optional.empty(),
          ChallengeType.HTTP_01.port(),
          false,
          Openings.NONE);

  /**
   * The parts of the way to the responder that are opened while it answers.
   *
   * @param router whether the router is asked to let the authority in
   * @param mapped whether a port of the router leads here, which it is asked for then
   * @param firewall whether this machine's packet filter is opened
   */
  public record Openings(boolean router, boolean mapped, boolean firewall) {

    /** Nothing is opened. */
    public static final Openings NONE = new Openings(false, false, false);
  }

  /** The plan once the machine has another address in place of {@code old}. */
  ResponderPlan moved(IpAddress old, IpAddress other) {
    boolean wasThere = address.map(IpAddress::from).filter(old::equals).isPresent();
    return wasThere
        ? new ResponderPlan(
            challenge, webroot, Optional.of(other.toInetAddress()), port, flexible, openings)
        : this;
  }

  /** The same place for the other challenge, on the port that it has by default. */
  public ResponderPlan other() {
    ChallengeType other =
        challenge == ChallengeType.HTTP_01 ? ChallengeType.TLS_ALPN_01 : ChallengeType.HTTP_01;
    return new ResponderPlan(
        other,
        Optional.empty(),
        address,
        other.port() + (mapped() ? UNPRIVILEGED : 0),
        flexible,
        openings);
  }

  /** Whether a port of the router leads here. */
  public boolean mapped() {
    return openings.mapped();
  }

  /** The port of this machine that the authority's connections come in at. */
  public int inboundPort() {
    return mapped() ? port : challenge.port();
  }

  /** A solver that answers there, by this machine alone. */
  public ChallengeSolver solver() {
    return solverOn(port);
  }

  /** A solver that answers there, but on another port. */
  public ChallengeSolver solverOn(int other) {
    return webroot
        .<ChallengeSolver>map(WebrootSolver::new)
        .orElseGet(() -> new StandaloneSolver(challenge, address, other, Clock.systemUTC()));
  }
}
