package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.limit.Capacity;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More requests and connections than there is room for. */
class CapacityIT {

  /** Eight connections of clients, and eight to the servers behind. */
  private final Capacity small = Capacity.of(24, 1).withFirstRequestLimit(Duration.ofSeconds(8));

  private static final int PLACES = 8;

  @SuppressWarnings("NullAway.Init") // Each test makes its own.
  private HttpClient client;

  @AfterEach
  void stop() {
    client.shutdownNow(); // Closing it would wait for answers.
  }

  /** A client with one connection of HTTP/2, for all of its requests. */
  private void connect(Rig rig) throws Exception {
    client = Rig.client(Version.HTTP_2);
    client.send(rig.request("/none").build(), BodyHandlers.discarding());
  }

  private static boolean none(Backend.Exchange it) throws IOException {
    if (it.head().startsWith("GET /none ")) {
      it.ok("");
      return true;
    }
    return false;
  }

  private CompletableFuture<HttpResponse<String>> ask(Rig rig, String path) {
    return client.sendAsync(rig.request(path).build(), BodyHandlers.ofString());
  }

  @Test
  void moreRequestsThanPlacesAreAllAnsweredInTurn() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    try (Backend backend =
            Backend.start(it -> {
              if (none(it)) {
                return;
              }
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.sleep(20);
              now.decrementAndGet();
              it.ok("ok");
            });
        Rig rig = Rig.of(small, Upstream.local(backend.port()))) {
      connect(rig);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        answers.add(ask(rig, "/"));
      }
      for (var answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("ok");
      }
    }
    assertThat(small.slots().most()).isEqualTo(PLACES);
    assertThat(most).hasValueBetween(2, PLACES);
  }

  @Test
  void idleConnectionsToOneServerMakeRoomForAnother() throws Exception {
    CountDownLatch together = new CountDownLatch(PLACES);
    try (Backend one =
            Backend.start(it -> {
              if (none(it)) {
                return;
              }
              together.countDown();
              together.await(5, TimeUnit.SECONDS);
              it.ok("one");
            });
        Backend other = Backend.start(it -> it.ok("other"));
        Rig rig = Rig.of(small, Upstream.local(one.port()), Upstream.local(other.port()))) {
      connect(rig);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i < PLACES; i++) {
        answers.add(ask(rig, "/"));
      }
      for (var answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS).body()).isEqualTo("one");
      }
      assertThat(one.connections()).isEqualTo(PLACES);

      assertThat(client.send(rig.request("/1").build(), BodyHandlers.ofString()).body())
          .isEqualTo("other");
    }
  }

  @Test
  void whoFindsNoPlaceForTenSecondsIsToldWhenToComeBack() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Backend backend =
            Backend.start(it -> {
              if (none(it)) {
                return;
              }
              it.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nwa");
              end.await();
              it.send("it");
            });
        Rig rig = Rig.of(small, Upstream.local(backend.port()))) {
      connect(rig);
      List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
      for (int i = 0; i <= PLACES; i++) {
        answers.add(ask(rig, "/"));
      }
      Object first =
          CompletableFuture.anyOf(answers.toArray(CompletableFuture[]::new))
              .get(15, TimeUnit.SECONDS);
      HttpResponse<?> told = (HttpResponse<?>) first;
      assertThat(told.statusCode()).isEqualTo(503);
      assertThat(told.headers().firstValue("retry-after")).hasValue("5");
      assertThat(told.body().toString()).startsWith("Too many requests at once\n");
      end.countDown();
      int good = 0;
      for (var answer : answers) {
        good += answer.get(5, TimeUnit.SECONDS).statusCode() == 200 ? 1 : 0;
      }
      assertThat(good).isEqualTo(PLACES);
      assertThat(client.send(rig.request("/").build(), BodyHandlers.ofString()).body())
          .isEqualTo("wait");
    }
  }

  @Test
  void whoConnectsAndIsSilentMakesRoomForOthers() throws Exception {
    List<Socket> silent = new ArrayList<>();
    try (Backend backend = Backend.start(it -> it.ok("ok"));
        Rig rig = Rig.of(small, Upstream.local(backend.port()))) {
      client = Rig.client(Version.HTTP_1_1);
      for (int i = 0; i < 7; i++) {
        silent.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), rig.port()));
      }
      Rig.Wire handshaken = rig.wire();

      long start = System.nanoTime();
      assertThat(ask(rig, "/").get(40, TimeUnit.SECONDS).body()).isEqualTo("ok");
      assertThat(System.nanoTime() - start).isBetween(2_000_000_000L, 40_000_000_000L);
      assertThat(handshaken.rest(30_000)).isEmpty();
      for (Socket one : silent) {
        one.setSoTimeout(30_000);
        assertThat(one.getInputStream().read()).isEqualTo(-1);
      }
    } finally {
      for (Socket one : silent) {
        one.close();
      }
    }
  }

  /** The slots are those of all fronts of a run. */
  @Test
  void aFrontThatEndsAmidItsDialsLosesNoPlaces() throws Exception {
    List<Socket> full = new ArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        Backend other = Backend.start(it -> it.ok("ok"));
        Rig rig =
            Rig.of(small, Upstream.local(server.getLocalPort()), Upstream.local(other.port()))) {
      for (int i = 0; i < 2; i++) { // More are not answered any more.
        full.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()));
      }
      fill(rig);
    } finally {
      for (Socket one : full) {
        one.close();
      }
    }
    assertThat(free()).isEqualTo(PLACES);
  }

  /** Asks the first server until there is no place for one more; the other one answers. */
  private void fill(Rig rig) throws Exception {
    client = Rig.client(Version.HTTP_2);
    client.send(rig.request("/1").build(), BodyHandlers.discarding());
    for (int i = 0; i <= PLACES; i++) {
      var _ = ask(rig, "/");
    }
    while (!small.slots().isLacking()) {
      Thread.sleep(1);
    }
  }

  private int free() {
    int free = 0;
    while (small.slots().tryTake()) {
      free++;
    }
    return free;
  }

  @Test
  void aServerThatTakesNoConnectionIsWaitedForNoLongerThanTenSeconds() throws Exception {
    List<Socket> full = new ArrayList<>();
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
        Rig rig = Rig.of(small, Upstream.local(server.getLocalPort()))) {
      for (int i = 0; i < 2; i++) {
        full.add(new Socket(InetAddress.ofLiteral("127.0.0.1"), server.getLocalPort()));
      }
      client = Rig.client(Version.HTTP_2);

      HttpResponse<String> answer = ask(rig, "/").get(13, TimeUnit.SECONDS);

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).startsWith("No connection to http://localhost:");
    } finally {
      for (Socket one : full) {
        one.close();
      }
    }
  }

  @Test
  void aLostServerLosesNoPlaces() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              if (none(it)) {
                return;
              }
              it.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
              it.out().close();
            });
        Rig rig = Rig.of(small, Upstream.local(backend.port()), Upstream.local(1))) {
      connect(rig);
      for (int i = 0; i < 3 * PLACES; i++) {
        assertThat(ask(rig, "/"))
            .failsWithin(5, TimeUnit.SECONDS)
            .withThrowableThat()
            .withCauseInstanceOf(IOException.class);
        assertThat(client.send(rig.request("/1").build(), BodyHandlers.ofString()).statusCode())
            .isEqualTo(502);
      }
      assertThat(small.slots().isLacking()).isFalse();
    }
  }
}
