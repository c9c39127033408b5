package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.gate.OpenGate;
import dev.v6cert.proxy.upstream.Upstream;
import dev.v6cert.testing.FreePorts;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers behind the proxy: where they listen, and how they fail. */
class UpstreamIT {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void onOneLoopbackAddressIsFound(String address) throws Exception {
    try (Backend backend = Backend.start(address, it -> it.ok("ok"));
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(Version.HTTP_2)) {
      assertThat(client.send(rig.request("/").build(), BodyHandlers.ofString()).body())
          .isEqualTo("ok");
    }
  }

  @Test
  void thatIsDownIsAPageThatReloadsAndUsedAtOnceWhenItIsUp() throws Exception {
    int port = FreePorts.next();
    try (Rig rig =
            Rig.of(new OpenGate(), new Route("/", new Route.Target.Server(Upstream.local(port))));
        HttpClient client = Rig.client(Version.HTTP_2)) {
      HttpResponse<String> page =
          client.send(
              rig.request("/").header("Accept", "text/html").build(), BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(502);
      assertThat(page.body()).contains("http-equiv=\"refresh\"").contains("localhost:" + port);
      HttpResponse<String> text = client.send(rig.request("/").build(), BodyHandlers.ofString());
      assertThat(text.body()).startsWith("Nothing answers on http://localhost:" + port + "\n");
      try (Backend _ = Backend.start(port, it -> it.ok("up"))) {
        assertThat(client.send(rig.request("/").build(), BodyHandlers.ofString()).body())
            .isEqualTo("up");
      }
    }
  }

  @Test
  void onThisMachineMaySpeakHttpsWithACertificateOfItsOwn() throws Exception {
    try (Backend backend = Backend.startHttps(it -> it.ok(it.header("Origin")));
        Rig rig =
            Rig.of(
                new OpenGate(),
                new Route(
                    "/",
                    new Route.Target.Server(
                        new Upstream(true, "localhost", backend.port(), false))));
        HttpClient client = Rig.client(Version.HTTP_2)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(
                rig.request("/").header("Origin", "https://" + rig.host()).build(),
                BodyHandlers.ofString());
        assertThat(response.body()).isEqualTo("https://localhost:" + backend.port());
      }
      assertThat(backend.heads().getFirst()).contains("Host: localhost:" + backend.port() + "\n");
      assertThat(backend.connections()).isEqualTo(1);
    }
  }

