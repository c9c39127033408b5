package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.order.Account;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.OrderBook;
import dev.v6cert.acme.localca.order.ProblemException;
import dev.v6cert.acme.localca.order.Signer;
import dev.v6cert.acme.localca.validation.Validator;
import dev.v6cert.acme.state.StateDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jose4j.json.JsonUtil;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.PublicJsonWebKey;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;

/**
 * Any octets as a body, as a protected header, as a path, and, behind a good signature, as a
 * payload of each resource, once more with the same nonce, and by another account: one reply, which
 * is no fault, nothing of somebody else's, and no more accounts and orders than the limits allow.
 */
class RequestsFuzz {

  private static final String HOST = "localhost:8555";
  private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.1");

  /** Those of one account that are kept. */
  private static final int MOST_ORDERS = 200;

  private static Optional<RequestsFuzz.Server> server = Optional.empty();

  /** The two that the target opens; no input has a key to open another. */
  private static final int ACCOUNTS = 2;

  /** The paths from here on belong to one account. */
  private static final int OWN = 2;

  /** An account, and its key. */
  private record Client(PublicJsonWebKey key, String url) {
    String id() {
      return url.substring(url.lastIndexOf('/') + 1);
    }
  }

  /** The resources without sockets, an account with an order, and one without. */
  private record Server(
      Resources resources,
      AccountBook accounts,
      Client owner,
      Client stranger,
      List<String> paths,
      Path home) {}

  @FuzzTest(maxDuration = "2h")
  void anyRequestHasOneReply(byte[] input) throws Exception {
    if (input.length < 2) {
      return;
    }
    Server target = server();
    String path = target.paths().get(Math.floorMod(input[0], target.paths().size()));
    String text = new String(input, 2, input.length - 2, StandardCharsets.UTF_8);
    Reply reply =
        switch (Math.floorMod(input[1], 8)) {
          case 0 -> post(target, path, text);
          case 1 -> post(target, path, JsonUtil.toJson(unsigned(text)));
          case 2 -> post(target, "/acme/" + text, signed(target, "/acme/" + text, "{}"));
          case 3 -> target.resources().reply(call("GET", "/acme/renewal-info/" + text, ""));
          case 4 -> post(target, path, signed(target, path, text));
          case 5 -> replayed(target, path, text);
          case 6 -> foreign(target, path, text);
          default -> post(target, path, signedWith(target, path, text));
        };
    assertThat(reply.status()).as(path + " " + text).isBetween(200, 499);
    assertThat(reply.headers()).containsKey("Replay-Nonce");
    if (reply.status() < 300) {
      activate(target.accounts(), target.owner());
      assertThat(count(target.home().resolve("accounts"))).isEqualTo(ACCOUNTS);
      assertThat(count(target.home().resolve("orders")))
          .isLessThanOrEqualTo(ACCOUNTS * MOST_ORDERS);
    }
  }

