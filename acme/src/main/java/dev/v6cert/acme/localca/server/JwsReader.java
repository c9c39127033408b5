package dev.v6cert.acme.localca.server;

import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.ProblemType;
import java.security.interfaces.RSAPublicKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.crypto.SecretKey;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.lang.InvalidAlgorithmException;
import org.jose4j.lang.JoseException;

/**
 * Reads signed requests (RFC 8555 section 6.2). A nonce is used up only by a request whose
 * signature is good.
 */
final class JwsReader {

  /** In the order in which clients are told of them. */
  static final List<String> ALGORITHMS = List.of("ES256", "RS256", "ES384", "EdDSA");

  /** A key's own members (RFC 7518 section 6, RFC 8037); certificates in it are of no concern. */
  private static final List<String> KEY_MEMBERS = List.of("kty", "crv", "x", "y", "n", "e");

  private static final AlgorithmConstraints SIGNATURES =
      new AlgorithmConstraints(
          AlgorithmConstraints.ConstraintType.PERMIT, ALGORITHMS.toArray(String[]::new));

  private static final AlgorithmConstraints MACS =
      new AlgorithmConstraints(
          AlgorithmConstraints.ConstraintType.PERMIT, "HS256", "HS384", "HS512");

  private static final int MAX_RSA_BITS = 4096;
  private static final int MAX_EXPONENT_BITS = 33;

  private final Nonces nonces;
  private final Function<String, Optional<Account>> accounts;

  /**
   * A reader.
   *
   * @param accounts the account of a {@code kid}
   */
  JwsReader(Nonces nonces, Function<String, Optional<Account>> accounts) {
    this.nonces = nonces;
    this.accounts = accounts;
  }

  /** A reader that finds accounts by the last part of their URL. */
  static JwsReader of(Nonces nonces, AccountBook accounts) {
    String prefix = "account/";
    return new JwsReader(
        nonces,
        url -> {
          String resource = Call.resource(url);
          return resource.startsWith(prefix)
              ? accounts.find(resource.substring(prefix.length()))
              : Optional.empty();
        });
  }

  /** The request in a body that was posted to the URL. */
  SignedRequest read(String body, String url) throws ProblemException {
    JsonWebSignature jws = parse(SignedRequest.object(body, "the body"));
    jws.setAlgorithmConstraints(SIGNATURES);
    if (!header(jws, "url").equals(url)) {
      throw new ProblemException(
          ProblemType.UNAUTHORIZED, "the \"url\" of the signature is not " + url);
    }
    Optional<Account> account = Optional.empty();
    PublicJsonWebKey key;
    boolean byAccount = jws.getObjectHeader("kid") != null;
    if (byAccount == (jws.getObjectHeader("jwk") != null)) {
      throw new ProblemException(ProblemType.MALFORMED, "it needs one of \"kid\" and \"jwk\"");
    }
    if (byAccount) {
      account = accounts.apply(header(jws, "kid"));
      if (account.isEmpty()) {
        throw new ProblemException(
            ProblemType.ACCOUNT_DOES_NOT_EXIST, "there is no such account here: \"kid\"");
      }
      key = key(SignedRequest.object(account.get().key(), "the key"));
    } else {
      key = key(members(jws.getObjectHeader("jwk")));
    }
    String payload = verified(jws, key);
    if (!nonces.redeem(header(jws, "nonce"))) {
      throw new ProblemException(ProblemType.BAD_NONCE, "the nonce is used, or not of this server");
    }
    return new SignedRequest(key, account, payload);
  }

  /**
   * Refuses an external account binding (RFC 8555 section 7.3.4) whose MAC, URL or key is wrong.
   *
   * @param macKey the key of an identifier
   */
  static void requireBinding(
      Map<String, Object> binding,
      String url,
      PublicJsonWebKey accountKey,
      Function<String, Optional<SecretKey>> macKey)
      throws ProblemException {
    JsonWebSignature jws = parse(binding);
    jws.setAlgorithmConstraints(MACS);
    String id = header(jws, "kid");
    Optional<SecretKey> secret = macKey.apply(id);
    if (secret.isEmpty()) {
      throw refusedBinding("its key identifier is unknown here");
    }
    if (!header(jws, "url").equals(url) || jws.getObjectHeader("nonce") != null) {
      throw refusedBinding("it is for another URL, or has a nonce");
    }
    try {
      jws.setKey(secret.get());
      if (!jws.verifySignature()) {
        throw refusedBinding("its MAC is wrong");
      }
      if (!thumbprint(key(members(SignedRequest.object(jws.getPayload(), "the binding"))))
          .equals(thumbprint(accountKey))) {
        throw refusedBinding("it binds another key");
      }
    } catch (JoseException | RuntimeException e) {
      throw new ProblemException(ProblemType.UNAUTHORIZED, "the binding cannot be read", e);
    }
  }

