package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that goes away stops the work that is done for it. */
class CancellationIT {

  @ParameterizedTest
  @EnumSource(Version.class)
  void beforeTheResponseIsPassedOn(Version version) throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              it.body();
              asked.countDown();
              it.awaitEnd();
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      CompletableFuture<HttpResponse<String>> response =
          client.sendAsync(
              rig.request("/").POST(BodyPublishers.ofString("work")).build(),
              BodyHandlers.ofString());
      assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
      response.cancel(true);

      assertThat(backend.sawEnd(2000)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void withinASilentStreamIsPassedOn(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
              it.awaitEnd();
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<InputStream> response =
          client.send(rig.request("/").build(), BodyHandlers.ofInputStream());
      assertThat(response.body().read()).isEqualTo('a');
      response.body().close();

      assertThat(backend.sawEnd(2000)).isTrue();
    }
  }

  @Test
  void ofOneStreamLeavesTheOthers() throws Exception {
    CountDownLatch asked = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              asked.countDown();
              if (it.head().startsWith("GET /cancelled")) {
                it.awaitEnd();
              } else {
                go.await();
                it.ok("still there");
              }
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(Version.HTTP_2)) {
      var kept = client.sendAsync(rig.request("/kept").build(), BodyHandlers.ofString());
      var cancelled = client.sendAsync(rig.request("/cancelled").build(), BodyHandlers.ofString());
      assertThat(asked.await(5, TimeUnit.SECONDS)).isTrue();
      cancelled.cancel(true);
      assertThat(backend.sawEnd(2000)).isTrue();
      go.countDown();

      assertThat(kept.get(5, TimeUnit.SECONDS).body()).isEqualTo("still there");
    }
  }

  @Test
  void isNotSeenInTheNextRequestOfAPipeline() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              Thread.sleep(200);
              it.ok(it.head().lines().findFirst().orElse(""));
            });
        Rig rig = Rig.of(backend);
        Rig.Wire wire = rig.wire()) {
      wire.send("GET /1 HTTP/1.1\r\nHost: " + rig.host() + "\r\n\r\n");
      Thread.sleep(50);
      wire.send("GET /2 HTTP/1.1\r\nHost: " + rig.host() + "\r\nConnection: close\r\n\r\n");

      assertThat(wire.rest(5000)).contains("GET /1 HTTP/1.1").contains("GET /2 HTTP/1.1");
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void ofTheUpstreamBreaksTheResponse(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this");
              Thread.sleep(100);
              it.out().close();
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      var response = client.sendAsync(rig.request("/").build(), BodyHandlers.ofString());
      assertThat(response)
          .failsWithin(java.time.Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(java.io.IOException.class);
    }
  }
}
