package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.ChallengeRequest.Answer;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A TLS server that does the handshakes of presented challenges and nothing else. */
final class TlsAlpn01Responder implements Responder {

  /** The protocol's ALPN identifier (RFC 8737 section 6.2). */
  static final String PROTOCOL = "acme-tls/1";

  private static final int LIMIT_MILLIS = 5_000;

  /** Between two connections that cannot be taken, so that nobody's shortage costs a processor. */
  private static final Duration PAUSE = Duration.ofMillis(50);

  private static final int MAX_CONNECTIONS = 256;
  private static final int MAX_HITS = 1000;

  private final ServerSocket server;
  private final SSLContext tls;
  private final ServerNameKeys keys;
  private final Clock clock;
  private final ChallengeRequest.Listener listener;
  private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);
  private final List<ChallengeRequest> requests = new ArrayList<>();

  private TlsAlpn01Responder(
      ServerSocket server,
      SSLContext tls,
      ServerNameKeys keys,
      Clock clock,
      ChallengeRequest.Listener listener) {
    this.server = server;
    this.tls = tls;
    this.keys = keys;
    this.clock = clock;
    this.listener = listener;
  }

  static TlsAlpn01Responder bind(
      InetSocketAddress address, Clock clock, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    ServerNameKeys keys = new ServerNameKeys();
    SSLContext tls;
    try {
      tls = SSLContext.getInstance("TLS");
      tls.init(new KeyManager[] {keys}, null, null);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the JDK has no TLS", e);
    }
    ServerSocket server = open();
    try {
      server.bind(address);
    } catch (IOException e) {
      close(server);
      throw ListenAddress.cannotBind(address, e);
    }
    TlsAlpn01Responder responder = new TlsAlpn01Responder(server, tls, keys, clock, listener);
    // A virtual one, as those that serve: the JDK opens files for the first that waits, and where
    // it cannot, none waits for a socket ever again. Now there are files, as there was a socket.
    Thread.ofVirtual().name("tls-alpn-01").start(responder::accept);
    return responder;
  }

  private static ServerSocket open() {
    try {
      return new ServerSocket();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(ServerSocket server) {
    try {
      server.close();
    } catch (IOException e) {
      // Nothing depends on how it ended.
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        if (connections.tryAcquire()) {
          Thread.startVirtualThread(() -> serve(socket));
        } else {
          socket.close();
        }
      } catch (IOException e) {
        // Closed, or the asker has gone already; or no more files may be open, which lasts.
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  private void serve(Socket plain) {
    try (plain) {
      plain.setSoTimeout(LIMIT_MILLIS);
      AtomicReference<Asked> asked = new AtomicReference<>(new Asked("", false));
      try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, null, true)) {
        socket.setUseClientMode(false);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {PROTOCOL});
        socket.setSSLParameters(parameters);
        socket.setHandshakeApplicationProtocolSelector((tlsSocket, offered) -> {
          String name = ServerNameKeys.serverName(tlsSocket.getHandshakeSession());
          asked.set(new Asked(name, keys.has(name)));
          return offered.contains(PROTOCOL) ? PROTOCOL : null;
        });
        boolean answered = handshake(socket);
        record(plain, asked.get(), answered);
      }
    } catch (IOException e) {
      // The other side went away.
    } finally {
      connections.release();
    }
  }

  /** The server name that was asked for, and whether its challenge was presented then. */
  private record Asked(String name, boolean known) {}

  private static boolean handshake(SSLSocket socket) {
    try {
      socket.startHandshake();
      // Who offers no protocol at all gets this far, and no further.
      return PROTOCOL.equals(socket.getApplicationProtocol());
    } catch (IOException e) {
      return false;
    }
  }

  private void record(Socket plain, Asked asked, boolean answered) {
    Answer answer =
        answered
            ? Answer.KEY_AUTHORIZATION
            : asked.name().isEmpty() || asked.known() ? Answer.OTHER_PATH : Answer.UNKNOWN_TOKEN;
    ChallengeRequest request =
        new ChallengeRequest(
            (InetSocketAddress) plain.getRemoteSocketAddress(),
            (InetSocketAddress) plain.getLocalSocketAddress(),
            "TLS",
            asked.name().isEmpty() ? "no name" : asked.name(),
            answer,
            clock.instant());
    synchronized (requests) {
      if (requests.size() >= MAX_HITS) {
        return;
      }
      requests.add(request);
    }
    listener.on(request);
  }

  @Override
  public ChallengeType type() {
    return ChallengeType.TLS_ALPN_01;
  }

  @Override
  public PresentedAnswer present(PendingChallenge challenge) {
    String name = ChallengeCertificate.serverName(challenge.subject());
    keys.add(
        name,
        ChallengeCertificate.of(
            challenge.subject(), challenge.keyAuthorization(), clock.instant()));
    return () -> keys.remove(name);
  }

  @Override
  public List<InetSocketAddress> addresses() {
    return List.of((InetSocketAddress) server.getLocalSocketAddress());
  }

  @Override
  public List<ChallengeRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() {
    close(server);
  }
}
