package dev.v6cert.proxy;

import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.gate.OpenGate;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.limit.Capacity;
import dev.v6cert.proxy.upstream.Upstream;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x509.GeneralName;

/** A front for {@code localhost} with routes of a test's choice, and clients that trust it. */
final class Rig implements AutoCloseable {

  static final TestAuthority AUTHORITY = new TestAuthority("root of the proxy's tests");

  final PublicNames names = new PublicNames(List.of("localhost"));
  final CertificateKeys keys = new CertificateKeys();
  final Recorder recorder = Recorder.create();
  private final List<Traffic> traffic = new CopyOnWriteArrayList<>();
  final Front front;

  private Rig(Gate gate, List<Route> routes, Capacity capacity) throws IOException {
    serveNewCertificate();
    front =
        Front.https(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
            new Front.Site(names, keys, gate, routes, traffic::add, recorder, capacity));
  }

  static Rig of(Backend backend) throws IOException {
    return of(new OpenGate(), backend);
  }

  static Rig of(Gate gate, Backend backend) throws IOException {
    return of(gate, new Route("/", new Route.Target.Server(Upstream.local(backend.port()))));
  }

  static Rig of(Gate gate, Route... routes) throws IOException {
    return new Rig(gate, List.of(routes), Capacity.ample());
  }

  /** One that has no room for many. */
  static Rig of(Capacity capacity, Upstream... upstreams) throws IOException {
    List<Route> routes = new ArrayList<>();
    for (Upstream upstream : upstreams) {
      String prefix = routes.isEmpty() ? "/" : "/" + routes.size();
      routes.add(new Route(prefix, new Route.Target.Server(upstream)));
    }
    return new Rig(new OpenGate(), routes, capacity);
  }

  /** Puts a new certificate in the place of the present one. */
  void serveNewCertificate() {
    KeyPair pair = TestAuthority.newKeys();
    keys.serve(
        List.of("localhost"),
        pair.getPrivate(),
        List.of(
            AUTHORITY.leaf(
                pair.getPublic(),
                List.of(new GeneralName(GeneralName.dNSName, "localhost")),
                Duration.ofDays(1))));
  }

  /**
   * The requests so far, once there are as many: the front tells of one a moment after its client
   * has the response.
   */
  List<Traffic> traffic(int count) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (traffic.size() < count && System.nanoTime() < end) {
      Thread.sleep(1);
    }
    return List.copyOf(traffic);
  }

  int port() {
    return front.address().getPort();
  }

  String host() {
    return "localhost:" + port();
  }

  URI uri(String path) {
    return URI.create("https://" + host() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  static SSLContext trust() {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry("root", AUTHORITY.root());
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A client of HTTP/1.1 or HTTP/2. */
  static HttpClient client(HttpClient.Version version) {
    return HttpClient.newBuilder().sslContext(trust()).version(version).build();
  }

  /** A connection of HTTP/1.1 for octets of a test's choice. */
  Wire wire() throws IOException {
    return new Wire(port());
  }

  /** A TLS connection to the front. */
  static final class Wire implements AutoCloseable {
    private final SSLSocket socket;

    Wire(int port) throws IOException {
      Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
      socket = (SSLSocket) trust().getSocketFactory().createSocket(plain, "localhost", port, true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(12_000);
      socket.startHandshake();
    }

    Wire send(String text) throws IOException {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return this;
    }

    InputStream in() throws IOException {
      return socket.getInputStream();
    }

    OutputStream out() throws IOException {
      return socket.getOutputStream();
    }

    String head() throws IOException {
      return Backend.head(in());
    }

    /** All that comes until the other side closes, or is silent for the time. */
    String rest(int millis) throws IOException {
      socket.setSoTimeout(millis);
      StringBuilder text = new StringBuilder();
      try {
        int octet = in().read();
        while (octet >= 0) {
          text.append((char) octet);
          octet = in().read();
        }
      } catch (SocketTimeoutException e) {
        text.append("<silence>");
      } catch (IOException e) {
        text.append("<reset>");
      }
      return text.toString();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  @Override
  public void close() {
    front.close();
  }
}
