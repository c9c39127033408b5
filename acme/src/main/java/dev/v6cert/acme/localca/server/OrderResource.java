package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.Authorization;
import dev.v6cert.acme.localca.order.CertificateRequest;
import dev.v6cert.acme.localca.order.IssuedCertificate;
import dev.v6cert.acme.localca.order.Order;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.acme.localca.order.PropertiesDirectory;
import dev.v6cert.acme.localca.order.Signer;
import dev.v6cert.acme.localca.validation.Validator;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwk.PublicJsonWebKey;

/** Orders, authorizations, challenges and certificates (RFC 8555 sections 7.4 and 7.5). */
final class OrderResource {

  private static final Duration LIFETIME = Duration.ofDays(1);
  private static final int MOST_SUBJECTS = 25;

  /**
   * The seconds until a client is to ask again. acme4j adds them to the Date of the reply, which
   * has lost up to a second, and takes a moment that has passed for an error.
   */
  private static final String ASK_AGAIN_SECONDS = "2";

  /** Sent by the client of step where nobody asked for a date. */
  private static final String NO_DATE = "0001-01-01T00:00:00Z";

  private final OrderBook orders;
  private final Signer signer;
  private final Validator validator;
  private final Clock clock;
  private final ServerEvent.Listener listener;

  OrderResource(
      OrderBook orders,
      Signer signer,
      Validator validator,
      Clock clock,
      ServerEvent.Listener listener) {
    this.orders = orders;
    this.signer = signer;
    this.validator = validator;
    this.clock = clock;
    this.listener = listener;
  }

  /** A new order. */
  Reply order(Call call, SignedRequest request) throws ProblemException {
    Account account = AccountResource.requireAccount(request);
    Map<String, Object> content = request.content();
    if (asksFor(content, "notBefore") || asksFor(content, "notAfter")) {
      throw new ProblemException(ProblemType.MALFORMED, "the dates of a certificate are fixed");
    }
    if (content.containsKey("profile")) {
      throw new ProblemException(ProblemType.INVALID_PROFILE, "there are no profiles here");
    }
    List<Subject> subjects = subjects(content);
    signer.check(subjects);
    Optional<String> replaces = SignedRequest.text(content, "replaces");
    if (replaces.isPresent()) {
      replaces = Optional.of(replaced(replaces.get(), account, subjects));
    }
    List<Authorization> authorizations = new ArrayList<>();
    for (Subject subject : subjects) {
      authorizations.add(Authorization.pending(subject, PropertiesDirectory.newId()));
    }
    Order made =
        orders.add(
            new Order(
                PropertiesDirectory.newId(),
                account.id(),
                authorizations,
                clock.instant().plus(LIFETIME).truncatedTo(ChronoUnit.SECONDS),
                replaces,
                Optional.empty()),
            account);
    return reply(201, call, made);
  }

  private static boolean asksFor(Map<String, Object> content, String date) {
    return content.containsKey(date) && !NO_DATE.equals(content.get(date));
  }

  private static List<Subject> subjects(Map<String, Object> content) throws ProblemException {
    Set<Subject> subjects = new LinkedHashSet<>();
    for (Object one : SignedRequest.list(content, "identifiers").orElse(List.of())) {
      if (!(one instanceof Map<?, ?> identifier)
          || !(identifier.get("type") instanceof String type)
          || !(identifier.get("value") instanceof String value)) {
        throw new ProblemException(ProblemType.MALFORMED, "an identifier has a type and a value");
      }
      subjects.add(subject(type, value));
    }
    if (subjects.isEmpty() || subjects.size() > MOST_SUBJECTS) {
      throw new ProblemException(
          ProblemType.MALFORMED, "an order has 1 to " + MOST_SUBJECTS + " identifiers");
    }
    return List.copyOf(subjects);
  }

