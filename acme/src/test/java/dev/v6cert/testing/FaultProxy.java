package dev.v6cert.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * An HTTPS proxy before a Pebble that does with chosen requests what networks, load balancers and
 * authorities do on a bad day. Pebble writes its own addresses as it was asked for them, so that
 * all of a talk comes by here.
 */
public final class FaultProxy implements AutoCloseable {

  /** The treatment of one request. */
  public interface Fault {
    void befall(Call call) throws IOException;
  }

  /** A request that went through, or not, and the status that the client was told: 0 for none. */
  public record Passed(String path, int authority, int told) {}

  private static final Duration A_SECOND = Duration.ofSeconds(1);

  private final URI authority;
  private final ServerSocket listener;
  private final Path root;
  private final SSLContext toClient;
  private final SSLContext toPebble;
  private final Map<String, Deque<Fault>> faults = new ConcurrentHashMap<>();
  private volatile List<Passed> passed = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = Collections.newSetFromMap(new ConcurrentHashMap<>());

  private FaultProxy(URI authority, Path httpsRoot, InetAddress listen, Path root)
      throws IOException {
    TestAuthority https = new TestAuthority("HTTPS of the proxy");
    https.writeRoot(root);
    this.authority = authority;
    this.root = root;
    this.toClient =
        https.serverTls(List.of(TestAuthority.ip(listen.getHostAddress())), Instant.now());
    this.toPebble = PebbleProbe.trusting(httpsRoot);
    this.listener = new ServerSocket(0, 50, listen);
  }

  /** Starts before the Pebble, on 127.0.0.1; its HTTPS root is written to the file. */
  public static FaultProxy before(Pebble pebble, Path root) throws IOException {
    return before(pebble.directory(), pebble.httpsRoot(), InetAddress.ofLiteral("127.0.0.1"), root);
  }

  /**
   * Starts on a free port of the address; its HTTPS root is written to the file.
   *
   * @param authority the directory of the Pebble to stand before
   * @param httpsRoot what signed its HTTPS
   */
  static FaultProxy before(URI authority, Path httpsRoot, InetAddress listen, Path root)
      throws IOException {
    FaultProxy proxy = new FaultProxy(authority, httpsRoot, listen, root);
    Thread.ofVirtual().start(proxy::accept);
    return proxy;
  }

  /** The address of the directory, by way of this proxy. */
  public URI directory() {
    String host = listener.getInetAddress().getHostAddress();
    String bracketed = host.contains(":") ? "[" + host + "]" : host;
    return URI.create("https://" + bracketed + ":" + listener.getLocalPort() + "/dir");
  }

  /** A PEM file with what signed its HTTPS. */
  public Path root() {
    return root;
  }

  /**
   * Lets one fault each befall the next requests for paths that begin so; all others go through.
   */
  public void next(String path, Fault... planned) {
    faults.put(path, new ArrayDeque<>(List.of(planned)));
  }

  /** Lets everything through from now on. */
  public void mend() {
    faults.clear();
  }

  /** Lets everything through, and forgets what passed and what is under way still. */
  public void clear() {
    mend();
    passed = new CopyOnWriteArrayList<>();
  }

  /** The requests so far, for paths that begin so. */
  public List<Passed> passed(String path) {
    return passed.stream().filter(it -> it.path().startsWith(path)).toList();
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> serve(client));
      } catch (IOException e) {
        // Closed.
      }
    }
  }

  private void serve(Socket plain) {
    try (plain;
        SSLSocket client =
            (SSLSocket) toClient.getSocketFactory().createSocket(plain, null, true)) {
      boolean more = true;
      while (more) {
        Optional<HttpMessage> request = HttpMessage.request(client.getInputStream());
        if (request.isPresent()) {
          handle(new Call(request.get(), client, plain));
        }
        more = request.isPresent() && !plain.isClosed();
      }
    } catch (IOException e) {
      // The client went, as it may.
    } finally {
      open.remove(plain);
    }
  }

  private void handle(Call call) throws IOException {
    List<Passed> now = passed;
    try {
      fault(call.request.path()).befall(call);
    } finally {
      now.add(new Passed(call.request.path(), call.status, call.told));
    }
  }

  private Fault fault(String path) {
    Fault fault = null;
    for (Map.Entry<String, Deque<Fault>> planned : faults.entrySet()) {
      if (path.startsWith(planned.getKey())) {
        synchronized (planned.getValue()) {
          fault = planned.getValue().poll();
        }
      }
    }
    return fault == null ? call -> call.tell(call.forward()) : fault;
  }

  /** One request, for a {@link Fault} to do with as it likes. */
  public final class Call {

    private final HttpMessage request;
    private final SSLSocket client;
    private final Socket plain;
    private int status;
    private int told;

    private Call(HttpMessage request, SSLSocket client, Socket plain) {
      this.request = request;
      this.client = client;
      this.plain = plain;
    }

    /** Lets the authority do what it is asked, and returns its answer. */
    public HttpMessage forward() throws IOException {
      try (Socket socket =
          toPebble.getSocketFactory().createSocket(authority.getHost(), authority.getPort())) {
        // HTTP/1.0: the answer ends with the connection, and comes without transfer coding.
        String start = request.start().replace("HTTP/1.1", "HTTP/1.0");
        socket.getOutputStream().write(request.withStart(start).octets());
        HttpMessage answer = HttpMessage.lastAnswer(socket.getInputStream());
        status = answer.status();
        return answer.without("Connection");
      }
    }

    /** Answers, over a connection that stays open. */
    public void tell(HttpMessage answer) throws IOException {
      told = answer.status();
      send(head(answer));
      send(body(answer));
    }

    /** Answers, and closes the connection without having announced it. */
    public void tellLast(HttpMessage answer) throws IOException {
      tell(answer);
      client.close();
    }

    /** Sends an answer up to the half of its body, and resets the connection. */
    public void tellHalf(HttpMessage answer) throws IOException {
      byte[] body = body(answer);
      send(head(answer));
      send(Arrays.copyOf(body, body.length / 2));
      cut();
    }

    /** Sends the head of an answer at once, and its body at an octet a second. */
    public void tellSlowly(HttpMessage answer) throws IOException {
      send(head(answer));
      for (byte octet : body(answer)) {
        pause(A_SECOND);
        send(new byte[] {octet});
      }
    }

    /** Says nothing, until the client has gone. */
    public void stall() throws IOException {
      while (client.getInputStream().read() != -1) {
        // What it says meanwhile is not answered either.
      }
    }

    /** Lets the authority do what it is asked at once, and says so after the delay. */
    public void tellAfter(Duration delay) throws IOException {
      HttpMessage answer = forward();
      pause(delay);
      tell(answer);
    }

    /** Resets the connection. */
    public void cut() throws IOException {
      plain.setSoLinger(true, 0);
      plain.close();
    }

    private void send(byte[] octets) throws IOException {
      client.getOutputStream().write(octets);
    }

    private static byte[] head(HttpMessage answer) {
      return answer.head().getBytes(StandardCharsets.UTF_8);
    }

    /** An answer to HEAD tells the length of a body that it does not have. */
    private byte[] body(HttpMessage answer) {
      String body = request.start().startsWith("HEAD ") ? "" : answer.body();
      return body.getBytes(StandardCharsets.UTF_8);
    }

    private static void pause(Duration time) throws IOException {
      try {
        Thread.sleep(time);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }
  }

  /** Stops, and ends every connection. */
  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
