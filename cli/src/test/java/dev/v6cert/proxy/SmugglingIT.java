package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests whose end two parsers may see in two places: none reaches the server behind otherwise
 * than as the one request that the front has read.
 */
class SmugglingIT {

  // Of each test its own: the server behind may hear of a request after its client was cut off.
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

  private String answer(String head, String body) throws IOException {
    try (Rig.Wire wire = rig.wire()) {
      return wire.send(HostileRequests.octets(head, body, rig.host())).rest(4000);
    }
  }

  private List<String> smuggled() {
    return backend.heads().stream().filter(HostileRequests::isSmuggled).toList();
  }

  static List<String> refused() {
    return HostileRequests.HEADS;
  }

  @ParameterizedTest
  @MethodSource("refused")
  void areRefused(String head) throws Exception {
    String answer = answer(head, "0\r\n\r\n" + HostileRequests.SMUGGLED);

    assertThat(answer)
        .matches(it -> it.matches("(?s)HTTP/1.[01] 4.*") || it.isEmpty() || it.equals("<reset>"));
    assertThat(smuggled()).isEmpty();
  }

  static List<String> chunks() {
    return HostileRequests.CHUNKS;
  }

  @ParameterizedTest
  @MethodSource("chunks")
  void withBadChunksReachNobodyWhole(String chunk) throws Exception {
    String answer =
        answer(
            "POST /bad HTTP/1.1~HOST~Transfer-Encoding: chunked", chunk + HostileRequests.SMUGGLED);

    assertThat(answer).doesNotStartWith("HTTP/1.1 200");
    assertThat(smuggled()).isEmpty();
  }

  static List<String> doubtfulChunks() {
    return HostileRequests.DOUBTFUL_CHUNKS;
  }

  @ParameterizedTest
  @MethodSource("doubtfulChunks")
  void withDoubtfulChunksAreOneRequestAtMost(String chunk) throws Exception {
    String head = "POST /doubt HTTP/1.1~HOST~Transfer-Encoding: chunked";

    assertThat(answer(head, chunk + HostileRequests.SMUGGLED)).doesNotContain("HTTP/1.1 5");

    assertThat(backend.heads()).hasSizeLessThanOrEqualTo(1);
    assertThat(smuggled()).isEmpty();
  }

  static List<String> doubtful() {
    return HostileRequests.DOUBTFUL_HEADS;
  }

  @ParameterizedTest
  @MethodSource("doubtful")
  void ofWhichOneMayThinkThisOrThatAreOneRequestAtMost(String head) throws Exception {
    String answer = answer(head + "~Connection: close", "");

    assertThat(answer.isEmpty() || answer.startsWith("HTTP/1.1 ")).as(answer).isTrue();
    assertThat(backend.heads()).hasSizeLessThanOrEqualTo(1);
    assertThat(smuggled()).isEmpty();
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
