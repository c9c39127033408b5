package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.gate.OpenGate;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server behind that listens on a Unix socket. */
class UnixSocketIT {

  private static final int PROXIED = 3;

  @TempDir Path home;
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final HttpClient client = Rig.client(HttpClient.Version.HTTP_2);
  private final List<SocketChannel> waiting = new ArrayList<>();
  private Path path;
  private ServerSocketChannel server;
  private Rig rig;

  @BeforeEach
  void start() throws IOException {
    path = home.resolve("app.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    Thread.startVirtualThread(this::accept);
    rig =
        Rig.of(new OpenGate(), new Route("/", new Route.Target.Server(Upstream.unix(path, false))));
  }

  @AfterEach
  void end() throws IOException {
    rig.close();
    server.close();
    for (SocketChannel one : waiting) {
      one.close();
    }
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel connection = server.accept();
        Thread.startVirtualThread(() -> serve(connection));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(SocketChannel connection) {
    try (connection) {
      InputStream in = new BufferedInputStream(Channels.newInputStream(connection));
      OutputStream out = Channels.newOutputStream(connection);
      String head = Backend.head(in);
      while (!head.isEmpty()) {
        heads.add(head);
        String length =
            head.lines()
                .filter(line -> line.startsWith("Content-Length: "))
                .map(line -> line.substring("Content-Length: ".length()))
                .findFirst()
                .orElse("0");
        byte[] body = in.readNBytes(Integer.parseInt(length));
        if (head.startsWith("GET /events")) {
          out.write("HTTP/1.1 200 OK\r\n\r\ndata: first\n\n".getBytes(StandardCharsets.US_ASCII));
          in.read();
          gone.countDown();
          return;
        }
        out.write(
            ("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        out.write(body);
        head = Backend.head(in);
      }
    } catch (IOException e) {
      gone.countDown();
    }
  }

  @Test
  void getsRequestsAsForLocalhostAndAnswersInFull() throws Exception {
    byte[] much = new byte[3_000_000];
    for (int i = 0; i < much.length; i++) {
      much[i] = (byte) (i * 31);
    }
    for (int i = 0; i < PROXIED; i++) {
      HttpResponse<byte[]> answer =
          client.send(
              rig.request("/echo?" + i).POST(BodyPublishers.ofByteArray(much)).build(),
              BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo(much);
    }
    assertThat(heads).hasSize(PROXIED);
    assertThat(heads.getFirst()).startsWith("POST /echo?0 ").contains("Host: localhost\n");
  }

  @Test
  void sendsEventsAtOnceAndHearsOfAClientThatGoes() throws Exception {
    HttpResponse<InputStream> answer =
        client.send(rig.request("/events").build(), BodyHandlers.ofInputStream());
    assertThat(new String(answer.body().readNBytes(11), StandardCharsets.US_ASCII))
        .isEqualTo("data: first");

    answer.body().close();
    assertThat(gone.await(5, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void isToldOfWhereItIsNot() throws Exception {
    server.close();
    Files.deleteIfExists(path);

    HttpResponse<String> answer = client.send(rig.request("/").build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).startsWith("Nothing answers on unix:" + path);
  }

  @Test
  void isWaitedForWhileItsQueueIsFull() throws Exception {
    try (ServerSocketChannel busy = full()) {
      CompletableFuture<HttpResponse<String>> answer =
          client.sendAsync(rig.request("/").build(), BodyHandlers.ofString());
      Thread.sleep(1_500);
      assertThat(answer).isNotDone();
      server = busy;
      Thread.startVirtualThread(this::accept);

      assertThat(answer.get(5, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void isWaitedForNoLongerThanTenSeconds() throws Exception {
    try (ServerSocketChannel _ = full()) {
      long start = System.nanoTime();

      HttpResponse<String> answer = client.send(rig.request("/").build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(504);
      assertThat(answer.body()).startsWith("No connection to unix:" + path);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(12));
    }
  }

  /** Another server in the place of ours, which has no room for one more connection. */
  private ServerSocketChannel full() throws IOException {
    server.close();
    Files.deleteIfExists(path);
    ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    busy.bind(UnixDomainSocketAddress.of(path), 1);
    for (int i = 0; i < 2; i++) {
      waiting.add(SocketChannel.open(busy.getLocalAddress()));
    }
    return busy;
  }

  @Test
  void isOpenToNobodyElseByThePortThatLeadsToIt() throws Exception {
    client.send(rig.request("/").build(), BodyHandlers.ofString());
    int before = heads.size();
    int tried = 0;
    for (int port : listening()) {
      if (port != rig.port()) {
        tried++;
        try (Socket stranger = new Socket()) {
          stranger.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1_000);
          stranger.setSoTimeout(5_000);
          stranger
              .getOutputStream()
              .write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("reset");
        }
      }
    }
    assertThat(tried).isPositive();
    assertThat(heads).hasSize(before);
  }

  /** The ports of IPv4 that this very process listens on. */
  private static List<Integer> listening() {
    return List.copyOf(
        dev.v6cert.acme.challenge.ListeningSockets.ports(
            java.util.Set.of(ProcessHandle.current().pid())));
  }
}
