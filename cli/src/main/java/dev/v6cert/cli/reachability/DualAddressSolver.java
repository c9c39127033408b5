package dev.v6cert.cli.reachability;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.localca.order.Problem;
import dev.v6cert.acme.localca.validation.ChallengeCheck;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.IpAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Answers challenges for a name that carries an address of each family, once both were seen to lead
 * to these very answers. The authority asks one of the two only, and whoever holds the other could
 * get a certificate for the name.
 *
 * @param solver what answers
 * @param subject the name
 * @param addresses what it carries
 * @param console where it is told
 */
public record DualAddressSolver(
    ChallengeSolver solver, Subject subject, List<IpAddress> addresses, Console console)
    implements ChallengeSolver {

  private static final int TOKEN_OCTETS = 32;

  /** Keeps the addresses as they are. */
  public DualAddressSolver {
    addresses = List.copyOf(addresses);
  }

  @Override
  public ChallengeType type() {
    return solver.type();
  }

  @Override
  public int port() {
    return solver.port();
  }

  /**
   * Answers, after a question of our own to each address.
   *
   * @throws AcmeFailureException as {@code AddressElsewhere} where another server answers, or none
   */
  @Override
  public Responder start(ChallengeRequest.Listener listener) throws AcmeFailureException {
    Responder responder =
        solver.start(request -> {
          if (!isOurs(request)) {
            listener.on(request);
          }
        });
    try {
      prove(responder);
      console.steps().done("both addresses of " + subject + " lead here");
      return withoutOurs(responder);
    } catch (AcmeFailureException e) {
      responder.close();
      throw e;
    }
  }

  private void prove(Responder responder) throws AcmeFailureException {
    byte[] octets = new byte[TOKEN_OCTETS];
    new SecureRandom().nextBytes(octets);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    PendingChallenge question = new PendingChallenge(subject, token, token + "." + token);
    try (PresentedAnswer _ = responder.present(question)) {
      for (IpAddress address : addresses) {
        InetSocketAddress at =
            new InetSocketAddress(address.toInetAddress(), responder.type().port());
        Optional<Problem> problem =
            responder.type() == ChallengeType.TLS_ALPN_01
                ? ChallengeCheck.tls(subject, at, question.keyAuthorization())
                : ChallengeCheck.http(subject, at, token, question.keyAuthorization());
        if (problem.isPresent()) {
          throw new AcmeFailureException(
              new AcmeFailure.AddressElsewhere(at, problem.get().detail()));
        }
      }
    }
  }

  /** Whether it comes from this machine: connections to an address of ours come from that one. */
  private boolean isOurs(ChallengeRequest request) {
    return addresses.contains(IpAddress.from(request.from().getAddress()));
  }

  /** The responder without our own questions among its requests. */
  private Responder withoutOurs(Responder responder) {
    return new ForwardingResponder(responder) {
      @Override
      public List<ChallengeRequest> requests() {
        return super.requests().stream().filter(request -> !isOurs(request)).toList();
      }

      @Override
      public List<ChallengeRequest> requests(Subject of) {
        return super.requests(of).stream().filter(request -> !isOurs(request)).toList();
      }
    };
  }
}
