package dev.v6cert.acme.challenge;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import org.xnio.Options;

/** An HTTP server that knows the presented tokens and nothing else. */
final class Http01Responder implements Responder {

  private static final int MAX_HEADER_BYTES = 8 * 1024;
  private static final int MAX_CONNECTIONS = 256;
  private static final int LIMIT_MILLIS = 5_000;

  private final Undertow server;
  private final TokenHandler handler;
  private final List<InetSocketAddress> addresses;

  static {
    NoJmxServerBuilder.set();
  }

  private Http01Responder(Undertow server, TokenHandler handler) {
    this.server = server;
    this.handler = handler;
    this.addresses =
        server.getListenerInfo().stream()
            .map(listener -> (InetSocketAddress) listener.getAddress())
            .toList();
  }

  static Http01Responder bind(
      InetSocketAddress address, Clock clock, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    TokenHandler handler = new TokenHandler(clock, listener);
    Undertow server =
        Undertow.builder()
            .addHttpListener(address.getPort(), address.getAddress().getHostAddress())
            .setHandler(handler)
            .setIoThreads(1)
            .setWorkerThreads(1)
            .setDirectBuffers(false)
            .setBufferSize(MAX_HEADER_BYTES)
            .setSocketOption(Options.CONNECTION_HIGH_WATER, MAX_CONNECTIONS)
            .setSocketOption(Options.CONNECTION_LOW_WATER, MAX_CONNECTIONS)
            .setServerOption(UndertowOptions.MAX_HEADER_SIZE, MAX_HEADER_BYTES)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.IDLE_TIMEOUT, LIMIT_MILLIS)
            .setServerOption(UndertowOptions.DECODE_URL, false)
            .build();
    try {
      server.start();
    } catch (RuntimeException e) { // Undertow wraps what the socket says.
      server.stop();
      throw ListenAddress.cannotBind(address, e.getCause() == null ? e : e.getCause());
    }
    return new Http01Responder(server, handler);
  }

  @Override
  public ChallengeType type() {
    return ChallengeType.HTTP_01;
  }

  @Override
  public PresentedAnswer present(PendingChallenge challenge) {
    handler.present(challenge.token(), challenge.keyAuthorization());
    return () -> handler.withdraw(challenge.token());
  }

  @Override
  public List<InetSocketAddress> addresses() {
    return addresses;
  }

  @Override
  public List<ChallengeRequest> requests() {
    return handler.requests();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (RuntimeException e) {
      if (!(e.getCause() instanceof InterruptedException)) {
        throw e;
      }
      Thread.currentThread().interrupt(); // It listens no more; its threads are not waited for.
    }
  }
}
