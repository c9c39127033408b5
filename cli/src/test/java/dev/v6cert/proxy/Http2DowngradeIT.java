package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.RawHttp2.Field;
import java.io.IOException;
import java.util.List;
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

  private static final String BODY = "abc" + HostileRequests.SMUGGLED;

  private final LibraryLog log = LibraryLog.open();
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
    log.close();
  }

  static List<List<Field>> hostile() {
    return HostileRequests.FIELDS;
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void isOneRequestOrNone(List<Field> fields) throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.request(fields, BODY);
      client.answer();
    }
    assertThat(log.said()).as("what a client can fill a log with").isEmpty();
    assertThat(backend.heads()).hasSizeLessThanOrEqualTo(1);
    assertThat(backend.heads())
        .allSatisfy(head -> {
          assertThat(head).startsWith("POST / HTTP/1.1\n");
          assertThat(head.lines()).noneMatch(it -> it.startsWith("GET ") || it.startsWith("get "));
          assertThat(head).doesNotContain("smuggled");
        });
  }

  @Test
  void isRefusedWithoutAWordInTheLogWhereItHasNoAuthority() throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.requestWithout(":authority", List.of(new Field("host", rig.host())), BODY);
      assertThat(client.answer()).isEqualTo(RawHttp2.RST_STREAM);
    }
    assertThat(backend.heads()).isEmpty();
    assertThat(log.said()).isEmpty();
  }

  @Test
  void endsNoOtherRequestOfItsConnectionWhereItsHostIsAnother() throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.request(List.of(new Field("host", "evil.example")), BODY);
      client.request(List.of(), BODY);
      assertThat(client.isOk()).isFalse();
      assertThat(client.isOk()).isTrue();
    }
    assertThat(backend.heads()).hasSize(1);
  }

  @Test
  void isPassedOnWhereItsHostIsItsAuthority() throws Exception {
    try (RawHttp2 client = new RawHttp2(rig)) {
      client.request(List.of(new Field("host", rig.host())), BODY);
      assertThat(client.isOk()).isTrue();
    }
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
