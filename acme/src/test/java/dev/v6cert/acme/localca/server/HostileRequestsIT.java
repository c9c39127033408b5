package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.localca.server.AcmePeer.Answer;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jose4j.json.JsonUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Requests that an honest client never sends: each is refused, none is a fault. */
class HostileRequestsIT {

  @RegisterExtension static final RunningLocalAcmeServer running = new RunningLocalAcmeServer();

  @AfterEach
  void noneIsAFault() throws Exception {
    assertThat(running.events).noneMatch(ServerEvent.Fault.class::isInstance);
    assertThat(running.peer().order("still.lan.test").status()).isEqualTo(201);
  }

  @Test
  void signaturesThatProveNothing() throws Exception {
    AcmePeer peer = running.peer();
    String url = peer.url("new-order");
    String payload = JsonUtil.toJson(Map.of("identifiers", AcmePeer.identifiers("a.lan.test")));
    Map<String, Object> none = peer.header(url);
    none.put("alg", "none");
    Map<String, Object> mac = peer.header(url);
    mac.put("alg", "HS256");

    assertThat(peer.send("POST", url, unsigned(none, payload, "")).problem())
        .isEqualTo("badSignatureAlgorithm");
    assertThat(peer.send("POST", url, unsigned(mac, payload, "AAAA")).problem())
        .isEqualTo("badSignatureAlgorithm");
    assertThat(peer.send("POST", url, unsigned(peer.header(url), payload, "AAAA")).problem())
        .isIn("unauthorized", "badPublicKey");
    Map<String, Object> signed =
        new LinkedHashMap<>(JsonUtil.parseJson(peer.signed(peer.header(url), payload)));
    signed.put("payload", encoded(payload.replace("a.lan", "b.lan")));
    assertThat(peer.send("POST", url, JsonUtil.toJson(signed)).problem()).isEqualTo("unauthorized");
  }

  @Test
  void requestsForAnotherUrlOrWithAUsedNonce() throws Exception {
    AcmePeer peer = running.peer();
    String url = peer.url("new-order");
    String payload = JsonUtil.toJson(Map.of("identifiers", AcmePeer.identifiers("a.lan.test")));
    String request = peer.signed(peer.header(url), payload);

    assertThat(peer.send("POST", peer.url("new-account"), request).problem())
        .isEqualTo("unauthorized");
    assertThat(peer.send("POST", url, request).status()).isEqualTo(201);
    assertThat(peer.send("POST", url, request).problem()).isEqualTo("badNonce");
    for (String nonce : List.of("", "AAAA", "!!", "A".repeat(32), "A".repeat(5000))) {
      Map<String, Object> header = peer.header(url);
      header.put("nonce", nonce);
      Answer answer = peer.send("POST", url, peer.signed(header, payload));
      assertThat(answer.problem()).as(nonce).isEqualTo("badNonce");
    }
  }

  @Test
  void keysThatAreNoneOrTwo() throws Exception {
    AcmePeer peer = running.peer();
    String url = peer.url("new-order");
    for (String kid :
        List.of(
            peer.url("account/../orders"),
            peer.url("account/"),
            "",
            "/acme/account/" + "0".repeat(32),
            "https://elsewhere/acme/account/x")) {
      Map<String, Object> header = peer.header(url);
      header.put("kid", kid);
      assertThat(peer.send("POST", url, peer.signed(header, "{}")).problem())
          .isEqualTo("accountDoesNotExist");
    }
    Map<String, Object> both = peer.header(url);
    both.put("jwk", Map.of("kty", "EC"));
    assertThat(peer.send("POST", url, peer.signed(both, "{}")).problem()).isEqualTo("malformed");
    AcmePeer stranger = running.stranger();
    String open = stranger.url("new-account");
    for (Map<String, String> jwk :
        List.of(
            Map.<String, String>of(),
            Map.of("kty", "oct", "k", "AAAA"),
            Map.of("kty", "EC", "crv", "P-256", "x", "AAAA", "y", "AAAA"),
            Map.of("kty", "EC", "crv", "P-999", "x", "AAAA", "y", "AAAA"),
            Map.of("kty", "RSA", "n", "AQAB", "e", "AQAB"),
            Map.of("kty", "RSA", "n", "_".repeat(20_000), "e", "AQAB"),
            Map.of("kty", "RSA", "n", "_".repeat(342), "e", "_".repeat(342)),
            Map.of("kty", "OKP", "crv", "Ed25519", "x", "AAAA"))) {
      Map<String, Object> header = stranger.header(open);
      header.put("jwk", jwk);
      assertThat(stranger.send("POST", open, unsigned(header, "{}", "AAAA")).problem())
          .as(String.valueOf(jwk))
          .isIn("badPublicKey", "unauthorized"); // A point that is on no curve verifies nothing.
    }
    Map<String, Object> secret = stranger.header(open);
    secret.put(
        "jwk", stranger.key.toParams(org.jose4j.jwk.JsonWebKey.OutputControlLevel.INCLUDE_PRIVATE));
    assertThat(stranger.send("POST", open, stranger.signed(secret, "{}")).problem())
        .isEqualTo("badPublicKey");
  }

