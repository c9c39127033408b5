package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.order.AccountBook;
import dev.v6cert.acme.localca.order.OrderBook;
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

/**
 * Any octets as a body, as a protected header, and, behind a good signature, as a payload of each
 * resource: one reply, which is no fault, and no more accounts and orders than the limits allow.
 */
class RequestsFuzz {

  private static final String HOST = "localhost:8555";
  private static final InetAddress PEER = InetAddress.ofLiteral("127.0.0.1");

  /** Those of one account that are kept. */
  private static final int MOST_ORDERS = 200;

  private static Optional<RequestsFuzz.Server> server = Optional.empty();

  /** The resources without sockets, and an account with an order. */
  private record Server(
      Resources resources, PublicJsonWebKey key, String account, List<String> paths, Path orders) {}

  @FuzzTest(maxDuration = "2h")
  void anyRequestHasOneReply(byte[] input) throws Exception {
    if (input.length < 2) {
      return;
    }
    Server target = server();
    String path = target.paths().get(Math.floorMod(input[0], target.paths().size()));
    String text = new String(input, 2, input.length - 2, StandardCharsets.UTF_8);
    Reply reply =
        switch (Math.floorMod(input[1], 5)) {
          case 0 -> post(target, path, text);
          case 1 -> post(target, path, JsonUtil.toJson(unsigned(text)));
          case 2 -> post(target, "/acme/" + text, signed(target, "/acme/" + text, "{}"));
          case 3 -> target.resources().reply(call("GET", "/acme/renewal-info/" + text, ""));
          default -> post(target, path, signed(target, path, text));
        };
    assertThat(reply.status()).as(path + " " + text).isBetween(200, 499);
    assertThat(reply.headers()).containsKey("Replay-Nonce");
    try (var files = Files.list(target.orders())) {
      assertThat(files.count()).isLessThanOrEqualTo(MOST_ORDERS);
    }
  }

  private static Map<String, String> unsigned(String header) {
    String encoded =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(header.getBytes(StandardCharsets.UTF_8));
    return Map.of("protected", encoded, "payload", "e30", "signature", "AAAA");
  }

  private static String signed(Server target, String path, String payload) throws Exception {
    JsonWebSignature jws = new JsonWebSignature();
    jws.setAlgorithmHeaderValue("ES256");
    jws.setHeader("url", "https://" + HOST + path);
    Reply fresh = target.resources().reply(call("HEAD", "/acme/new-nonce", ""));
    jws.setHeader("nonce", fresh.headers().getOrDefault("Replay-Nonce", ""));
    if (path.endsWith("/new-account")) {
      jws.getHeaders()
          .setObjectHeaderValue(
              "jwk", target.key().toParams(JsonWebKey.OutputControlLevel.PUBLIC_ONLY));
    } else {
      jws.setKeyIdHeaderValue(target.account());
    }
    jws.setPayload(payload);
    jws.setKey(target.key().getPrivateKey());
    jws.sign();
    return AcmePeer.flattened(jws.getCompactSerialization());
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
    Server bare =
        new Server(
            resources,
            EcJwkGenerator.generateJwk(EllipticCurves.P256),
            "",
            List.of(),
            home.resolve("orders"));
    Reply opened = post(bare, "/acme/new-account", signed(bare, "/acme/new-account", "{}"));
    String account = opened.headers().getOrDefault("Location", "");
    Server open = new Server(resources, bare.key(), account, List.of(), bare.orders());
    String names = "{\"identifiers\":[{\"type\":\"dns\",\"value\":\"a.test\"}]}";
    Reply ordered = post(open, "/acme/new-order", signed(open, "/acme/new-order", names));
    String order = ordered.headers().getOrDefault("Location", "").replaceAll(".*/", "");
    List<String> paths = new ArrayList<>(List.of("/acme/new-account", "/acme/new-order"));
    paths.add(account.substring(account.indexOf("/acme/")));
    paths.add("/acme/order/" + order);
    paths.add("/acme/order/" + order + "/finalize");
    paths.add("/acme/authorization/" + order + "/0");
    paths.add("/acme/challenge/" + order + "/0/http-01");
    paths.add("/acme/certificate/" + order);
    return new Server(resources, open.key(), account, paths, bare.orders());
  }
}
