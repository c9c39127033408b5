package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeFailureException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Answers HTTP-01 (RFC 8555 section 8.3) from a server of our own, up only while it is needed.
 *
 * <p>The exact address is bound first: on Linux that works although another server has {@code
 * 0.0.0.0:80}, where {@code [::]:80} would fail. Where the exact address is not permitted (macOS)
 * or not on this machine (one behind a load balancer), every address is bound instead.
 */
public final class Http01Solver implements ChallengeSolver {

  /** The port that authorities connect to. */
  public static final int PORT = 80;

  private static final String EVERY_ADDRESS = "::";
  private static final String EVERY_IPV4_ADDRESS = "0.0.0.0";

  private final Optional<InetAddress> exact;
  private final int listenPort;
  private final Clock clock;

  /**
   * A solver for the address; empty for every address of the machine.
   *
   * @param port what to listen on, 1 to 65535; other than 80 only where something forwards to it
   */
  public Http01Solver(Optional<InetAddress> exact, int port, Clock clock) {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("no such port: " + port);
    }
    this.exact = exact;
    this.listenPort = port;
    this.clock = clock;
  }

  @Override
  public String type() {
    return "http-01";
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public Responder start(HitListener listener) throws AcmeFailureException {
    List<AcmeFailureException> failures = new ArrayList<>();
    for (InetSocketAddress candidate : candidates()) {
      try {
        return Http01Responder.bind(candidate, clock, listener);
      } catch (AcmeFailureException e) {
        failures.add(e);
        if (isTaken(e)) {
          break; // Whoever has it would get the authority's requests.
        }
      }
    }
    throw failures.getFirst();
  }

  private List<InetSocketAddress> candidates() {
    List<InetSocketAddress> candidates = new ArrayList<>();
    exact.ifPresent(address -> candidates.add(new InetSocketAddress(address, listenPort)));
    for (String any : new String[] {EVERY_ADDRESS, EVERY_IPV4_ADDRESS}) {
      candidates.add(new InetSocketAddress(InetAddress.ofLiteral(any), listenPort));
    }
    return candidates;
  }

  private static boolean isTaken(AcmeFailureException e) {
    return e.failure() instanceof CannotBind cannot && cannot.problem() == BindProblem.TAKEN;
  }
}
