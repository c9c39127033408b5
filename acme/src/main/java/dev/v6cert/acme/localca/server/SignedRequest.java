package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.lang.JoseException;

/**
 * A request whose signature, URL and nonce are good.
 *
 * @param key the key that signed it
 * @param account the account whose key that is; empty where the request brings the key itself
 * @param payload its content: JSON, or nothing for a POST-as-GET (RFC 8555 section 6.3)
 */
record SignedRequest(PublicJsonWebKey key, Optional<Account> account, String payload) {

  /** Whether it only reads. */
  boolean reads() {
    return payload.isEmpty();
  }

  /**
   * The content.
   *
   * @throws ProblemException when it is no JSON object
   */
  Map<String, Object> content() throws ProblemException {
    return object(payload, "the payload");
  }

  /** A JSON object as it was parsed. */
  static Map<String, Object> object(String text, String what) throws ProblemException {
    try {
      return JsonUtil.parseJson(text);
    } catch (JoseException | RuntimeException e) { // The parser casts without a look.
      throw new ProblemException(ProblemType.MALFORMED, what + " is not a JSON object", e);
    }
  }

  /** A field that is text, if it is there. */
  static Optional<String> text(Map<String, Object> fields, String name) throws ProblemException {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof String text) {
      return Optional.of(text);
    }
    throw new ProblemException(ProblemType.MALFORMED, "\"" + name + "\" is not a string");
  }

  /** A field that is a list, if it is there. */
  static Optional<List<?>> list(Map<String, Object> fields, String name) throws ProblemException {
    Object value = fields.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (value instanceof List<?> list) {
      return Optional.of(list);
    }
    throw new ProblemException(ProblemType.MALFORMED, "\"" + name + "\" is not an array");
  }
}