  private static long count(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.count();
    }
  }

  /** Takes a deactivation back: nothing would be reached behind it. */
  private static void activate(AccountBook accounts, Client client) throws ProblemException {
    Account now = accounts.find(client.id()).orElseThrow();
    if (!now.active()) {
      Account _ =
          accounts.save(
              new Account(
                  now.id(),
                  now.key(),
                  now.thumbprint(),
                  List.of(),
                  now.source(),
                  now.opened(),
                  true));
    }
  }

  /** The reply to the second of two requests that are the same. */
  private static Reply replayed(Server target, String path, String payload) throws Exception {
    String request = signed(target, path, payload);
    Reply _ = post(target, path, request);
    Reply reply = post(target, path, request);
    assertThat(reply.body()).as(path + " " + payload).contains("badNonce");
    return reply;
  }

  /** The reply to the account that has no order. */
  private static Reply foreign(Server target, String path, String payload) throws Exception {
    Reply reply = post(target, path, signed(target, target.stranger(), path, payload));
    if (target.paths().indexOf(path) >= OWN) {
      assertThat(reply.status()).as(path + " " + payload).isBetween(400, 499);
    }
    return reply;
  }

  private static Map<String, String> unsigned(String header) {
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.getBytes(StandardCharsets.UTF_8));
    return Map.of("protected", encoded, "payload", "e30", "signature", "AAAA");
  }

  private static String signed(Server target, String path, String payload) throws Exception {
    return signed(target, target.owner(), path, payload);
  }

  private static String signed(Server target, Client client, String path, String payload)
      throws Exception {
    return AcmePeer.flattened(finished(jws(target, client, path), payload));
  }

  /** A good signature over a header with the members of a JSON object. */
  private static String signedWith(Server target, String path, String members) throws Exception {
    try {
      JsonWebSignature jws = jws(target, target.owner(), path);
      JsonUtil.parseJson(members).forEach(jws.getHeaders()::setObjectHeaderValue);
      return AcmePeer.flattened(finished(jws, "{}"));
    } catch (JoseException | RuntimeException e) { // A header that cannot be signed.
      return JsonUtil.toJson(unsigned(members));
    }
  }

  private static JsonWebSignature jws(Server target, Client client, String path) {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue("ES256");
    jws.setHeader("url", "https://" + HOST + path);
    Reply fresh = target.resources().reply(call("HEAD", "/acme/new-nonce", ""));
    jws.setHeader("nonce", fresh.headers().getOrDefault("Replay-Nonce", ""));
    if (path.endsWith("/new-account")) {
      jws.getHeaders()
          .setObjectHeaderValue(
              "jwk", client.key().toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    } else {
      jws.setKeyIdHeaderValue(client.url());
    }
    jws.setKey(client.key().getPrivateKey());
    return jws;
  }

  private static String finished(JsonWebSignature jws, String payload) throws JoseException {
    jws.setPayload(payload);
    jws.sign();
    return jws.getCompactSerialization();
  }

  private static Call call(String method, String path, String body) {
    return new Call(method, HOST, path, body, "application/jose+json", PEER);
  }

  private static Reply post(Server target, String path, String body) {
    return target.resources().reply(call("POST", path, body));
  }

  private static synchronized Server server() throws Exception {
    if (server.isEmpty()) {
      server = Optional.of(start());
    }
    return server.get();
  }

  private static Server start() throws Exception {
    Path home = Files.createTempDirectory("requests-fuzz");
    StateDirectory directory = new StateDirectory(home.resolve("state"));
    LocalAuthorityStore store = new LocalAuthorityStore(directory);
    try (StateLock lock = StateLock.acquire(directory)) {
      var _ = store.create(lock, "me@here", NameConstraints.in(List.of()), Instant.now());
    }
    Clock clock = Clock.systemUTC();
    AccountBook accounts = AccountBook.load(home.resolve("accounts"));
    OrderBook orders = OrderBook.load(home.resolve("orders"), clock);
    Signer signer = new Signer(store, clock);
    Validator validator =
        new Validator(
            orders,
            accounts,
            signer,
            name -> {
              throw new IOException("no " + name);
            },
            new Validator.Ports(1, 1),
            clock,
            (_, _, _) -> {});
    Nonces nonces = new Nonces();
    Resources resources =
        new Resources(
            new AccountResource(accounts, orders, Optional.empty(), clock, _ -> {}),
            new OrderResource(orders, signer, validator, clock, _ -> {}),
            new RenewalInfo(orders, signer, clock),
            JwsReader.of(nonces, accounts),
            nonces,
            false);
    Client nobody = new Client(EcJwkGenerator.generateJwk(EllipticCurves.P256), "");
    Server bare = new Server(resources, accounts, nobody, nobody, List.of(), home);
    Client owner = opened(bare);
    Client stranger = opened(bare);
    String names = "{\"identifiers\":[{\"type\":\"dns\",\"value\":\"a.test\"}]}";
    Reply ordered = post(bare, "/acme/new-order", signed(bare, owner, "/acme/new-order", names));
    String order = ordered.headers().getOrDefault("Location", "").replaceAll(".*/", "");
    List<String> paths = new ArrayList<>(List.of("/acme/new-account", "/acme/new-order"));
    paths.add("/acme/account/" + owner.id());
    paths.add("/acme/order/" + order);
    paths.add("/acme/order/" + order + "/finalize");
    paths.add("/acme/authorization/" + order + "/0");
    paths.add("/acme/challenge/" + order + "/0/http-01");
    paths.add("/acme/certificate/" + order);
    paths.add("/acme/account/" + owner.id() + "/orders");
    return new Server(resources, accounts, owner, stranger, paths, home);
  }

  private static Client opened(Server bare) throws Exception {
    Client client = new Client(EcJwkGenerator.generateJwk(EllipticCurves.P256), "");
    Reply opened = post(bare, "/acme/new-account", signed(bare, client, "/acme/new-account", "{}"));
    return new Client(client.key(), opened.headers().getOrDefault("Location", ""));
  }
}
