package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import java.net.InetAddress;
import java.time.Clock;
import java.util.Optional;

/**
 * Answers HTTP-01 or TLS-ALPN-01 from a server of our own, up only while it is needed. TLS-ALPN-01
 * is for machines where port 80 is not reachable and port 443 is.
 */
public final class StandaloneSolver implements ChallengeSolver {

  private final ChallengeType type;
  private final ListenAddress address;
  private final Clock clock;

  /**
   * A solver for the address; empty for every address of the machine.
   *
   * @param port the port to listen on, 1 to 65535; another than {@link ChallengeType#port} only
   *     where something forwards to it
   */
  public StandaloneSolver(ChallengeType type, Optional<InetAddress> exact, int port, Clock clock) {
    this.type = type;
    this.address = new ListenAddress(exact, port);
    this.clock = clock;
  }

  @Override
  public ChallengeType type() {
    return type;
  }

  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    return switch (type) {
      case HTTP_01 -> address.bind(address -> Http01Responder.bind(address, clock, listener));
      case TLS_ALPN_01 ->
          address.bind(address -> TlsAlpn01Responder.bind(address, clock, listener));
      case DNS_01, DNS_ACCOUNT_01, DNS_PERSIST_01 ->
          throw new IllegalStateException(type + " has no port");
    };
  }
}
