package dev.v6cert.cli.warmup;

import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.base.TlsContexts;
import dev.v6cert.proxy.CertificateKeys;
import dev.v6cert.proxy.Front;
import dev.v6cert.proxy.PublicNames;
import dev.v6cert.proxy.Route;
import dev.v6cert.proxy.gate.TokenGate;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.limit.Capacity;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Serves with the sample certificate, before a server of its own, and asks as fast as it is
 * answered: over HTTP/2 and HTTP/1.1, for small bodies, and for a large one now and then.
 */
final class FrontTraining implements AutoCloseable {

  /** The time for each protocol, in milliseconds. */
  private static final long LOAD_MILLIS = 3000;

  /** The number of requests that wait for their answers meanwhile. */
  private static final int WINDOW = 16;

  private static final int HEAD_END = '\r' << 24 | '\n' << 16 | '\r' << 8 | '\n';
  private static final int SMALL = 1024;
  private static final int LARGE = 100 * 1024;

  private final ServerSocket server;
  private final Front front;
  private final TokenGate gate = TokenGate.create();

  /** Serves a folder, too. */
  FrontTraining(KeyedCertificate certificate, Path folder) throws IOException {
    InetAddress here = InetAddress.ofLiteral("127.0.0.1");
    server = new ServerSocket(0, 0, here);
    Thread.startVirtualThread(this::accept);
    CertificateKeys keys = new CertificateKeys();
    keys.serve(List.of("localhost"), certificate.keys().getPrivate(), certificate.chain());
    List<Route> routes =
        List.of(
            new Route("/", new Route.Target.Server(Upstream.local(server.getLocalPort()))),
            new Route("/folder", new Route.Target.Folder(folder)));
    front =
        Front.https(
            new InetSocketAddress(here, 0),
            new Front.Site(
                new PublicNames(List.of("localhost")),
                keys,
                gate,
                routes,
                traffic -> {},
                Recorder.create(),
                Capacity.ample()));
  }

  /** Asks for a while; each answer has to be the right one. */
  void run() throws Exception {
    ask(HttpClient.Version.HTTP_2);
    ask(HttpClient.Version.HTTP_1_1);
  }

  private void ask(HttpClient.Version version) throws Exception {
    try (HttpClient client =
        HttpClient.newBuilder().sslContext(TlsContexts.trustingAnyone()).version(version).build()) {
      String address = "https://localhost:" + front.address().getPort() + "/";
      expect(client.send(request(gate.link(address), ""), BodyHandlers.ofByteArray()), 303, 0);
      String cookie =
          client
              .send(request(gate.link(address), ""), BodyHandlers.discarding())
              .headers()
              .firstValue("Set-Cookie")
              .orElseThrow()
              .split(";", 2)[0];
      expect(client.send(request(address, ""), BodyHandlers.ofByteArray()), 403, -1);
      expect(
          client.send(request(address + "folder/none", cookie), BodyHandlers.ofByteArray()),
          404,
          -1);
      long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LOAD_MILLIS);
      while (System.nanoTime() < end) {
        askWindow(client, address, cookie);
      }
    }
  }

  private static void askWindow(HttpClient client, String address, String cookie) {
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    for (int i = 2; i < WINDOW; i++) {
      answers.add(
          client.sendAsync(request(address + "page?n=" + i, cookie), BodyHandlers.ofByteArray()));
    }
    HttpRequest upload =
        HttpRequest.newBuilder(request(address, cookie), (name, value) -> true)
            .POST(BodyPublishers.ofByteArray(new byte[SMALL]))
            .build();
    answers.add(client.sendAsync(upload, BodyHandlers.ofByteArray()));
    for (CompletableFuture<HttpResponse<byte[]>> answer : answers) {
      expect(answer.join(), 200, SMALL);
    }
    expect(
        client.sendAsync(request(address + "large", cookie), BodyHandlers.ofByteArray()).join(),
        200,
        LARGE);
  }

  /** A request as a browser makes it. */
  private static HttpRequest request(String address, String cookie) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address))
            .header("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36")
            .header("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
            .header("Accept-Language", "en-GB,en;q=0.9")
            .header("Accept-Encoding", "gzip, deflate, br")
            .header("Referer", address)
            .header("Sec-Fetch-Site", "same-origin");
    return (cookie.isEmpty() ? request : request.header("Cookie", cookie + "; theme=dark")).build();
  }

  private static void expect(HttpResponse<byte[]> answer, int status, int length) {
    if (answer.statusCode() != status || (length >= 0 && answer.body().length != length)) {
      throw new IllegalStateException(
          answer.uri() + ": " + answer.statusCode() + ", " + answer.body().length + " octets");
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        return; // Closed.
      }
    }
  }

  private static void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      byte[] small = answer(SMALL);
      byte[] large = answer(LARGE);
      while (true) {
        String head = head(in);
        if (head.startsWith("POST")) {
          in.skipNBytes(SMALL);
        }
        out.write(head.startsWith("GET /large ") ? large : small);
      }
    } catch (IOException e) {
      // The front has closed it.
    }
  }

  private static byte[] answer(int length) {
    String head =
        "HTTP/1.1 200 OK\r\nServer: sample\r\nDate: Thu, 01 Jan 2026 00:00:00 GMT\r\n"
            + "Content-Type: text/html\r\nVary: Origin\r\nCache-Control: no-cache\r\n"
            + "ETag: W/\"1-2\"\r\nConnection: keep-alive\r\nContent-Length: "
            + length
            + "\r\n\r\n";
    return (head + "x".repeat(length)).getBytes(StandardCharsets.US_ASCII);
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    int last = 0;
    while (last != HEAD_END) {
      int octet = in.read();
      if (octet < 0) {
        throw new IOException("the end");
      }
      head.append((char) octet);
      last = last << 8 | octet;
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    front.close();
    server.close();
  }
}
