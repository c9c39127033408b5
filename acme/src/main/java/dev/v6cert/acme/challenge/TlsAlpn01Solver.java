package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Optional;

/**
 * Answers TLS-ALPN-01 (RFC 8737; for addresses RFC 8738 section 6) from a TLS server of our own, up
 * only while it is needed: for machines where port 80 cannot be had, and port 443 can.
 */
public final class TlsAlpn01Solver implements ChallengeSolver {

  /** The port that authorities connect to. */
  public static final int PORT = 443;

  /** The challenge's type. */
  public static final String TYPE = "tls-alpn-01";

  private final Binding binding;
  private final Clock clock;

  /**
   * A solver for the address; empty for every address of the machine.
   *
   * @param port what to listen on, 1 to 65535; other than 443 only where something forwards to it
   */
  public TlsAlpn01Solver(Optional<InetAddress> exact, int port, Clock clock) {
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
    return binding.bind(address -> TlsAlpn01Responder.bind(address, clock, listener));
  }
}
