package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.testing.ChildJvm;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Defaults of Undertow that do not do here, and are visible in no other test. */
class UndertowTrapsIT {

  /** RFC 9113 section 6.5.2. */
  private static final int INITIAL_WINDOW_SIZE = 4;

  private static final int UPLOAD = 64 * 1024 * 1024;

  @Test
  void theWindowOfHttp2IsNotRaisedSinceUploadsWouldStall() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.in().skipNBytes(UPLOAD);
              it.ok("all of it");
            });
        Rig rig = Rig.of(backend)) {
      try (RawHttp2 connection = new RawHttp2(rig)) {
        RawHttp2.Frame first = connection.next();
        assertThat(first.type()).isEqualTo(RawHttp2.SETTINGS);
        assertThat(first.setting(INITIAL_WINDOW_SIZE).orElse(65_535)).isEqualTo(65_535);
      }
      try (HttpClient client = Rig.client(Version.HTTP_2)) {
        HttpResponse<String> response =
            client.send(
                rig.request("/").POST(BodyPublishers.ofByteArray(new byte[UPLOAD])).build(),
                BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("all of it");
      }
    }
  }

  @Test
  void buffersAreLargeAndDirectWhereTheHeapIsSmall() throws Exception {
    Process probe =
        new ProcessBuilder(ChildJvm.command(List.of("-Xmx48m"), BufferProbe.class))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String said = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(said).isEqualTo("16364 true\n");
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void aStopLetsRunningResponsesEndAndNobodyElseIn(Version version) throws Exception {
    CountDownLatch stopping = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              it.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
              stopping.await();
              Thread.sleep(300);
              it.send(" last");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      int port = rig.port();
      HttpResponse<InputStream> response =
          client.send(rig.request("/").build(), BodyHandlers.ofInputStream());
      assertThat(response.body().readNBytes(5)).isEqualTo("first".getBytes(StandardCharsets.UTF_8));
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(rig.front::close);
      Thread.sleep(100);
      assertThatThrownBy(() -> new Socket(InetAddress.ofLiteral("127.0.0.1"), port).close())
          .isInstanceOf(ConnectException.class);
      stopping.countDown();

      assertThat(response.body().readAllBytes())
          .isEqualTo(" last".getBytes(StandardCharsets.UTF_8));
      stopped.get(2, TimeUnit.SECONDS);
    }
  }

  @Test
  void aStopTellsClientsOfHttp2WhichRequestsWereServed() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.body();
              it.ok("ok");
            });
        Rig rig = Rig.of(backend);
        RawHttp2 connection = new RawHttp2(rig)) {
      connection.request(List.of(), "abc");
      assertThat(connection.isOk()).isTrue();

      rig.front.close();

      RawHttp2.Frame last = connection.next();
      while (last.type() != RawHttp2.GOAWAY) {
        last = connection.next();
      }
      assertThat(last.content().getInt()).as("the last stream").isEqualTo(1);
      assertThat(last.content().getInt()).as("NO_ERROR").isZero();
    }
  }

  @Test
  void theDateGoesOnWhereAFrontEndsWithinTheSecond() throws Exception {
    try (Backend backend = Backend.start(UndertowTrapsIT::answer);
        Rig lasting = Rig.of(backend)) {
      Thread.sleep(1000 - System.currentTimeMillis() % 1000);
      try (Rig ending = Rig.of(backend)) {
        date(ending, "/");
      }
      Thread.sleep(3000);
      for (String path : List.of("/", "/own")) {
        assertThat(Duration.between(date(lasting, path), Instant.now()))
            .isLessThan(Duration.ofSeconds(3));
      }
    }
  }

  /** Answers, or leaves the answer to the front. */
  private static void answer(Backend.Exchange exchange) throws IOException {
    if (exchange.head().startsWith("GET /own ")) {
      exchange.out().close();
    } else {
      exchange.ok("ok");
    }
  }

  private static Instant date(Rig rig, String path) throws Exception {
    try (Rig.Wire wire = rig.wire()) {
      String head =
          wire.send("GET " + path + " HTTP/1.1\r\nHost: " + rig.host() + "\r\n\r\n").head();
      List<String> dates = head.lines().filter(line -> line.startsWith("Date: ")).toList();
      assertThat(dates).as(head).hasSize(1);
      return DateTimeFormatter.RFC_1123_DATE_TIME.parse(
          dates.getFirst().substring("Date: ".length()), Instant::from);
    }
  }
}