  @Test
  void whatBelongsToAnotherAccount() throws Exception {
    AcmePeer owner = running.peer();
    Answer order = running.ready(owner, "own.lan.test");
    AcmePeer thief = running.peer();
    KeyPair keys = AcmePeer.newKeys();

    String authorization = order.urls("authorizations").getFirst();
    for (String url : List.of(order.location(), authorization)) {
      assertThat(thief.read(url).status()).as(url).isEqualTo(404);
    }
    assertThat(thief.post(authorization, Map.of("status", "deactivated")).status()).isEqualTo(404);
    assertThat(thief.finish(order, keys, "own.lan.test").status()).isEqualTo(404);
    Answer finished = owner.finish(order, keys, "own.lan.test");
    assertThat(finished.text("status")).isEqualTo("valid");
    assertThat(thief.read(finished.text("certificate")).status()).isEqualTo(404);
    assertThat(thief.read(owner.account.orElseThrow()).problem()).isEqualTo("unauthorized");
    assertThat(thief.post(owner.account.orElseThrow(), Map.of("status", "deactivated")).problem())
        .isEqualTo("unauthorized");
  }

  @Test
  void certificationRequestsForMoreThanTheOrder() throws Exception {
    AcmePeer peer = running.peer();
    Answer order = running.ready(peer, "csr.lan.test");
    KeyPair keys = AcmePeer.newKeys();

    for (String[] names :
        List.of(
            new String[] {"other.lan.test"},
            new String[] {"csr.lan.test", "www.example.com"},
            new String[] {"csr.lan.test", "10.0.0.1"})) {
      assertThat(peer.finish(order, keys, names).problem()).isEqualTo("badCSR");
    }
    for (String csr : List.of("", "AAAA", "!!", "MIIB", "A".repeat(40_000))) {
      assertThat(peer.post(order.text("finalize"), Map.of("csr", csr)).problem())
          .isEqualTo("badCSR");
    }
    KeyPair own = new KeyPair(peer.key.getPublicKey(), peer.key.getPrivateKey());
    assertThat(peer.finish(order, own, "csr.lan.test").problem()).isEqualTo("badCSR");
    assertThat(peer.read(order.location()).text("status")).isEqualTo("ready");
  }

  @Test
  void pathsThatLeadOutside() throws Exception {
    AcmePeer peer = running.peer();
    for (String path :
        List.of(
            "order/..%2f..%2fauthority",
            "order/%2e%2e/%2e%2e",
            "certificate/..%5c",
            "order//",
            "order/a/b/c/d/e",
            "order/" + "a".repeat(4000),
            "authorization/x/99999999999",
            "authorization/x/-1",
            "challenge/x/0/dns-01",
            "account/%00")) {
      String url = peer.url(path);
      assertThat(peer.send("POST", url, peer.signed(peer.header(url), "")).status())
          .as(path)
          .isBetween(400, 404);
    }
    assertThat(peer.get("directory?x=1").status()).isEqualTo(404);
    assertThat(peer.get("../local-ca/authority.properties").status()).isBetween(404, 405);
  }