  @Test
  void thatClosedAnIdleConnectionGetsAReadAgain() throws Exception {
    AtomicInteger count = new AtomicInteger();
    try (Backend backend =
            Backend.start(it -> {
              if (count.incrementAndGet() == 2) {
                it.out().close(); // As if it had been closed just before.
                return;
              }
              it.ok("ok");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(Version.HTTP_2)) {
      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(rig.request("/").build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
      }
    }
  }

  @Test
  void getsNoWriteTwice() throws Exception {
    AtomicInteger posts = new AtomicInteger();
    try (Backend backend =
            Backend.start(it -> {
              it.body();
              if (it.head().startsWith("POST")) {
                posts.incrementAndGet();
                it.out().close();
                return;
              }
              it.ok("ok");
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(Version.HTTP_2)) {
      client.send(rig.request("/").build(), BodyHandlers.ofString());
      HttpResponse<String> response =
          client.send(
              rig.request("/").POST(BodyPublishers.ofString("x")).build(), BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(502);
      assertThat(posts).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SSH-2.0-OpenSSH\r\n\r\n",
        "HTTP/1.1 abc\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n"
      })
  void thatMakesNoSenseIsABadGateway(String answer) throws Exception {
    try (Backend backend = Backend.start(it -> it.send(answer));
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(Version.HTTP_2)) {
      HttpResponse<String> response =
          client.send(rig.request("/").build(), BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(502);
    }
  }

  @Test
  void thatSendsRequestsBackIsALoop() throws Exception {
    Rig[] rig = new Rig[1];
    try (HttpClient back = Rig.client(Version.HTTP_1_1);
        Backend backend =
            Backend.start(it -> {
              HttpResponse<String> answer =
                  back.send(
                      rig[0].request("/").header("V6cert-Via", it.header("V6cert-Via")).build(),
                      BodyHandlers.ofString());
              it.ok(answer.statusCode() + "");
            });
        HttpClient client = Rig.client(Version.HTTP_2)) {
      rig[0] = Rig.of(backend);
      assertThat(client.send(rig[0].request("/").build(), BodyHandlers.ofString()).body())
          .isEqualTo("508");
      rig[0].close();
    }
  }

  @Test
  void ofSeveralRoutesGetTheirs() throws Exception {
    try (Backend app = Backend.start(it -> it.ok("app"));
        Backend api = Backend.start(it -> it.ok("api " + it.head().split(" ", 3)[1]));
        Rig rig =
            Rig.of(
                new OpenGate(),
                new Route("/", new Route.Target.Server(Upstream.local(app.port()))),
                new Route("/api", new Route.Target.Server(Upstream.local(api.port()))));
        HttpClient client = Rig.client(Version.HTTP_2)) {
      for (String[] pair :
          List.of(
              new String[] {"/", "app"},
              new String[] {"/apian", "app"},
              new String[] {"/api", "api /api"},
              new String[] {"/api?a", "api /api?a"},
              new String[] {"/api/x", "api /api/x"})) {
        assertThat(client.send(rig.request(pair[0]).build(), BodyHandlers.ofString()).body())
            .as(pair[0])
            .isEqualTo(pair[1]);
      }
    }
  }

  @Nested
  class ThatSpeaksWebSocket {

    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /** Sends each short text frame back, unmasked. */
    private static void echo(Backend.Exchange it) throws Exception {
      byte[] digest =
          MessageDigest.getInstance("SHA-1")
              .digest((it.header("Sec-WebSocket-Key") + GUID).getBytes(StandardCharsets.US_ASCII));
      it.send(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              + "Sec-WebSocket-Accept: "
              + Base64.getEncoder().encodeToString(digest)
              + "\r\n\r\n\u0081\u0005hello");
      while (true) {
        int first = it.in().read();
        if (first < 0) {
          it.awaitEnd();
          return;
        }
        int length = it.in().read() & 0x7f;
        byte[] mask = it.in().readNBytes(4);
        byte[] text = it.in().readNBytes(length);
        for (int i = 0; i < length; i++) {
          text[i] ^= mask[i % 4];
        }
        it.out().write(new byte[] {(byte) first, (byte) length});
        it.out().write(text);
        it.out().flush();
      }
    }

    private static final class Listener implements WebSocket.Listener {
      final BlockingQueue<String> texts = new LinkedBlockingQueue<>();

      @Override
      public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
        texts.add(data.toString());
        socket.request(1);
        return CompletableFuture.completedFuture(data);
      }
    }

    @Test
    void isSpokenToWithoutDelayAndLearnsOfTheEnd() throws Exception {
      try (Backend backend = Backend.start(ThatSpeaksWebSocket::echo);
          Rig rig = Rig.of(backend);
          HttpClient client = Rig.client(Version.HTTP_2)) {
        List<WebSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
          Listener listener = new Listener();
          WebSocket socket =
              client
                  .newWebSocketBuilder()
                  .header("Origin", "https://" + rig.host())
                  .buildAsync(java.net.URI.create("wss://" + rig.host() + "/hmr"), listener)
                  .get(10, TimeUnit.SECONDS);
          sockets.add(socket);
          assertThat(listener.texts.poll(5, TimeUnit.SECONDS)).isEqualTo("hello");
          socket.sendText("ping " + i, true).get(5, TimeUnit.SECONDS);
          assertThat(listener.texts.poll(5, TimeUnit.SECONDS)).isEqualTo("ping " + i);
        }
        assertThat(backend.heads().getFirst())
            .contains("Origin: http://localhost:" + backend.port() + "\n")
            .contains("Connection: Upgrade\n")
            .contains("Upgrade: websocket\n");
        sockets.forEach(WebSocket::abort);
        assertThat(backend.sawEnd(3000)).isTrue();
      }
    }

    @Test
    void mayEndTheConnectionToo() throws Exception {
      try (Backend backend =
              Backend.start(it -> {
                it.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n");
                it.send("Connection: Upgrade\r\n\r\nlast words");
                it.out().close();
              });
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        String answer =
            wire.send("GET / HTTP/1.1\r\nHost: " + rig.host() + "\r\nConnection: Upgrade\r\n")
                .send("Upgrade: websocket\r\n\r\n")
                .rest(5_000);

        assertThat(answer).startsWith("HTTP/1.1 101 ").endsWith("\r\n\r\nlast words");
      }
    }

    @Test
    void mayRefuse() throws Exception {
      try (Backend backend =
              Backend.start(
                  it -> it.send("HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\nno"));
          Rig rig = Rig.of(backend);
          Rig.Wire wire = rig.wire()) {
        String answer =
            wire.send("GET / HTTP/1.1\r\nHost: " + rig.host() + "\r\nConnection: Upgrade\r\n")
                .send("Upgrade: websocket\r\n\r\n")
                .rest(1500);

        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("\r\n\r\nno");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Version.class)
  void thatAnswersBeforeTheBodyHasComeIsHeard(Version version) throws Exception {
    try (Backend backend =
            Backend.start(it -> {
              it.send(
                  "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
              Thread.sleep(200);
              it.out().close();
            });
        Rig rig = Rig.of(backend);
        HttpClient client = Rig.client(version)) {
      HttpResponse<String> response =
          client.send(
              rig.request("/").POST(BodyPublishers.ofByteArray(new byte[300_000])).build(),
              BodyHandlers.ofString());

      assertThat(response.statusCode()).isEqualTo(413);
    }
  }
}