  private static Subject subject(String type, String value) throws ProblemException {
    if (value.startsWith("*")) {
      throw new ProblemException(
          ProblemType.REJECTED_IDENTIFIER, "no wildcard is signed here: order each name");
    }
    Subject subject;
    try {
      subject = Subject.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          ProblemType.REJECTED_IDENTIFIER, "an identifier is not a name: " + e.getMessage(), e);
    }
    if (!subject.type().equals(type)) {
      throw new ProblemException(
          type.equals("dns") || type.equals("ip")
              ? ProblemType.MALFORMED
              : ProblemType.UNSUPPORTED_IDENTIFIER,
          "the value of an identifier is not of its type");
    }
    return subject;
  }

  private String replaced(String id, Account account, List<Subject> subjects)
      throws ProblemException {
    Optional<Order> old = RenewalInfo.serial(id).flatMap(orders::ofCertificate);
    if (old.isEmpty()
        || !old.get().account().equals(account.id())
        || old.get().subjects().stream().noneMatch(subjects::contains)) {
      throw new ProblemException(
          ProblemType.MALFORMED,
          "\"replaces\" is not a certificate of this account for these names");
    }
    String serial = old.get().certificate().orElseThrow().serial();
    if (orders.isReplaced(serial)) {
      throw new ProblemException(
          ProblemType.ALREADY_REPLACED, "the certificate in \"replaces\" is replaced already");
    }
    return serial;
  }

  /** Shows an order. */
  Reply order(Call call, SignedRequest request, String id) throws ProblemException {
    requireReading(request);
    return reply(200, call, own(request, id));
  }

  /** Shows or deactivates an authorization. */
  Reply authorization(Call call, SignedRequest request, String id, int index)
      throws ProblemException {
    Order order = own(request, id);
    requireAuthorization(order, index);
    if (!request.reads()) {
      if (!request.content().equals(Map.of("status", "deactivated"))) {
        throw new ProblemException(
            ProblemType.MALFORMED, "an authorization can only be deactivated");
      }
      order =
          orders.change(id, one -> one.with(index, one.authorizations().get(index).deactivated()));
    }
    Reply reply = Reply.json(200, ResourceJson.authorization(call, order, index, clock.instant()));
    return isProcessing(order, index) ? reply.with("Retry-After", ASK_AGAIN_SECONDS) : reply;
  }

  /** Shows a challenge, or begins its validation. */
  Reply challenge(Call call, SignedRequest request, String id, int index, ChallengeType type)
      throws ProblemException {
    Order order = own(request, id);
    requireAuthorization(order, index);
    if (!request.reads()) {
      Map<String, Object> _ = request.content();
      order = begun(call, order, index, type);
    }
    Reply reply =
        Reply.json(200, ResourceJson.challenge(call, order, index, type))
            .with(
                "Link", "<" + call.url(ResourceJson.authorization(order, index)) + ">;rel=\"up\"");
    return isProcessing(order, index) ? reply.with("Retry-After", ASK_AGAIN_SECONDS) : reply;
  }

  private Order begun(Call call, Order order, int index, ChallengeType type)
      throws ProblemException {
    Authorization.Attempt attempt = new Authorization.Attempt(type, call.peer(), clock.instant());
    boolean[] begins = new boolean[1];
    Order changed =
        orders.change(
            order.id(),
            one -> {
              Authorization present = one.authorizations().get(index);
              begins[0] =
                  present.state() == Authorization.State.PENDING
                      && one.state(clock.instant()) == Order.State.PENDING;
              return begins[0] ? one.with(index, present.attempted(attempt)) : one;
            });
    if (begins[0]) {
      validator.start(changed, index);
    }
    return changed;
  }

  private static boolean isProcessing(Order order, int index) {
    return order.authorizations().get(index).state() == Authorization.State.PROCESSING;
  }

  /** Signs what an order is for. */
  Reply finalizeOrder(Call call, SignedRequest request, String id) throws ProblemException {
    Order order = own(request, id);
    String csr =
        SignedRequest.text(request.content(), "csr")
            .orElseThrow(() -> new ProblemException(ProblemType.BAD_CSR, "there is no \"csr\""));
    requireReady(order);
    CertificateRequest asked = CertificateRequest.read(csr);
    asked.requireSubjects(order.subjects());
    PublicJsonWebKey key = request.key();
    if (asked.isFor(key.getPublicKey())) {
      throw new ProblemException(ProblemType.BAD_CSR, "the key is the one of the account");
    }
    Order issued =
        orders.change(
            id,
            one -> {
              requireReady(one);
              return one.issued(signer.sign(asked.key(), one.subjects()));
            });
    listener.on(new ServerEvent.Issued(call.peer(), issued.subjects()));
    return reply(200, call, issued);
  }

  private void requireReady(Order order) throws ProblemException {
    Order.State state = order.state(clock.instant());
    if (state != Order.State.READY) {
      throw new ProblemException(
          ProblemType.ORDER_NOT_READY, "the order is " + state.text() + ", not ready");
    }
  }

  /** The certificate of an order, with its chain. */
  Reply certificate(Call call, SignedRequest request, String id) throws ProblemException {
    requireReading(request);
    Optional<IssuedCertificate> issued = own(request, id).certificate();
    if (issued.isEmpty()) {
      throw nowhere();
    }
    return Reply.chain(issued.get().pem());
  }

  /** An order of the account that asks; one of another account is as unknown as one that is not. */
  private Order own(SignedRequest request, String id) throws ProblemException {
    Account account = AccountResource.requireAccount(request);
    Optional<Order> order = orders.find(id).filter(one -> one.account().equals(account.id()));
    if (order.isEmpty()) {
      throw nowhere();
    }
    return order.get();
  }

  private static void requireAuthorization(Order order, int index) throws ProblemException {
    if (index >= order.authorizations().size()) {
      throw nowhere();
    }
  }

  private static void requireReading(SignedRequest request) throws ProblemException {
    if (!request.reads()) {
      throw new ProblemException(ProblemType.MALFORMED, "it is read by a POST without a payload");
    }
  }

  private static ProblemException nowhere() {
    return new ProblemException(ProblemType.NOT_FOUND, "there is no such resource");
  }

  private Reply reply(int status, Call call, Order order) {
    return Reply.json(status, ResourceJson.order(call, order, clock.instant()))
        .with("Location", call.url("order/" + order.id()));
  }
}
