package dev.v6cert.cli;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The calls that each client makes to the ACME server of the local CA, in the order of an account's
 * and a certificate's life. The tests of a client make all that it has; docs/local.md has the table
 * for people, and is held to this one.
 */
enum LanCall {
  WITHOUT_CREDENTIALS("Account without credentials: refused"),
  WRONG_KEY("Account with a wrong HMAC key: refused"),
  CREDENTIALS("Account with EAB"),
  OPEN_SERVER("Account with `serve --no-eab`"),
  RSA_ACCOUNT("Account with an RSA key"),
  ACCOUNT_FOUND("Account found again"),
  ACCOUNT_CHANGED("Account's contact changed"),
  ROLLOVER("Account's key changed: refused"),
  ACCOUNT_ENDED("Account ended"),
  REHEARSAL("Rehearsal"),
  HTTP_01("HTTP-01, its own listener"),
  WEB_ROOT("HTTP-01, a web server's folder"),
  TLS_ALPN_01("TLS-ALPN-01"),
  SEVERAL_NAMES("Several names"),
  MAGIC_NAME("Magic name"),
  ADDRESS("An address"),
  EC_256("Key EC P-256"),
  EC_384("Key EC P-384"),
  RSA_2048("Key RSA 2048"),
  OWN_CSR("Signing request of one's own"),
  RENEWAL("Renewal"),
  ARI("Renewal time by ARI"),
  AFTER_A_KILL("Renewal after `kill -9` of the server"),
  NAME_OF_ANOTHER("Name of another machine: refused"),
  PUBLIC_NAME("Public name: refused"),
  WILDCARD("Wildcard: refused"),
  REVOCATION("Revocation: refused"),
  REVOCATION_BY_KEY("Revocation by the certificate's key: refused");

  final String heading;

  LanCall(String heading) {
    this.heading = heading;
  }

  /** The clients. */
  enum Client {
    V6CERT("v6cert"),
    /** On loopback, by a test of its own in the module of the ACME client. */
    ACME4J("acme4j 4.0"),
    CERTBOT("certbot 5.8"),
    LEGO("lego 4.9"),
    STEP("step 0.30"),
    CADDY("Caddy 2.6");

    private static final String NONE = "has none";
    private static final String EC_ONLY = "EC only";

    final String heading;

    Client(String heading) {
      this.heading = heading;
    }

    /** The cell of the table. */
    String cell(LanCall call) {
      return lacking().getOrDefault(call, "✓");
    }

    /** The calls that it offers. */
    Set<LanCall> calls() {
      Set<LanCall> all = EnumSet.allOf(LanCall.class);
      all.removeAll(lacking().keySet());
      return all;
    }

    /** The calls that it does not offer, with the words of the table. */
    private Map<LanCall, String> lacking() {
      return switch (this) {
        case V6CERT -> Map.of(RSA_ACCOUNT, EC_ONLY, OWN_CSR, NONE);
        case ACME4J ->
            Map.of(
                REHEARSAL, NONE, HTTP_01, "left to the program", AFTER_A_KILL, "after a stop: ✓");
        case CERTBOT -> Map.of(ROLLOVER, NONE, TLS_ALPN_01, NONE);
        case LEGO ->
            none(
                Map.of(ADDRESS, "asks for it as a name: refused"),
                List.of(
                    ACCOUNT_CHANGED, ROLLOVER, ACCOUNT_ENDED, REHEARSAL, ARI, REVOCATION_BY_KEY));
        case STEP ->
            none(
                Map.of(
                    RSA_ACCOUNT, EC_ONLY,
                    ACCOUNT_FOUND, "a new one each time",
                    WILDCARD, "asks for none"),
                List.of(
                    WRONG_KEY,
                    CREDENTIALS,
                    ACCOUNT_CHANGED,
                    ROLLOVER,
                    ACCOUNT_ENDED,
                    REHEARSAL,
                    TLS_ALPN_01,
                    ARI,
                    REVOCATION,
                    REVOCATION_BY_KEY));
        case CADDY ->
            none(
                Map.of(RSA_ACCOUNT, EC_ONLY, WEB_ROOT, "is one"),
                List.of(
                    ACCOUNT_CHANGED,
                    ROLLOVER,
                    ACCOUNT_ENDED,
                    REHEARSAL,
                    OWN_CSR,
                    ARI,
                    REVOCATION,
                    REVOCATION_BY_KEY));
      };
    }

    private static Map<LanCall, String> none(Map<LanCall, String> known, List<LanCall> others) {
      Map<LanCall, String> all = new EnumMap<>(LanCall.class);
      all.putAll(known);
      others.forEach(one -> all.put(one, NONE));
      return all;
    }
  }
}
