package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The resources by their paths. Whatever is asked, there is one reply. */
final class Resources {

  private static final String JOSE = "application/jose+json";
  private static final String ROOT = "acme";
  private static final int MOST_DIGITS = 3;

  /** The resources that are read without a signature. */
  private static final Set<String> PUBLIC = Set.of("directory", "new-nonce", "renewal-info");

  private final AccountResource accounts;
  private final OrderResource orders;
  private final RenewalInfo renewalInfo;
  private final JwsReader reader;
  private final Nonces nonces;
  private final boolean bound;

  Resources(
      AccountResource accounts,
      OrderResource orders,
      RenewalInfo renewalInfo,
      JwsReader reader,
      Nonces nonces,
      boolean bound) {
    this.accounts = accounts;
    this.orders = orders;
    this.renewalInfo = renewalInfo;
    this.reader = reader;
    this.nonces = nonces;
    this.bound = bound;
  }

  /** The reply to a call, with a nonce for the next one. */
  Reply reply(Call call) {
    Reply reply;
    try {
      reply = dispatch(call);
    } catch (ProblemException e) {
      reply = Reply.problem(e.problem());
    }
    return finished(reply, call);
  }

  /** A refusal of a call that is not read at all. */
  Reply refusal(Call call, ProblemType type, String detail) {
    return finished(Reply.problem(new ProblemException(type, detail).problem()), call);
  }

  private Reply finished(Reply reply, Call call) {
    Reply with = reply.with("Replay-Nonce", nonces.next()).with("Cache-Control", "no-store");
    return with.headers().containsKey("Link")
        ? with
        : with.with("Link", "<" + call.url("directory") + ">;rel=\"index\"");
  }

  private Reply dispatch(Call call) throws ProblemException {
    List<String> path = Arrays.asList(call.path().split("/", -1));
    if (path.size() < 3 || !path.get(0).isEmpty() || !path.get(1).equals(ROOT)) {
      throw nowhere();
    }
    List<String> rest = path.subList(2, path.size());
    boolean reads = call.method().equals("GET") || call.method().equals("HEAD");
    if (PUBLIC.contains(rest.getFirst())) {
      if (!reads) {
        throw new ProblemException(ProblemType.METHOD, "it is read by GET");
      }
      return open(call, rest);
    }
    if (!call.method().equals("POST")) {
      throw new ProblemException(ProblemType.METHOD, "it is asked for by POST");
    }
    if (!call.type().equals(JOSE)) {
      throw new ProblemException(ProblemType.MEDIA_TYPE, "a request is of type " + JOSE);
    }
    return signed(call, rest);
  }

  private Reply open(Call call, List<String> path) throws ProblemException {
    return switch (shape(path)) {
      case "directory" -> Reply.json(200, ResourceJson.directory(call, bound));
      case "new-nonce" -> Reply.empty(call.method().equals("HEAD") ? 200 : 204);
      case "renewal-info/ID" -> renewalInfo.of(path.get(1));
      default -> throw nowhere();
    };
  }

  private Reply signed(Call call, List<String> path) throws ProblemException {
    SignedRequest request = reader.read(call.body(), call.url());
    String id = path.size() > 1 ? path.get(1) : "";
    return switch (shape(path)) {
      case "new-account" -> accounts.open(call, request);
      case "account/ID" -> accounts.change(call, request, id);
      case "account/ID/orders" -> accounts.orders(call, request, id);
      case "new-order" -> orders.order(call, request);
      case "order/ID" -> orders.order(call, request, id);
      case "order/ID/finalize" -> orders.finalizeOrder(call, request, id);
      case "authorization/ID/N" -> orders.authorization(call, request, id, index(path.get(2)));
      case "challenge/ID/N/TYPE" -> challenge(call, request, path);
      case "certificate/ID" -> orders.certificate(call, request, id);
      case "revoke-cert" ->
          throw new ProblemException(
              ProblemType.UNAUTHORIZED, "a local CA revokes nothing; v6cert local-ca rotate does");
      default -> throw nowhere();
    };
  }

  /** The path with names for its variable parts. */
  private static String shape(List<String> path) {
    String kind = path.getFirst();
    return switch (path.size()) {
      case 1 -> kind;
      case 2 -> kind + "/ID";
      case 3 -> kind + "/ID/" + (kind.equals("authorization") ? "N" : path.get(2));
      case 4 -> kind + "/ID/N/TYPE";
      default -> "";
    };
  }

  private Reply challenge(Call call, SignedRequest request, List<String> path)
      throws ProblemException {
    Optional<ChallengeType> type =
        ChallengeType.of(path.get(3)).filter(ChallengeType.ON_A_PORT::contains);
    if (type.isEmpty()) {
      throw nowhere();
    }
    return orders.challenge(call, request, path.get(1), index(path.get(2)), type.get());
  }

  private static int index(String text) throws ProblemException {
    if (!text.matches("[0-9]{1," + MOST_DIGITS + "}")) {
      throw nowhere();
    }
    return Integer.parseInt(text);
  }

  private static ProblemException nowhere() {
    return new ProblemException(ProblemType.NOT_FOUND, "there is no such resource");
  }
}
