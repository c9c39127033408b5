package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.proxy.gate.NetworkGate;
import dev.v6cert.proxy.gate.PasswordGate;
import dev.v6cert.proxy.gate.TokenGate;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gates: clients that come in, and those that do not. */
class GateIT {

  private Backend backend;

  @SuppressWarnings("NullAway.Init") // Each situation makes its own.
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
    backend = Backend.start(it -> it.ok("in: " + it.header("Cookie") + it.header("Referer")));
  }

  @AfterEach
  void stop() throws Exception {
    rig.close();
    backend.close();
  }

  private HttpResponse<String> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = rig.request(path);
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (HttpClient client = Rig.client(Version.HTTP_2)) {
      return client.send(request.build(), BodyHandlers.ofString());
    }
  }

  @Nested
  class WithALink {

    private String token;
    private String cookie;

    @BeforeEach
    void enter() throws Exception {
      TokenGate gate = TokenGate.create();
      rig = Rig.of(gate, backend);
      URI link = URI.create(gate.link("https://" + rig.host() + "/"));
      token = link.getQuery();
      HttpResponse<String> entry = get("/page?a=1&" + token + "&b=2");
      assertThat(entry.statusCode()).isEqualTo(303);
      assertThat(entry.headers().firstValue("location")).hasValue("/page?a=1&b=2");
      assertThat(entry.headers().firstValue("referrer-policy")).hasValue("no-referrer");
      assertThat(entry.headers().firstValue("cache-control")).hasValue("no-store");
      String set = entry.headers().firstValue("set-cookie").orElseThrow();
      assertThat(set)
          .startsWith("__Host-v6cert=")
          .contains("; Secure")
          .contains("; HttpOnly")
          .contains("; Path=/;")
          .doesNotContainIgnoringCase("domain");
      cookie = set.substring(0, set.indexOf(';'));
    }

    @Test
    void theCookieLetsInAndGoesNoFurther() throws Exception {
      assertThat(get("/", "Cookie", "a=1; " + cookie + "; b=2").body()).isEqualTo("in: a=1; b=2");
      assertThat(get("/", "Cookie", cookie).body()).isEqualTo("in: ");
      assertThat(get("/", "Cookie", cookie, "Referer", "https://x/?" + token).body())
          .isEqualTo("in: ");
    }

    @Test
    void theTokenIsSeenByNobody() throws Exception {
      assertThat(get("/next", "Cookie", cookie, "Referer", "https://x/?" + token).statusCode())
          .isEqualTo(200);

      assertThat(backend.heads()).isNotEmpty().noneMatch(head -> head.contains(token));
      assertThat(rig.traffic(2)).hasSize(2).noneMatch(it -> it.path().contains(token));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "/",
          "/.well-known/acme-challenge/x",
          "/favicon.ico",
          "//",
          "/%2e%2e/",
          "/?V6CERT=x",
          "/?v6cert=",
          "/?v6cert=wrong",
          "/?v6cert",
          "/;v6cert=x"
        })
    void whoHasNeitherIsRefused(String path) throws Exception {
      assertThat(get(path).statusCode()).isEqualTo(403);
      assertThat(get(path, "Cookie", "__Host-v6cert=wrong").statusCode()).isEqualTo(403);
      assertThat(get(path, "Cookie", cookie.replace("__Host-", "")).statusCode()).isEqualTo(403);
      assertThat(get(path, "Cookie", cookie.toUpperCase(java.util.Locale.ROOT)).statusCode())
          .isEqualTo(403);
      assertThat(backend.heads()).isEmpty();
    }

    @Test
    void aRedirectNeverLeadsToAnotherHost() throws Exception {
      for (String path : List.of("//evil.example/?", "/\\evil.example/?", "///evil.example?")) {
        try (Rig.Wire wire = rig.wire()) {
          String answer =
              wire.send("GET " + path + token + " HTTP/1.1\r\nHost: " + rig.host())
                  .send("\r\nConnection: close\r\n\r\n")
                  .rest(3000);
          assertThat(answer).containsAnyOf("Location: /evil.example", "HTTP/1.1 400");
        }
      }
    }

    @ParameterizedTest
    @CsvSource({
      "Sec-Fetch-Site, same-site",
      "Sec-Fetch-Site, cross-site",
      "Origin, https://2a01--1.sslip.io",
      "Origin, null",
    })
    void pagesOfNeighboursAreRefusedWithTheCookie(String name, String value) throws Exception {
      assertThat(get("/", "Cookie", cookie, name, value).statusCode()).isEqualTo(403);
    }

    @Test
    void ofItsOwnPagesAreLetInAndLinksFromElsewhere() throws Exception {
      assertThat(
              get(
                      "/",
                      "Cookie",
                      cookie,
                      "Origin",
                      "https://" + rig.host(),
                      "Sec-Fetch-Site",
                      "same-origin")
                  .statusCode())
          .isEqualTo(200);
      assertThat(
              get(
                      "/",
                      "Cookie",
                      cookie,
                      "Sec-Fetch-Site",
                      "cross-site",
                      "Sec-Fetch-Mode",
                      "navigate",
                      "Sec-Fetch-Dest",
                      "document")
                  .statusCode())
          .isEqualTo(200);
    }

    /** A neighbour sets cookies for the whole zone, under every name but those with a prefix. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "v6cert=VALUE",
          "__host-v6cert=VALUE",
          "__Host-v6cert =VALUE",
          "__Host-v6cert=\"VALUE\"",
          "__Host-v6cert=VALUEx",
          "__Host-v6cert=VALUE, a=b",
          "a=__Host-v6cert=VALUE",
          "=__Host-v6cert=VALUE",
          "%5f%5fHost-v6cert=VALUE",
          "__Secure-v6cert=VALUE",
          "__Host-v6cert=",
          "__Host-v6cert"
        })
    void noOtherCookieLetsIn(String template) throws Exception {
      String value = cookie.substring(cookie.indexOf('=') + 1);

      assertThat(get("/", "Cookie", template.replace("VALUE", value)).statusCode()).isEqualTo(403);
      assertThat(backend.heads()).isEmpty();
    }

    @Test
    void aCookieOfTheSameNameKeepsNobodyOutAndGoesNoFurtherEither() throws Exception {
      String tossed = "__Host-v6cert=tossed";

      assertThat(get("/", "Cookie", tossed + "; a=1; " + cookie).body()).isEqualTo("in: a=1");
      assertThat(get("/", "Cookie", cookie + "; " + tossed).body()).isEqualTo("in: ");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "GET /hmr HTTP/1.1~Connection: Upgrade~Upgrade: websocket",
          "GET /hmr HTTP/1.1~Connection: Upgrade, HTTP2-Settings~Upgrade: h2c~HTTP2-Settings: AA",
          "GET / HTTP/1.1~X-Forwarded-For: 127.0.0.1~X-Real-IP: 127.0.0.1~Forwarded: for=\"[::1]\"",
          "GET / HTTP/1.1~X-Original-URL: /~X-Rewrite-URL: /~X-HTTP-Method-Override: GET",
          "OPTIONS / HTTP/1.1~Origin: https://a.example~Access-Control-Request-Method: GET",
          "OPTIONS * HTTP/1.1",
          "TRACE / HTTP/1.1",
          "PURGE / HTTP/1.1",
          "POST /?TOKEN HTTP/1.1~Content-Length: 0",
          "GET /TOKEN HTTP/1.1",
          "GET /;TOKEN HTTP/1.1",
          "GET /%3fTOKEN HTTP/1.1",
          "GET /?a=1;TOKEN HTTP/1.1",
          "GET /?%76" + "6cert=x HTTP/1.1",
          "GET / HTTP/1.1~Referer: https://x/?TOKEN",
          "GET / HTTP/1.1~v6cert-replay: x:0"
        })
    void noWayLeadsByTheSide(String request) throws Exception {
      try (Rig.Wire wire = rig.wire()) {
        String head = request.replace("TOKEN", token).replace("~", "\r\n");
        String answer = wire.send(head + "\r\nHost: " + rig.host() + "\r\n\r\n").rest(500);
        assertThat(answer).startsWith("HTTP/1.1 4").doesNotContain("Set-Cookie");
      }
      assertThat(backend.heads()).isEmpty();
    }

    @Test
    void aWebSocketOfAnotherPageIsRefused() throws Exception {
      try (Rig.Wire wire = rig.wire()) {
        String answer =
            wire.send("GET /hmr HTTP/1.1\r\nHost: " + rig.host() + "\r\nCookie: " + cookie)
                .send("\r\nOrigin: https://evil.sslip.io\r\nConnection: Upgrade\r\n")
                .send("Upgrade: websocket\r\n\r\n")
                .rest(1000);
        assertThat(answer).startsWith("HTTP/1.1 403 ");
      }
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Nested
  class WithAPassword {

    private static String basic(String pair) {
      return "Basic "
          + Base64.getEncoder()
              .encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    @BeforeEach
    void make() throws Exception {
      rig = Rig.of(PasswordGate.of(List.of("# people", "ann:se:cret", "", "bob:grün")), backend);
    }

    @Test
    void whoKnowsOneIsLetIn() throws Exception {
      assertThat(get("/", "Authorization", basic("ann:se:cret")).statusCode()).isEqualTo(200);
      assertThat(get("/", "Authorization", basic("bob:grün")).statusCode()).isEqualTo(200);
      assertThat(backend.heads()).noneMatch(head -> head.contains("Authorization"));
    }

    @Test
    void everybodyElseIsAsked() throws Exception {
      for (String wrong : List.of("ann:se", "ann:", "ann:se:cret ", ":", "bob:se:cret")) {
        try (Rig.Wire wire = rig.wire()) {
          String answer =
              wire.send("GET / HTTP/1.1\r\nHost: " + rig.host() + "\r\nConnection: close\r\n")
                  .send("Authorization: " + basic(wrong) + "\r\n\r\n")
                  .rest(3000);
          assertThat(answer).startsWith("HTTP/1.1 401 ").contains("WWW-Authenticate: Basic realm=");
        }
      }
      assertThat(backend.heads()).isEmpty();
    }
  }

  @Test
  void aNetworkLetsInItsOwn() throws Exception {
    rig = Rig.of(new NetworkGate(List.of(AddressBlock.parse("2001:db8::/32"))), backend);

    assertThat(get("/").statusCode()).isEqualTo(200); // This machine is always let in.
    assertThat(get("/", "Origin", "https://evil.example").statusCode()).isEqualTo(403);
  }
}
