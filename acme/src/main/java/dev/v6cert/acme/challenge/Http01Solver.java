package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Optional;

/** Answers HTTP-01 (RFC 8555 section 8.3) from a server of our own, up only while it is needed. */
public final class Http01Solver implements ChallengeSolver {

  /** The port that authorities connect to. */
  public static final int PORT = 80;

  /** The challenge's type. */
  public static final String TYPE = "http-01";

  private final Binding binding;
  private final Clock clock;

  /**
   * A solver for the address; empty for every address of the machine.
   *
   * @param port what to listen on, 1 to 65535; other than 80 only where something forwards to it
   */
  public Http01Solver(Optional<InetAddress> exact, int port, Clock clock) {
    this.binding = new Binding(exact, port);
    this.clock = clock;
  }

  @Override
  public String type() {
    return TYPE;
  }

  @Override
  public int port() {
    return PORT;
  }

  @Override
  public Responder start(ChallengeListener listener) throws AcmeFailureException {
    return binding.bind(address -> Http01Responder.bind(address, clock, listener));
  }
}
