package dev.v6cert.acme.localca.server;

import com.sun.net.httpserver.HttpServer;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.order.Credentials;
import dev.v6cert.acme.localca.validation.Validator;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server on loopback with an authority of its own, and the web server of a peer, which answers
 * HTTP-01. Names in {@code lan.test} lead to this machine, those in {@code far.test} to another
 * one.
 */
final class RunningLocalAcmeServer implements BeforeAllCallback, AfterAllCallback {

  static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

  final Map<String, String> answers = new ConcurrentHashMap<>();
  final List<String> asked = new CopyOnWriteArrayList<>();

  /** Runs before each answer of the peer's web server. */
  volatile Runnable beforeAnswer = () -> {};

  final List<ServerEvent> events = new CopyOnWriteArrayList<>();
  int tlsPort;
  private final PeerLimits limits;
  private int users;
  private Optional<LocalAcmeServer> server = Optional.empty();
  private Optional<HttpServer> web = Optional.empty();
  private Optional<StateDirectory> directory = Optional.empty();
  private Optional<ExternalAccount> credentials = Optional.empty();

  /** A server whose peers, which are all one, may ask as much as they like. */
  RunningLocalAcmeServer() {
    this(new PeerLimits(256, 32, 1_000_000, 1_000_000));
  }

  RunningLocalAcmeServer(PeerLimits limits) {
    this.limits = limits;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    if (users++ > 0) {
      return; // A nested class, on the same server.
    }
    directory = Optional.of(new StateDirectory(Files.createTempDirectory("local-acme")));
    rotate();
    renewCredentials();
    HttpServer responder = HttpServer.create(new InetSocketAddress(LOOPBACK, 0), 0);
    responder.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          asked.add(path);
          beforeAnswer.run();
          String answer = answers.getOrDefault(path.substring(path.lastIndexOf('/') + 1), "");
          int status = answer.isEmpty() ? 404 : answer.startsWith("http://") ? 302 : 200;
          if (status == 302) {
            exchange.getResponseHeaders().set("Location", answer);
          }
          byte[] body = answer.getBytes(StandardCharsets.US_ASCII);
          exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    responder.start();
    web = Optional.of(responder);
    tlsPort = FreePorts.next();
    start();
  }

  void start() throws AcmeFailureException {
    start(true);
  }

  /**
   * Starts it.
   *
   * @param bound whether an account needs the credentials
   */
  void start(boolean bound) throws AcmeFailureException {
    LocalAcmeServerConfig config =
        new LocalAcmeServerConfig(
            new InetSocketAddress(LOOPBACK, 0),
            List.of(),
            bound,
            () -> Stream.of("localhost", "127.0.0.1").map(Subject::parse).toList(),
            name -> {
              if (name.text().endsWith("lan.test")) {
                return List.of(LOOPBACK);
              }
              if (name.text().endsWith("far.test")) {
                return List.of(InetAddress.ofLiteral("10.9.8.7"));
              }
              throw new UnknownHostException(name.text());
            },
            new Validator.Ports(webPort(), tlsPort),
            limits);
    server =
        Optional.of(LocalAcmeServer.start(directory(), config, Clock.systemUTC(), events::add));
  }

  void stop() {
    server.ifPresent(LocalAcmeServer::close);
    server = Optional.empty();
  }

  /** The port of the peer's web server. */
  int webPort() {
    return web.orElseThrow().getAddress().getPort();
  }

  StateDirectory directory() {
    return directory.orElseThrow();
  }

  ExternalAccount credentials() {
    return credentials.orElseThrow();
  }

  /** Puts another authority in the place of the present one. */
  void rotate() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory())) {
      LocalAuthority _ =
          new LocalAuthorityStore(directory())
              .create(
                  lock, "me@here", NameConstraints.in(List.of(Zone.of("sslip.io"))), Instant.now());
    }
  }

  void renewCredentials() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory())) {
      credentials = Optional.of(new Credentials(directory()).create(lock));
    }
  }

  X509Certificate root() throws AcmeFailureException {
    return new LocalAuthorityStore(directory()).present().root();
  }

  String base() {
    return "https://127.0.0.1:" + server.orElseThrow().address().getPort();
  }

  /** A client without an account. */
  AcmePeer stranger() throws Exception {
    return new AcmePeer(base(), root());
  }

  /** A client with an account. */
  AcmePeer peer() throws Exception {
    AcmePeer peer = stranger();
    AcmePeer.Answer opened = peer.open(credentials);
    if (opened.status() != 201) {
      throw new AssertionError(opened.toString());
    }
    return peer;
  }

  /** The client of an account that was opened before the server was started anew. */
  AcmePeer moved(AcmePeer peer) throws Exception {
    return peer.moved(base(), root());
  }

  /** An order whose authorizations are valid. */
  AcmePeer.Answer ready(AcmePeer peer, String... names) throws Exception {
    AcmePeer.Answer order = peer.order(names);
    if (order.status() != 201) {
      throw new AssertionError(order.toString());
    }
    for (String authorization : order.urls("authorizations")) {
      present(peer, authorization);
      AcmePeer.Answer settled = peer.validate(authorization, ChallengeType.HTTP_01);
      if (!settled.text("status").equals("valid")) {
        throw new AssertionError(settled.toString());
      }
    }
    return order;
  }

  void present(AcmePeer peer, String authorization) throws Exception {
    Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.HTTP_01);
    answers.put(String.valueOf(challenge.get("token")), peer.keyAuthorization(challenge));
  }

  List<X509Certificate> issue(AcmePeer peer, String... names) throws Exception {
    AcmePeer.Answer order = ready(peer, names);
    KeyPair keys = AcmePeer.newKeys();
    AcmePeer.Answer finished = peer.finish(order, keys, names);
    if (!finished.text("status").equals("valid")) {
      throw new AssertionError(finished.toString());
    }
    return peer.chain(finished);
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (--users > 0) {
      return;
    }
    stop();
    web.ifPresent(one -> one.stop(0));
    if (directory.isPresent()) {
      DurableFiles.deleteTree(directory().root());
    }
  }
}
