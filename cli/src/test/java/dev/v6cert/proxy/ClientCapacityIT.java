package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.challenge.ListeningSockets;
import dev.v6cert.proxy.limit.Capacity;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Connections of clients, of which there may be few, and what they leave behind. */
class ClientCapacityIT {

  private static final int CLIENTS = 8;

  /** Eight connections of clients, and eight to the servers behind. */
  private final Capacity small = Capacity.of(24, 1);

  private static String get(Rig rig, String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: " + rig.host() + "\r\n\r\n";
  }

  /** A client that would keep its connection, asks once, and reads the answer. */
  private static String ask(Rig rig) throws IOException {
    try (Rig.Wire wire = rig.wire()) {
      String head = wire.send(get(rig, "/")).head();
      assertThat(wire.in().readNBytes(2)).isEqualTo(new byte[] {'o', 'k'});
      wire.rest(12_000); // Until the front closes.
      return head;
    }
  }

  @Test
  void moreClientsThanConnectionsAreAllAnsweredInTurn() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              Thread.sleep(100);
              it.ok("ok");
            });
        Rig rig = Rig.of(small, Upstream.local(backend.port()));
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      List<Future<String>> answers = new ArrayList<>();
      for (int i = 0; i < 5 * CLIENTS; i++) {
        answers.add(threads.submit(() -> ask(rig)));
      }
      for (Future<String> answer : answers) {
        assertThat(answer.get(20, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
      }
      // One that kept its connection for the next request would keep others out for five seconds.
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(14));
    }
  }

  @Test
  void connectionsOfOneThreadKeepOthersOutOfNoOther() throws Exception {
    List<Rig.Wire> all = new ArrayList<>();
    try (Backend backend = Backend.start(it -> it.ok("ok"));
        Rig rig = Rig.of(small, Upstream.local(backend.port()))) {
      for (int i = 0; i < CLIENTS; i++) {
        all.add(rig.wire());
      }
      for (Rig.Wire one : List.copyOf(all)) {
        one.close(); // Whichever thread accepted it.
        try (Rig.Wire next = rig.wire()) {
          assertThat(next.send(get(rig, "/")).head()).startsWith("HTTP/1.1 200 ");
        }
        all.set(all.indexOf(one), rig.wire());
      }
    } finally {
      for (Rig.Wire one : all) {
        one.close();
      }
    }
  }

  @Test
  void fewerAreTakenOnceTheLimitIsLower() throws Exception {
    List<Rig.Wire> all = new ArrayList<>();
    try (Backend backend = Backend.start(it -> it.ok("ok"));
        Rig rig = Rig.of(small, Upstream.local(backend.port()))) {
      rig.front.limit(4);
      for (int i = 0; i < 4; i++) {
        all.add(rig.wire());
      }
      CompletableFuture<Rig.Wire> fifth = CompletableFuture.supplyAsync(() -> wire(rig));
      Thread.sleep(300);
      assertThat(fifth).isNotDone();
      all.removeFirst().close();
      all.add(fifth.get(5, TimeUnit.SECONDS));
      rig.front.limit(6);
      all.add(rig.wire());
      all.add(rig.wire());
      assertThat(awaitConnections(rig, 6)).isEqualTo(6);
    } finally {
      for (Rig.Wire one : all) {
        one.close();
      }
    }
  }

  private static Rig.Wire wire(Rig rig) {
    try {
      return rig.wire();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void thoseThatEndWithoutARequestAreForgotten() throws Exception {
    try (Backend backend = Backend.start(it -> it.ok("ok"));
        Rig rig = Rig.of(backend)) {
      for (int i = 0; i < 2_000; i++) {
        new Socket(InetAddress.ofLiteral("127.0.0.1"), rig.port()).close();
      }
      assertThat(awaitConnections(rig, 0)).isZero();
    }
  }

  /** One that ended without a request is counted for a second more. */
  private static int awaitConnections(Rig rig, int count) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (rig.front.connections() > count && System.nanoTime() < end) {
      Thread.sleep(20);
    }
    return rig.front.connections();
  }

  @Test
  void thoseThatSpeakAnotherProtocolAreCountedUntilTheyEnd() throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send(
                  "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n");
              it.awaitEnd();
            });
        Rig rig = Rig.of(backend)) {
      try (Rig.Wire wire = rig.wire()) {
        String upgrade = "Connection: Upgrade\r\nUpgrade: x\r\n\r\n";
        assertThat(wire.send(get(rig, "/").stripTrailing() + "\r\n" + upgrade).head())
            .startsWith("HTTP/1.1 101 ");
        assertThat(rig.front.connections()).isEqualTo(1);
      }
      assertThat(backend.sawEnd(3_000)).isTrue();
      assertThat(awaitConnections(rig, 0)).isZero();
    }
  }

  @Test
  void aFrontThatEndsGivesBackThePlacesOfItsRequests() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    try (Backend backend =
        Backend.start(it -> {
          it.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx");
          end.await();
        })) {
      for (int i = 0; i < 2; i++) {
        try (Rig rig = Rig.of(small, Upstream.local(backend.port()));
            HttpClient client = Rig.client(Version.HTTP_2)) {
          for (int j = 0; j < small.slots().most(); j++) {
            assertThat(
                    client
                        .send(rig.request("/").build(), BodyHandlers.ofInputStream())
                        .statusCode())
                .isEqualTo(200);
          }
          rig.front.close();
          client.shutdownNow();
        }
      }
      end.countDown();
    }
  }

  @Test
  void aFrontThatEndsLeavesNoPortOfItsUnixSocketsBehind() throws Exception {
    Set<Long> here = Set.of(ProcessHandle.current().pid());
    Set<Integer> before = ListeningSockets.ports(here);
    for (int i = 0; i < 3; i++) {
      try (Rig rig = Rig.of(small, Upstream.unix(Path.of("/nowhere/app.sock"), false));
          HttpClient client = Rig.client(Version.HTTP_2)) {
        assertThat(client.send(rig.request("/").build(), BodyHandlers.discarding()).statusCode())
            .isEqualTo(502);
      }
    }
    assertThat(ListeningSockets.ports(here)).isEqualTo(before);
  }
}
