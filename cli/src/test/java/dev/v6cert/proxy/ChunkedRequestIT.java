package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.v6cert.proxy.gate.TokenGate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/1.1 whose bodies come in chunks, as they may (RFC 9112 section 7.1). */
class ChunkedRequestIT {

  /** More than what the systems of both sides have room for: 64 MB. */
  private static final int MANY_CHUNKS = 4096;

  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private Backend backend;
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    backend =
        Backend.start(it -> {
          bodies.add(new String(it.body(), StandardCharsets.ISO_8859_1));
          it.ok("ok");
        });
    rig = Rig.of(backend);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    backend.close();
  }

  private String request(String path, String body) {
    return HostileRequests.octets(
        "POST /" + path + " HTTP/1.1~HOST~Transfer-Encoding: chunked", body, rig.host());
  }

  static List<String> lawful() {
    return HostileRequests.LAWFUL_CHUNKS;
  }

  @ParameterizedTest
  @MethodSource("lawful")
  void areReadOctetByOctetToo(String chunks) throws Exception {
    String request = request("slow", chunks + "0\r\nX-Trailer: 1\r\n\r\n");
    try (Rig.Wire wire = rig.wire()) {
      for (int i = 0; i < request.length(); i++) {
        wire.send(request.substring(i, i + 1));
      }
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(bodies).hasSize(1);
    assertThat(chunks).contains(bodies.getFirst());
  }

  @Test
  void areFollowedByOthersOnTheSameConnection() throws Exception {
    try (Rig.Wire wire = rig.wire()) {
      wire.send(
          request("1", "3\r\none\r\n0\r\n\r\n")
              + request("2", "3\r\ntwo\r\n0\r\nX: y\r\n\r\n")
              + request("3", "0\r\n\r\n")
              + HostileRequests.octets(
                  "POST /4 HTTP/1.1~HOST~Content-Length: 4~Connection: close", "four", rig.host()));

      assertThat(wire.rest(5_000).split("HTTP/1.1 200 OK", -1)).hasSize(5);
    }
    assertThat(bodies).containsExactly("one", "two", "", "four");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void areWholeWhateverTheirSizesAndPieces(long seed) throws Exception {
    Random random = new Random(seed);
    StringBuilder content = new StringBuilder();
    StringBuilder chunks = new StringBuilder();
    while (content.length() < 200_000) {
      String one = text(random, 1 + random.nextInt(random.nextBoolean() ? 20 : 40_000));
      content.append(one);
      chunks.append("%x%s\r\n%s\r\n".formatted(one.length(), extension(random), one));
    }
    String request =
        request("whole", chunks + "0\r\n\r\n")
            + HostileRequests.octets("GET /next HTTP/1.1~HOST~Connection: close", "", rig.host());
    try (Rig.Wire wire = rig.wire()) {
      for (int i = 0; i < request.length(); ) {
        int end = Math.min(request.length(), i + 1 + random.nextInt(30_000));
        wire.send(request.substring(i, end));
        i = end;
      }
      assertThat(wire.rest(5_000).split("HTTP/1.1 200 OK", -1)).hasSize(3);
    }
    assertThat(bodies).as("seed %d", seed).containsExactly(content.toString(), "");
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("0123456789abcdef\r\n".charAt(random.nextInt(18)));
    }
    return text.toString();
  }

  private static String extension(Random random) {
    return random.nextInt(4) == 0 ? ";name=\"value\"" : "";
  }

  @Test
  void areTheLastOfTheirConnectionWhereTheGateRefusesThem() throws Exception {
    try (Rig closed = Rig.of(TokenGate.create(), backend);
        Rig.Wire wire = closed.wire()) {
      String head = "POST /1 HTTP/1.1~HOST~Transfer-Encoding: chunked";
      wire.send(
          HostileRequests.octets(head, "3\r\none\r\n0\r\n\r\n", closed.host())
              + HostileRequests.octets(
                  "GET /2 HTTP/1.1~HOST~Connection: close", "", closed.host()));

      assertThat(wire.rest(5_000).split("HTTP/1.1 403", -1)).hasSize(2);
    }
    assertThat(bodies).isEmpty();
  }

  @Test
  void areNotReadForeverWhereTheGateRefusesThem() throws Exception {
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    try (Rig closed = Rig.of(TokenGate.create(), backend);
        Rig.Wire wire = closed.wire()) {
      String head = "POST /1 HTTP/1.1~HOST~Transfer-Encoding: chunked";
      wire.send(HostileRequests.octets(head, chunk, closed.host()));
      assertThat(wire.head()).startsWith("HTTP/1.1 403 ");

      assertThatIOException()
          .isThrownBy(() -> {
            for (int i = 0; i < MANY_CHUNKS; i++) {
              wire.send(chunk);
            }
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void belongToRequestsThatSeldomHaveAny(String method) throws Exception {
    String head = method + " /1 HTTP/1.1~HOST~Transfer-Encoding: chunked";
    try (Rig.Wire wire = rig.wire()) {
      wire.send(
          HostileRequests.octets(head, "3\r\none\r\n0\r\n\r\n", rig.host())
              + HostileRequests.octets("GET /2 HTTP/1.1~HOST~Connection: close", "", rig.host()));

      assertThat(wire.rest(5_000).split("HTTP/1.1 200 OK", -1)).hasSize(3);
    }
    assertThat(bodies).containsExactly("one", "");
  }

  @Test
  void areAskedForWhereTheClientWaits() throws Exception {
    try (Rig.Wire wire = rig.wire()) {
      String head = "POST /1 HTTP/1.1~HOST~Transfer-Encoding: chunked~Expect: 100-continue";
      wire.send(HostileRequests.octets(head, "", rig.host()));
      assertThat(wire.head()).startsWith("HTTP/1.1 100 ");
      wire.send("3\r\none\r\n0\r\n\r\n");
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
    }
    assertThat(bodies).containsExactly("one");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0\r\n\r\n", "0\r\nX: y\r\n\r\n", "3\r\nend\r\n0\r\n\r\n"})
  void areSkippedToTheirEndWhereTheAnswerCameBefore(String end) throws Exception {
    try (Backend early =
            Backend.start(it -> {
              it.ok("early");
              byte[] _ = it.body(); // The front ends it.
            });
        Rig front = Rig.of(early);
        Rig.Wire wire = front.wire()) {
      String head = "POST /1 HTTP/1.1~HOST~Transfer-Encoding: chunked";
      wire.send(HostileRequests.octets(head, "3\r\none\r\n", front.host()));
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
      assertThat(wire.in().readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("early");
      wire.send(
          end + HostileRequests.octets("GET /2 HTTP/1.1~HOST~Connection: close", "", front.host()));

      assertThat(wire.rest(5_000)).startsWith("HTTP/1.1 200 ").endsWith("early");
      assertThat(early.heads()).hasSize(2);
    }
  }
}
