package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.gate.OpenGate;
import dev.v6cert.proxy.upstream.Upstream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Header fields on their way through the proxy. */
class HeadersIT {

  private static final String REQUEST =
      """
      GET /path HTTP/1.1
      Host: %1$s
      Origin: https://%1$s
      Referer: https://%1$s/page?q=1
      Connection: close, X-Named
      X-Named: gone
      Keep-Alive: timeout=5
      TE: trailers, gzip
      Proxy-Authorization: Basic eA==
      Forwarded: for=6.6.6.6
      X-Real-IP: 6.6.6.6
      X-Forwarded-For: 6.6.6.6
      X-Forwarded-Host: evil.example
      X-Forwarded-Proto: http
      X-Forwarded-Prefix: /x
      X-Kept: kept

      """;

  private static String request(Rig rig) {
    return REQUEST.replace("\n", "\r\n").formatted(rig.host());
  }

  @Nested
  class OfARequest {

    @Test
    void areThoseThatABrowserOnThisMachineWouldSend() throws Exception {
      try (Backend backend = Backend.start(it -> it.ok("ok"));
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        wire.send(request(rig)).rest(5000);

        String local = "localhost:" + backend.port();
        assertThat(backend.heads().getFirst().lines().sorted())
            .filteredOn(line -> !line.startsWith("V6cert-Via: "))
            .containsExactly(
                "GET /path HTTP/1.1",
                "Host: " + local,
                "Origin: http://" + local,
                "Referer: http://" + local + "/page?q=1",
                "TE: trailers",
                "X-Forwarded-For: 127.0.0.1",
                "X-Kept: kept");
      }
    }

