package dev.v6cert.acme.localca.validation;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.Authorization;
import dev.v6cert.acme.localca.order.Order;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.Problem;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.acme.localca.order.Signer;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * Validates authorizations in the background. Each is noted as processing before it begins, and
 * {@link #resume} begins those again that a killed server did not end.
 */
public final class Validator implements AutoCloseable {

  private static final int MOST_AT_ONCE = 32;

  /** For a responder that has just been started. */
  private static final Duration SECOND_LOOK = Duration.ofSeconds(1);

  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  /**
   * The ports of a peer that are connected to.
   *
   * @param http for HTTP-01
   * @param tls for TLS-ALPN-01
   */
  public record Ports(int http, int tls) {

    /** Those of the RFCs. */
    public static final Ports STANDARD =
        new Ports(ChallengeType.HTTP_01.port(), ChallengeType.TLS_ALPN_01.port());
  }

  /** Receives the validations that failed. */
  @FunctionalInterface
  public interface Listener {
    void failed(InetAddress peer, Subject subject, String why);
  }

  private final OrderBook orders;
  private final AccountBook accounts;
  private final Signer signer;
  private final NameLookup lookup;
  private final Ports ports;
  private final Clock clock;
  private final Listener listener;
  private final Semaphore running = new Semaphore(MOST_AT_ONCE);
  private volatile boolean closed;

  /** A validator that has nothing to do yet. */
  public Validator(
      OrderBook orders,
      AccountBook accounts,
      Signer signer,
      NameLookup lookup,
      Ports ports,
      Clock clock,
      Listener listener) {
    this.orders = orders;
    this.accounts = accounts;
    this.signer = signer;
    this.lookup = lookup;
    this.ports = ports;
    this.clock = clock;
    this.listener = listener;
  }

  /** Begins every validation that is noted and not ended. */
  public void resume() {
    for (Order order : orders.all()) {
      for (int i = 0; i < order.authorizations().size(); i++) {
        if (order.authorizations().get(i).state() == Authorization.State.PROCESSING) {
          start(order, i);
        }
      }
    }
  }

  /** Begins a validation that is noted. */
  public void start(Order order, int index) {
    Thread _ = Thread.startVirtualThread(() -> run(order, index));
  }

  private void run(Order order, int index) {
    Authorization authorization = order.authorizations().get(index);
    try {
      Optional<Problem> problem;
      running.acquire();
      try {
        problem = validate(order, authorization);
      } finally {
        running.release();
      }
      problem.ifPresent(found ->
          listener.failed(
              authorization.attempt().orElseThrow().peer(),
              authorization.subject(),
              found.detail()));
      record(order, index, problem);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Writes a result. Where the disk refuses it, it is tried again until the order has ended: the
   * client goes on asking. What is not written when the server ends is validated by the next one.
   */
  private void record(Order order, int index, Optional<Problem> problem)
      throws InterruptedException {
    Duration pause = SHORTEST_PAUSE;
    while (!closed
        && !isWritten(order.id(), index, problem)
        && clock.instant().isBefore(order.end())) {
      Thread.sleep(pause);
      pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
    }
  }

  private boolean isWritten(String order, int index, Optional<Problem> problem) {
    try {
      Order _ =
          orders.change(
              order,
              present -> {
                Authorization now = present.authorizations().get(index);
                return now.state() == Authorization.State.PROCESSING
                    ? present.with(index, now.ended(problem, clock.instant()))
                    : present;
              });
      return true;
    } catch (ProblemException e) {
      return e.problem().type() == ProblemType.NOT_FOUND;
    }
  }

  private Optional<Problem> validate(Order order, Authorization authorization)
      throws InterruptedException {
    Authorization.Attempt attempt = authorization.attempt().orElseThrow();
    Optional<Account> account = accounts.find(order.account());
    if (account.isEmpty()) {
      return Optional.of(new Problem(ProblemType.ACCOUNT_DOES_NOT_EXIST, "the account is gone"));
    }
    Optional<Problem> fault;
    try {
      fault = Peer.fault(authorization.subject(), attempt.peer(), carried(authorization), lookup);
    } catch (ProblemException e) {
      return Optional.of(e.problem());
    }
    if (fault.isPresent()) {
      return fault;
    }
    String keyAuthorization = authorization.token() + "." + account.get().thumbprint();
    Optional<Problem> first = look(authorization, attempt, keyAuthorization);
    if (first.isEmpty() || first.get().type() != ProblemType.CONNECTION) {
      return first;
    }
    Thread.sleep(SECOND_LOOK);
    return look(authorization, attempt, keyAuthorization);
  }

  private Optional<EmbeddedAddresses> carried(Authorization authorization) throws ProblemException {
    return authorization.subject() instanceof Subject.Dns dns
        ? signer.authority().permitted().carried(dns.name())
        : Optional.empty();
  }

  private Optional<Problem> look(
      Authorization authorization, Authorization.Attempt attempt, String keyAuthorization) {
    InetSocketAddress peer =
        new InetSocketAddress(
            attempt.peer(), attempt.type() == ChallengeType.HTTP_01 ? ports.http() : ports.tls());
    return switch (attempt.type()) {
      case HTTP_01 ->
          ChallengeCheck.http(
              authorization.subject(), peer, authorization.token(), keyAuthorization);
      case TLS_ALPN_01 -> ChallengeCheck.tls(authorization.subject(), peer, keyAuthorization);
      case DNS_01, DNS_ACCOUNT_01, DNS_PERSIST_01 ->
          throw new IllegalStateException("none by TXT records is offered");
    };
  }

  /** Writes no results any more. Validations that run are begun again by the next server. */
  @Override
  public void close() {
    closed = true;
  }
}
