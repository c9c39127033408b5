package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests whose end two parsers may see in two places: none reaches the server behind otherwise
 * than as the one request that the front has read.
 */
class SmugglingIT {

  static Backend backend;
  static Rig rig;

  @BeforeAll
  static void start() throws IOException {
    backend =
        Backend.start(it -> {
          it.body();
          it.ok("ok");
        });
    rig = Rig.of(backend);
  }

  @AfterAll
  static void stop() throws IOException {
    rig.close();
    backend.close();
  }

  private static String answer(String head, String body) throws IOException {
    try (Rig.Wire wire = rig.wire()) {
      return wire.send(
              head.replace("HOST", "Host: " + rig.host()).replace("~", "\r\n") + "\r\n\r\n" + body)
          .rest(4000);
    }
  }

  private static List<String> smuggled() {
    return backend.heads().stream()
        .filter(head -> head.lines().anyMatch(it -> it.startsWith("GET /smuggled")))
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1~HOST~Content-Length: 4~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Content-Length: 4~Content-Length: 40",
        "POST / HTTP/1.1~HOST~Content-Length: 4~Content-Length: 4",
        "POST / HTTP/1.1~HOST~Content-Length: +4",
        "POST / HTTP/1.1~HOST~Content-Length: 4, 4",
        "POST / HTTP/1.1~HOST~Content-Length: -1",
        "POST / HTTP/1.1~HOST~Content-Length : 4",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: xchunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: gzip, chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked, identity",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: identity",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding : chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding:\u000bchunked",
        "GET / HTTP/1.1~HOST~HOST",
        "GET / HTTP/1.1~X: y",
        "GET / HTTP/1.1~Host: a@b",
        "GET / HTTP/1.1~HOST~X: a\u0000b",
        "GET http://evil.example/ HTTP/1.1~HOST",
        "CONNECT localhost:1 HTTP/1.1~HOST",
        "GET /%zz HTTP/1.1~HOST",
      })
  void areRefused(String head) throws Exception {
    String answer = answer(head, "0\r\n\r\nGET /smuggled HTTP/1.1\r\nX: y\r\n\r\n");

    assertThat(answer)
        .matches(it -> it.startsWith("HTTP/1.1 4") || it.isEmpty() || it.equals("<reset>"));
    assertThat(smuggled()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"zz\r\n", "0x5\r\nabcde\r\n", "-5\r\n", "2;\n", "fffffffffffffffff\r\n"})
  void withBadChunksReachNobodyWhole(String chunk) throws Exception {
    String answer =
        answer(
            "POST /bad HTTP/1.1~HOST~Transfer-Encoding: chunked",
            chunk + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

    assertThat(answer).doesNotStartWith("HTTP/1.1 200 OK\r\nok");
    assertThat(smuggled()).isEmpty();
  }

  @Test
  void haveFoldedFieldsInOneLine() throws Exception {
    String answer =
        answer("GET /folded HTTP/1.1~HOST~X: a~ GET /smuggled HTTP/1.1~Connection: close", "");

    assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 ")).isTrue();
    assertThat(backend.heads())
        .noneMatch(head -> head.lines().anyMatch(it -> it.startsWith("GET /smuggled")));
  }

  @Test
  void ofAnUnansweredHeadEndInTenSeconds() throws Exception {
    try (Rig.Wire wire = rig.wire()) {
      long start = System.nanoTime();
      wire.send("GET / HTTP/1.1\r\nHost:").rest(14_000);

      assertThat(System.nanoTime() - start).isLessThan(13_000_000_000L);
    }
  }
}
