package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeFailureException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The address on which a responder listens.
 *
 * <p>The exact address is bound first: on Linux that works although another server has {@code
 * 0.0.0.0:80}, where {@code [::]:80} would fail. Where the exact address is not permitted (macOS)
 * or not on this machine (one behind a load balancer), every address is bound instead.
 *
 * @param exact the address; empty for every address of the machine
 * @param port 1 to 65535
 */
public record ListenAddress(Optional<InetAddress> exact, int port) {

  private static final String EVERY_ADDRESS = "::";
  private static final String EVERY_IPV4_ADDRESS = "0.0.0.0";

  /** Checks the port. */
  public ListenAddress {
    if (port < 1 || port > 65535) {
      throw new IllegalArgumentException("no such port: " + port);
    }
  }

  /** Listens on one address. */
  interface Listen {
    Responder on(InetSocketAddress address) throws AcmeFailureException;
  }

  /** The first that works; else the failure of the address that is wanted most. */
  Responder bind(Listen listen) throws AcmeFailureException {
    List<AcmeFailureException> failures = new ArrayList<>();
    for (InetSocketAddress candidate : candidates()) {
      try {
        return listen.on(candidate);
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
    exact.ifPresent(address -> candidates.add(new InetSocketAddress(address, port)));
    for (String any : new String[] {EVERY_ADDRESS, EVERY_IPV4_ADDRESS}) {
      candidates.add(new InetSocketAddress(InetAddress.ofLiteral(any), port));
    }
    return candidates;
  }

  private static boolean isTaken(AcmeFailureException e) {
    return e.failure() instanceof CannotBind cannot && cannot.problem() == BindProblem.TAKEN;
  }

  /** The system's words about an address that cannot be bound. */
  public static AcmeFailureException cannotBind(InetSocketAddress address, Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    CannotBind failure;
    if (cause instanceof BindException && message.contains("in use")) {
      failure = new CannotBind(address, BindProblem.TAKEN, ListeningSockets.holders(address));
    } else if (message.contains("ermission denied")) {
      failure = new CannotBind(address, BindProblem.NOT_PERMITTED, List.of());
    } else if (message.contains("assign requested address")) {
      failure = new CannotBind(address, BindProblem.NO_SUCH_ADDRESS, List.of());
    } else {
      failure = new CannotBind(address, BindProblem.OTHER, List.of());
    }
    return new AcmeFailureException(failure, cause);
  }
}
