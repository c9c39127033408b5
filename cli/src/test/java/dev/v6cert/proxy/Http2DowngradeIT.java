package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.RawHttp2.Field;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of HTTP/2 that would be several, or others, were they written down as HTTP/1.1 as they
 * come (RFC 9113 sections 8.1.1 and 8.2).
 */
class Http2DowngradeIT {

  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String BODY = "abc" + SMUGGLED;

  private Backend backend;
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    backend =
        Backend.start(it -> {
          it.body();
          it.ok("ok");
        });
    rig = Rig.of(backend);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    backend.close();
  }

  static Stream<List<Field>> hostile() {
    String line = "a\r\n" + SMUGGLED;
    return Stream.of(
        List.of(new Field("x", line)),
        List.of(new Field("x", "a\nGET /smuggled HTTP/1.1")),
        List.of(new Field("x\r\nget /smuggled HTTP/1.1\r\ny", "a")),
        List.of(new Field("x: y", "a")),
        List.of(new Field("x", "a\u0000b")),
        List.of(new Field("cookie", line)),
        List.of(new Field("content-length", "3\r\nTransfer-Encoding: chunked")),
        List.of(new Field("content-length", "+3")),
        List.of(new Field("content-length", "3"), new Field("content-length", "36")),
        List.of(new Field("content-length", "3")),
        List.of(new Field("content-length", "0")),
        List.of(new Field("content-length", "100000")),
        List.of(new Field("transfer-encoding", "chunked")),
        List.of(new Field("transfer-encoding", "chunked"), new Field("content-length", "3")),
        List.of(new Field("connection", "content-length"), new Field("content-length", "36")),
        List.of(new Field("host", "x\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":path", "/smuggled")),
        List.of(new Field(":path", "/ HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":method", "POST / HTTP/1.1\r\nHost: x\r\n\r\nGET /smuggled")),
        List.of(new Field(":authority", "localhost\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":scheme", "https\r\n\r\n" + SMUGGLED)),
        List.of(new Field("upgrade", "websocket"), new Field("connection", "upgrade")));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void isOneRequestOrNone(List<Field> fields) throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.request(fields, BODY);
      client.answer();
    }
    assertThat(backend.heads()).hasSizeLessThanOrEqualTo(1);
    assertThat(backend.heads())
        .allSatisfy(head -> {
          assertThat(head).startsWith("POST / HTTP/1.1\n");
          assertThat(head.lines()).noneMatch(it -> it.startsWith("GET ") || it.startsWith("get "));
          assertThat(head).doesNotContain("smuggled");
        });
  }

  @Test
  void isPassedOnWhereItIsLawful() throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.request(List.of(new Field("content-length", "" + BODY.length())), BODY);
      assertThat(client.answer()).isEqualTo(RawHttp2.HEADERS);
    }
    assertThat(backend.heads()).hasSize(1);
    assertThat(backend.heads().getFirst()).startsWith("POST / HTTP/1.1\n").contains("Host: ");
  }
}
