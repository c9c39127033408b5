package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Content on its way through the proxy: at once, in constant memory, as long as both sides want.
 */
class StreamingIT {

  private static final String EVENTS =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

  private static String chunk(String text) {
    return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void answersAndReusesItsConnection(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> it.ok("hello " + it.head().lines().findFirst().orElse("")));
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      for (int i = 0; i < 20; i++) {
        HttpResponse<String> response =
            client.send(rig.request("/a;b=1/c?d=%20e").build(), BodyHandlers.ofString());

        assertThat(response.version()).isEqualTo(version);
        assertThat(response.body()).isEqualTo("hello GET /a;b=1/c?d=%20e HTTP/1.1");
      }
      assertThat(backend.connections()).isLessThanOrEqualTo(2);
      assertThat(rig.traffic(20)).hasSize(20).first().extracting(Traffic::status).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void theHeaderAndEachEventComeAtOnce(Version version) throws Exception {
    CountDownLatch headSeen = new CountDownLatch(1);
    CountDownLatch eventSeen = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              it.send(EVENTS);
              assertThat(headSeen.await(5, TimeUnit.SECONDS)).isTrue();
              it.send(chunk("data: one\n\n"));
              assertThat(eventSeen.await(5, TimeUnit.SECONDS)).isTrue();
              it.send(chunk("data: two\n\n") + "0\r\n\r\n");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<InputStream> response =
          client.send(rig.request("/").build(), BodyHandlers.ofInputStream());
      headSeen.countDown();
      BufferedReader lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
      assertThat(lines.readLine()).isEqualTo("data: one");
      eventSeen.countDown();
      lines.readLine();
      assertThat(lines.readLine()).isEqualTo("data: two");
      lines.readLine();
      assertThat(lines.readLine()).isNull();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void interimResponsesAreNotTheAnswer(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
              it.send("HTTP/1.1 100 Continue\r\n\r\n");
              it.ok("the answer");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<String> response =
          client.send(rig.request("/").build(), BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.body()).isEqualTo("the answer");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void bodiesOfAnySizeGoUpAndDown(Version version) throws Exception {
    byte[] content = new byte[5 * 1024 * 1024];
    new java.util.Random(1).nextBytes(content);
    try (Backend backend =
            Backend.start(it -> {
              byte[] body = it.body();
              it.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
              for (int at = 0; at < body.length; at += 70_000) {
                int size = Math.min(70_000, body.length - at);
                it.send(Integer.toHexString(size) + "\r\n");
                it.out().write(body, at, size);
                it.send("\r\n");
              }
              it.send("0\r\n\r\n");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      for (var publisher :
          List.of(
              BodyPublishers.ofByteArray(content),
              BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(content)))) {
        HttpResponse<byte[]> response =
            client.send(rig.request("/").POST(publisher).build(), BodyHandlers.ofByteArray());

        assertThat(response.body()).isEqualTo(content);
      }
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void manyStreamsOfEventsLeaveRoomForMore(Version version) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              if (it.head().startsWith("GET /events")) {
                it.send(EVENTS + chunk("data: x\n\n"));
                end.await();
              } else {
                it.ok("ok");
              }
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      List<CompletableFuture<HttpResponse<InputStream>>> streams = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        streams.add(client.sendAsync(rig.request("/events").build(), BodyHandlers.ofInputStream()));
      }
      for (var stream : streams) {
        assertThat(stream.get(10, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
      }
      assertThat(client.send(rig.request("/").build(), BodyHandlers.ofString()).body())
          .isEqualTo("ok");
      end.countDown();
      client.shutdownNow();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aResponseWithoutABodyKeepsItsHeader(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              if (it.head().startsWith("HEAD")) {
                it.send("HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n");
              } else if (it.head().startsWith("GET /304")) {
                it.send("HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n");
              } else {
                it.send("HTTP/1.1 204 No Content\r\n\r\n");
              }
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<String> head =
          client.send(
              rig.request("/").method("HEAD", BodyPublishers.noBody()).build(),
              BodyHandlers.ofString());
      assertThat(head.headers().firstValue("content-length")).hasValue("12345");
      assertThat(client.send(rig.request("/304").build(), BodyHandlers.ofString()))
          .satisfies(it -> assertThat(it.statusCode()).isEqualTo(304))
          .satisfies(it -> assertThat(it.headers().firstValue("etag")).hasValue("\"a\""));
      assertThat(client.send(rig.request("/x").build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(204);
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aBodyThatEndsWithTheConnectionIsWhole(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.0 200 OK\r\n\r\nto the end");
              it.out().close();
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      assertThat(client.send(rig.request("/").build(), BodyHandlers.ofString()).body())
          .isEqualTo("to the end");
    }
  }

  @Test
  void expectingClientsAreToldToContinue() throws Exception {
    try (Backend backend =
            Backend.start(it -> it.ok(new String(it.body(), StandardCharsets.UTF_8)));
        Rig rig = Rig.of(backend);
        Rig.Wire wire = rig.wire()) {
      wire.send(
          "POST / HTTP/1.1\r\nHost: "
              + rig.host()
              + "\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
      assertThat(wire.head()).startsWith("HTTP/1.1 100 ");
      wire.send("abc");
      assertThat(wire.head()).startsWith("HTTP/1.1 200 ");
      assertThat(backend.heads().getFirst()).doesNotContain("Expect");
    }
  }

  @Test
  void trailersArePassedOn() throws Exception {
    try (Backend backend =
            Backend.start(it ->
                it.send(
                    String.join(
                        "\r\n",
                        "HTTP/1.1 200 OK",
                        "Transfer-Encoding: chunked",
                        "Trailer: X-Sum",
                        "",
                        "1",
                        "a",
                        "0",
                        "X-Sum: 42",
                        "",
                        "")));
        Rig rig = Rig.of(backend);
        Rig.Wire wire = rig.wire()) {
      wire.send("GET / HTTP/1.1\r\nHost: " + rig.host() + "\r\nConnection: close\r\n\r\n");
      assertThat(wire.rest(3000)).contains("X-Sum: 42");
    }
  }
}
