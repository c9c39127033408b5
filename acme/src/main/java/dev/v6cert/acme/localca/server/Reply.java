package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.localca.order.Problem;
import dev.v6cert.acme.localca.order.ProblemType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;

/**
 * An answer by HTTP.
 *
 * @param type its media type; empty where there is no body
 * @param headers more header fields
 */
record Reply(int status, String type, String body, Map<String, String> headers) {

  private static final String JSON = "application/json";
  private static final String PROBLEM = "application/problem+json";
  private static final String CHAIN = "application/pem-certificate-chain";

  Reply {
    headers = Map.copyOf(headers);
  }

  static Reply json(int status, Map<String, ?> fields) {
    return new Reply(status, JSON, JsonUtil.toJson(fields), Map.of());
  }

  static Reply chain(String pem) {
    return new Reply(200, CHAIN, pem, Map.of());
  }

  static Reply empty(int status) {
    return new Reply(status, "", "", Map.of());
  }

  static Reply problem(Problem problem) {
    Map<String, Object> fields = problem.fields();
    if (problem.type() == ProblemType.BAD_SIGNATURE_ALGORITHM) {
      fields.put("algorithms", List.copyOf(JwsReader.ALGORITHMS));
    }
    Reply reply = new Reply(problem.type().status(), PROBLEM, JsonUtil.toJson(fields), Map.of());
    return switch (problem.type()) {
      case RATE_LIMITED -> reply.with("Retry-After", "3600");
      case UNAVAILABLE -> reply.with("Retry-After", "60");
      default -> reply;
    };
  }

  Reply with(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Reply(status, type, body, more);
  }
}