    @Test
    void areThePublicOnesWhereHostIsKept() throws Exception {
      try (Backend backend = Backend.start(it -> it.ok("ok"));
          Rig rig =
              Rig.of(
                  new OpenGate(),
                  new Route(
                      "/",
                      new Route.Target.Server(
                          new Upstream(false, "127.0.0.1", backend.port(), true))));
          Rig.Wire wire = rig.wire()) {
        wire.send(request(rig)).rest(5000);

        assertThat(backend.heads().getFirst().lines())
            .contains(
                "Host: " + rig.host(),
                "Origin: https://" + rig.host(),
                "X-Forwarded-For: 127.0.0.1",
                "X-Forwarded-Host: " + rig.host(),
                "X-Forwarded-Proto: https",
                "Forwarded: for=127.0.0.1;host=\"" + rig.host() + "\";proto=https");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://evil.example", "null", "https://localhost.evil.example"})
    void keepAForeignOrigin(String origin) throws Exception {
      try (Backend backend = Backend.start(it -> it.ok("ok"));
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        wire.send("GET / HTTP/1.1\r\nHost: " + rig.host() + "\r\nOrigin: " + origin)
            .send(
                "\r\nReferer: https://"
                    + rig.host()
                    + ".evil.example/\r\nConnection: close\r\n\r\n")
            .rest(5000);

        assertThat(backend.heads().getFirst())
            .contains("Origin: " + origin + "\n")
            .contains("Referer: https://" + rig.host() + ".evil.example/\n");
      }
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"/{a}|^`\"", "/a//b/../c", "/%2e%2e/%2F", "/[x]?a={b}|c", "/?" + "p=1&p=2"})
    void haveThePathAsItCame(String path) throws Exception {
      try (Backend backend = Backend.start(it -> it.ok("ok"));
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        String answer =
            wire.send("GET " + path + " HTTP/1.1\r\nHost: " + rig.host())
                .send("\r\nConnection: close\r\n\r\n")
                .rest(5000);

        assertThat(answer).startsWith("HTTP/1.1 200 ");
        assertThat(backend.heads().getFirst()).startsWith("GET " + path + " HTTP/1.1\n");
      }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void mayBeLong(Version version) throws Exception {
      String cookie = "a=" + "x".repeat(40_000);
      try (Backend backend = Backend.start(it -> it.ok(it.header("Cookie").length() + ""));
          Rig rig = Rig.of(backend);
          HttpClient client = Rig.client(version)) {
        HttpResponse<String> response =
            client.send(rig.request("/").header("Cookie", cookie).build(), BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo(cookie.length() + "");
      }
    }

    @Test
    void ofManyCookiesAreOne() throws Exception {
      try (Backend backend = Backend.start(it -> it.ok(it.header("Cookie")));
          Rig rig = Rig.of(backend);
          HttpClient client = Rig.client(Version.HTTP_2)) {
        HttpResponse<String> response =
            client.send(
                rig.request("/").header("Cookie", "a=1").header("Cookie", "b=2").build(),
                BodyHandlers.ofString());

        assertThat(response.body()).isEqualTo("a=1; b=2");
      }
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1", "localhost.evil.example", "[::1]"})
    void forAnotherHostAreMisdirected(String host) throws Exception {
      try (Backend backend = Backend.start(it -> it.ok("ok"));
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        String answer =
            wire.send("GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                .rest(5000);

        assertThat(answer).startsWith("HTTP/1.1 421 ");
        assertThat(backend.heads()).isEmpty();
      }
    }
  }

  @Nested
  class OfAResponse {

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "Location|http://localhost:PORT/a?b|https://HOST/a?b",
          "Location|http://127.0.0.1:PORT/a|https://HOST/a",
          "Location|http://[::1]:PORT|https://HOST",
          "Location|//localhost:PORT/a|https://HOST/a",
          "Location|http://localhost:PORT0/a|http://localhost:PORT0/a",
          "Location|https://elsewhere.example/|https://elsewhere.example/",
          "Location|/relative|/relative",
          "Content-Location|http://localhost:PORT/a|https://HOST/a",
          "Refresh|5; url=http://localhost:PORT/a|5; url=https://HOST/a",
          "Set-Cookie|a=b; Domain=localhost; Path=/|a=b; Path=/",
          "Set-Cookie|a=b; domain=.LOCALHOST|a=b",
          "Set-Cookie|a=domain; Domain=example.org|a=domain; Domain=example.org",
          "Access-Control-Allow-Origin|http://localhost:PORT|https://HOST",
          "Access-Control-Allow-Origin|*|*",
          "Strict-Transport-Security|max-age=9; includeSubDomains; preload|max-age=9",
        })
    void namesTheOriginThatTheClientKnows(String name, String sent, String got) throws Exception {
      try (Backend backend =
              Backend.start(it ->
                  it.send(
                      "HTTP/1.1 200 OK\r\n"
                          + name
                          + ": "
                          + sent.replace("PORT", it.backend().port() + "")
                          + "\r\nContent-Length: 0\r\n\r\n"));
          Rig rig = Rig.of(backend);
          HttpClient client = Rig.client(Version.HTTP_2)) {
        HttpResponse<String> response =
            client.send(rig.request("/").build(), BodyHandlers.ofString());

        assertThat(response.headers().firstValue(name))
            .hasValue(got.replace("PORT", backend.port() + "").replace("HOST", rig.host()));
      }
    }

    @ParameterizedTest
    @EnumSource(Version.class)
    void hasNoneThatIsForOneConnection(Version version) throws Exception {
      try (Backend backend =
              Backend.start(it ->
                  it.send(
                      String.join(
                          "\r\n",
                          "HTTP/1.1 200 OK",
                          "Connection: X-Named",
                          "X-Named: gone",
                          "Keep-Alive: a",
                          "Proxy-Authenticate: Basic",
                          "Upgrade: h2c",
                          "Alt-Svc: h3=\":1\"",
                          "Set-Cookie: a=1",
                          "Set-Cookie: b=2",
                          "Content-Length: 2",
                          "",
                          "ok")));
          Rig rig = Rig.of(backend);
          HttpClient client = Rig.client(version)) {
        HttpResponse<String> response =
            client.send(rig.request("/").build(), BodyHandlers.ofString());

        assertThat(response.headers().map())
            .doesNotContainKeys(
                "x-named", "keep-alive", "proxy-authenticate", "upgrade", "alt-svc");
        assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(response.body()).isEqualTo("ok");
      }
    }
  }
}