  private static ProblemException refusedBinding(String why) {
    return new ProblemException(
        ProblemType.UNAUTHORIZED, "the external account binding is refused: " + why);
  }

  /** The name of a key (RFC 7638), in base64url. */
  static String thumbprint(PublicJsonWebKey key) {
    return key.calculateBase64urlEncodedThumbprint("SHA-256");
  }

  private static JsonWebSignature parse(Map<String, Object> body) throws ProblemException {
    if (body.containsKey("signatures") || body.containsKey("header")) {
      throw new ProblemException(
          ProblemType.MALFORMED, "it must be a flattened JWS, all protected");
    }
    StringBuilder compact = new StringBuilder();
    for (String part : List.of("protected", "payload", "signature")) {
      String text =
          SignedRequest.text(body, part)
              .orElseThrow(
                  () -> new ProblemException(ProblemType.MALFORMED, "\"" + part + "\" is missing"));
      if (!text.matches("[A-Za-z0-9_-]*")) {
        throw new ProblemException(ProblemType.MALFORMED, "\"" + part + "\" is not base64url");
      }
      compact.append(compact.isEmpty() ? "" : ".").append(text);
    }
    JsonWebSignature jws = new JsonWebSignature();
    try {
      jws.setCompactSerialization(compact.toString());
    } catch (JoseException | RuntimeException e) {
      throw new ProblemException(ProblemType.MALFORMED, "the protected header cannot be read", e);
    }
    if (jws.getObjectHeader("crit") != null || jws.getObjectHeader("b64") != null) {
      throw new ProblemException(ProblemType.MALFORMED, "no extension of JWS is known here");
    }
    return jws;
  }

  private static String header(JsonWebSignature jws, String name) throws ProblemException {
    if (jws.getObjectHeader(name) instanceof String text) {
      return text;
    }
    throw new ProblemException(
        name.equals("nonce") ? ProblemType.BAD_NONCE : ProblemType.MALFORMED,
        "the protected header has no \"" + name + "\"");
  }

  private static Map<String, Object> members(Object jwk) throws ProblemException {
    if (!(jwk instanceof Map<?, ?> all) || all.containsKey("d")) {
      throw new ProblemException(ProblemType.BAD_PUBLIC_KEY, "\"jwk\" is not a public key");
    }
    Map<String, Object> members = new LinkedHashMap<>();
    for (String name : KEY_MEMBERS) {
      if (all.get(name) instanceof String value) {
        members.put(name, value);
      }
    }
    return members;
  }

  private static PublicJsonWebKey key(Map<String, Object> members) throws ProblemException {
    PublicJsonWebKey key;
    try {
      key = PublicJsonWebKey.Factory.newPublicJwk(members);
    } catch (JoseException | RuntimeException e) {
      throw new ProblemException(ProblemType.BAD_PUBLIC_KEY, "the key cannot be read", e);
    }
    if (key.getPublicKey() instanceof RSAPublicKey rsa
        && (rsa.getModulus().bitLength() > MAX_RSA_BITS
            || rsa.getPublicExponent().bitLength() > MAX_EXPONENT_BITS)) {
      throw new ProblemException(
          ProblemType.BAD_PUBLIC_KEY, "an RSA key has 2048 to 4096 bits and a small exponent");
    }
    return key;
  }

  private static String verified(JsonWebSignature jws, PublicJsonWebKey key)
      throws ProblemException {
    try {
      jws.setKey(key.getPublicKey());
      if (!jws.verifySignature()) {
        throw new ProblemException(ProblemType.UNAUTHORIZED, "the signature is wrong");
      }
      return jws.getPayload();
    } catch (InvalidAlgorithmException e) {
      throw new ProblemException(
          ProblemType.BAD_SIGNATURE_ALGORITHM,
          "the algorithms are " + String.join(", ", ALGORITHMS),
          e);
    } catch (JoseException | RuntimeException e) {
      throw new ProblemException(
          ProblemType.BAD_PUBLIC_KEY, "the key cannot be used with this algorithm", e);
    }
  }
}
