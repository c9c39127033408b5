package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.localca.order.Authorization;
import dev.v6cert.acme.localca.order.Order;
import dev.v6cert.acme.localca.order.Problem;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The JSON of resources (RFC 8555 section 7.1). */
final class ResourceJson {

  private ResourceJson() {}

  static Map<String, Object> directory(Call call, boolean bound) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("newNonce", call.url("new-nonce"));
    fields.put("newAccount", call.url("new-account"));
    fields.put("newOrder", call.url("new-order"));
    fields.put("revokeCert", call.url("revoke-cert"));
    fields.put("renewalInfo", call.url("renewal-info"));
    fields.put("meta", Map.of("externalAccountRequired", bound));
    return fields;
  }

  static Map<String, Object> order(Call call, Order order, Instant now) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("status", order.state(now).text());
    fields.put("expires", order.end().toString());
    fields.put("identifiers", order.subjects().stream().map(ResourceJson::identifier).toList());
    List<String> authorizations = new ArrayList<>();
    for (int i = 0; i < order.authorizations().size(); i++) {
      authorizations.add(call.url(authorization(order, i)));
    }
    fields.put("authorizations", authorizations);
    fields.put("finalize", call.url("order/" + order.id() + "/finalize"));
    if (order.certificate().isPresent()) {
      fields.put("certificate", call.url("certificate/" + order.id()));
    }
    order.authorizations().stream()
        .map(Authorization::problem)
        .flatMap(Optional::stream)
        .findFirst()
        .ifPresent(problem -> fields.put("error", problem.fields()));
    return fields;
  }

  private static Map<String, Object> identifier(Subject subject) {
    return Map.of("type", subject.type(), "value", subject.value());
  }

  /** The place of an authorization among the resources. */
  static String authorization(Order order, int index) {
    return "authorization/" + order.id() + "/" + index;
  }

  static Map<String, Object> authorization(Call call, Order order, int index, Instant now) {
    Authorization authorization = order.authorizations().get(index);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("identifier", identifier(authorization.subject()));
    fields.put("status", status(authorization, order, now));
    fields.put("expires", order.end().toString());
    List<Map<String, Object>> challenges = new ArrayList<>();
    for (ChallengeType type : ChallengeType.ON_A_PORT) {
      if (authorization.attempt().isEmpty()
          || authorization.attempt().get().type() == type
          || authorization.state() == Authorization.State.PROCESSING) {
        challenges.add(challenge(call, order, index, type));
      }
    }
    fields.put("challenges", challenges);
    return fields;
  }

  /** An authorization that is being validated is called pending; its challenge says more. */
  private static String status(Authorization authorization, Order order, Instant now) {
    return switch (authorization.state()) {
      case PENDING, PROCESSING -> now.isBefore(order.expires()) ? "pending" : "expired";
      case VALID, INVALID, DEACTIVATED -> authorization.state().text();
    };
  }

  static Map<String, Object> challenge(Call call, Order order, int index, ChallengeType type) {
    Authorization authorization = order.authorizations().get(index);
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("type", type.id());
    fields.put("url", call.url("challenge/" + order.id() + "/" + index + "/" + type.id()));
    fields.put("token", authorization.token());
    Optional<Authorization.Attempt> attempt =
        authorization.attempt().filter(by -> by.type() == type);
    if (attempt.isEmpty()) {
      fields.put("status", "pending");
      return fields;
    }
    switch (authorization.state()) {
      case VALID -> {
        fields.put("status", "valid");
        fields.put("validated", attempt.get().since().truncatedTo(ChronoUnit.SECONDS).toString());
      }
      case INVALID -> {
        fields.put("status", "invalid");
        authorization.problem().map(Problem::fields).ifPresent(error -> fields.put("error", error));
      }
      case PENDING, PROCESSING, DEACTIVATED ->
          fields.put(
              "status",
              authorization
                  .state()
                  .name()
                  .toLowerCase(Locale.ROOT)
                  .replace("deactivated", "invalid"));
    }
    return fields;
  }
}