  @Test
  void bodiesThatAreHugeOrNoJson() throws Exception {
    AcmePeer peer = running.peer();
    String url = peer.url("new-order");
    for (String body :
        List.of(
            "",
            "{",
            "[]",
            "null",
            "{\"protected\":1,\"payload\":2,\"signature\":3}",
            "{\"protected\":\"\",\"payload\":\"\",\"signature\":\"\"}",
            "{\"payload\":\"\",\"signatures\":[]}",
            "{\"a\":1,\"a\":2}",
            "[".repeat(30_000),
            "{\"a\":".repeat(10_000))) {
      assertThat(peer.send("POST", url, body).problem()).isEqualTo("malformed");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(peer.send("POST", url, "x".repeat(500_000)).status()).isEqualTo(413);
    }
    for (Object identifiers :
        List.of("x", 1, List.of(1), List.of(Map.of("type", 1)), List.of(), List.of(List.of()))) {
      assertThat(peer.post(url, Map.of("identifiers", identifiers)).problem())
          .isEqualTo("malformed");
    }
    String[] many = new String[26];
    for (int i = 0; i < many.length; i++) {
      many[i] = "n" + i + ".lan.test";
    }
    assertThat(peer.order(many).problem()).isEqualTo("malformed");
    assertThat(
            peer.post(
                    url,
                    Map.of(
                        "identifiers",
                        AcmePeer.identifiers("a.lan.test"),
                        "notAfter",
                        "2030-01-01T00:00:00Z"))
                .problem())
        .isEqualTo("malformed");
  }

  @Test
  void methodsTypesAndHostsThatDoNotFit() throws Exception {
    AcmePeer peer = running.peer();
    assertThat(peer.get("new-order").status()).isEqualTo(405);
    assertThat(peer.send("DELETE", peer.url("new-order"), "").status()).isEqualTo(405);
    assertThat(peer.send("POST", peer.url("directory"), "{}").status()).isEqualTo(405);
    HttpRequest plain =
        HttpRequest.newBuilder(URI.create(peer.url("new-order")))
            .header("Content-Type", "text/plain")
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build();
    assertThat(peer.send(plain).status()).isEqualTo(415);
    assertThat(raw("GET /acme/directory HTTP/1.1\r\nHost: evil.example\r\n\r\n")).contains(" 421 ");
    assertThat(raw("GET /acme/directory HTTP/1.0\r\n\r\n")).contains(" 421 ");
    assertThat(raw("GET https://evil.example/acme/directory HTTP/1.1\r\nHost: localhost\r\n\r\n"))
        .contains(" 400 ");
    assertThat(raw("NONSENSE\r\n\r\n")).doesNotContain(" 500 ");
  }

  @Test
  void floodsOfOrdersThatAreNotFinished() throws Exception {
    AcmePeer peer = running.peer();
    Answer last = peer.order("flood.lan.test");
    for (int i = 0; i < 50; i++) {
      last = peer.order("flood.lan.test");
    }
    assertThat(last.status()).isEqualTo(429);
    assertThat(last.problem()).isEqualTo("rateLimited");
    assertThat(last.response().headers().firstValue("Retry-After")).isPresent();
    Path orders = running.directory().localAuthority().resolve("acme/orders");
    try (Stream<Path> files = Files.list(orders)) {
      assertThat(files).hasSizeLessThan(200);
    }
  }

  @Test
  void validationsOfOneChallengeAgainAndAgain() throws Exception {
    AcmePeer peer = running.peer();
    Answer order = peer.order("twice.lan.test");
    String authorization = order.urls("authorizations").getFirst();
    Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.HTTP_01);
    int before = running.asked.size();

    for (int i = 0; i < 5; i++) {
      Answer _ = peer.post(String.valueOf(challenge.get("url")), Map.of());
    }

    assertThat(peer.settled(authorization).text("status")).isEqualTo("invalid");
    assertThat(running.asked).hasSize(before + 1);
  }

  private static String unsigned(Map<String, Object> header, String payload, String signature) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("protected", encoded(JsonUtil.toJson(header)));
    body.put("payload", encoded(payload));
    body.put("signature", signature);
    return JsonUtil.toJson(body);
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The server's answer to octets, over a connection that trusts anything. */
  private static String raw(String request) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, AcmePeer.trust(running.root()), null);
    URI base = URI.create(running.base());
    try (Socket socket = tls.getSocketFactory().createSocket(base.getHost(), base.getPort())) {
      socket.setSoTimeout(3_000);
      OutputStream out = socket.getOutputStream();
      out.write(request.getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      byte[] octets = new byte[4096];
      int count = in.read(octets);
      return new String(octets, 0, Math.max(count, 0), StandardCharsets.ISO_8859_1);
    }
  }
}
