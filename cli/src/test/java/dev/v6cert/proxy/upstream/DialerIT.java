package dev.v6cert.proxy.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.challenge.ListeningSockets;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xnio.OptionMap;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;

/** Dials to a Unix socket when the front ends. */
class DialerIT {

  @TempDir Path home;
  private ServerSocketChannel server;
  private XnioWorker worker;
  private Dialer dialer;

  @BeforeEach
  void start() throws IOException {
    Path path = home.resolve("app.sock");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(path));
    worker = Xnio.getInstance().createWorker(OptionMap.EMPTY);
    dialer = new Dialer(Upstream.unix(path, false), Optional.empty());
  }

  @AfterEach
  void end() throws IOException {
    dialer.close();
    worker.shutdownNow();
    server.close();
  }

  /** Completed with whether the dial has led to a connection. */
  private CompletableFuture<Boolean> dial() {
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    dialer.dial(
        worker.getIoThread(),
        new Dialer.Outcome() {
          @Override
          public void connected(StreamConnection connection) {
            outcome.complete(true);
          }

          @Override
          public void failed(IOException why) {
            outcome.complete(false);
          }
        });
    return outcome;
  }

  private static Set<Integer> listening() {
    return Set.copyOf(ListeningSockets.ports(Set.of(ProcessHandle.current().pid())));
  }

  @Test
  void leadNowhereAndListenNowhereOnceItHasEnded() throws Exception {
    Set<Integer> before = listening();
    dialer.close();

    assertThat(dial().get(5, TimeUnit.SECONDS)).isFalse();

    assertThat(listening()).isEqualTo(before);
  }

  @Test
  void leaveNoPortThatListens() throws Exception {
    Set<Integer> before = listening();
    assertThat(dial().get(5, TimeUnit.SECONDS)).isTrue();
    assertThat(listening()).hasSize(before.size() + 1);

    dialer.close();

    assertThat(listening()).isEqualTo(before);
  }
}
