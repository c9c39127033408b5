package dev.v6cert.proxy;

import dev.v6cert.testing.TestAuthority;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server whose every octet a test decides: for each connection, a script runs, request by
 * request, until it closes the connection.
 */
final class Backend implements AutoCloseable {

  private final ServerSocket server;
  private final Script script;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<String> heads = new CopyOnWriteArrayList<>();
  private final CountDownLatch gone = new CountDownLatch(1);

  /** Answers one request whose head has been read. */
  interface Script {
    void answer(Exchange exchange) throws Exception;
  }

  /** A request, and the two ways of its connection. */
  record Exchange(Backend backend, String head, InputStream in, OutputStream out) {
    void send(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
    }

    /** Answers with a text. */
    void ok(String text) throws IOException {
      send("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
    }

    /** The value of a header of the request; empty where it has none. */
    String header(String name) {
      return head.lines()
          .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
          .map(line -> line.substring(name.length() + 1).strip())
          .findFirst()
          .orElse("");
    }

    /** The body, of a known length or in chunks. */
    byte[] body() throws IOException {
      String length = header("Content-Length");
      if (!length.isEmpty()) {
        return in.readNBytes(Integer.parseInt(length));
      }
      java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
      while (header("Transfer-Encoding").equals("chunked")) {
        int size = Integer.parseInt(line(in), 16);
        all.write(in.readNBytes(size));
        line(in);
        if (size == 0) {
          break;
        }
      }
      return all.toByteArray();
    }

    /** Waits until the other side has closed. */
    void awaitEnd() throws IOException {
      while (in.read() >= 0) {}
      backend.gone.countDown();
    }
  }

  private Backend(ServerSocket server, Script script) {
    this.server = server;
    this.script = script;
  }

  static Backend start(Script script) throws IOException {
    return start("127.0.0.1", script);
  }

  static Backend start(String address, Script script) throws IOException {
    return start(new ServerSocket(0, 1100, InetAddress.ofLiteral(address)), script);
  }

  /** One on a port of the test's choice. */
  static Backend start(int port, Script script) throws IOException {
    return start(new ServerSocket(port, 0, InetAddress.ofLiteral("127.0.0.1")), script);
  }

  /** One that speaks HTTPS, with a certificate that nobody knows. */
  static Backend startHttps(Script script) throws IOException {
    return start(
        new TestAuthority("of a dev server")
            .serverTls()
            .getServerSocketFactory()
            .createServerSocket(0, 0, InetAddress.ofLiteral("127.0.0.1")),
        script);
  }

  private static Backend start(ServerSocket server, Script script) {
    Backend backend = new Backend(server, script);
    Thread.ofVirtual().start(backend::accept);
    return backend;
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        Thread.startVirtualThread(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = head(in);
        if (head.isEmpty()) {
          return;
        }
        heads.add(head);
        script.answer(new Exchange(this, head, in, socket.getOutputStream()));
        if (socket.isClosed()) {
          return;
        }
      }
    } catch (Exception e) {
      gone.countDown(); // The proxy has closed while something was written.
    }
  }

  static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (true) {
      String line = line(in);
      if (line.isEmpty()) {
        return head.toString();
      }
      head.append(line).append('\n');
    }
  }

  static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int octet = in.read();
    while (octet >= 0 && octet != '\n') {
      if (octet != '\r') {
        line.append((char) octet);
      }
      octet = in.read();
    }
    return line.toString();
  }

  int port() {
    return server.getLocalPort();
  }

  int connections() {
    return connections.get();
  }

  /** The heads of the requests so far. */
  List<String> heads() {
    return heads;
  }

  /** Whether the proxy closed a connection within the time. */
  boolean sawEnd(long millis) throws InterruptedException {
    return gone.await(millis, TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
