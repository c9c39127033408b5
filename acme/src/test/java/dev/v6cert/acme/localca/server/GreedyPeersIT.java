package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.localca.server.AcmePeer.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Peers that take more than their share, each with an address of its own in 127.0.0.0/8; the others
 * are answered meanwhile.
 */
class GreedyPeersIT {

  private static final int CONNECTIONS = 12;
  private static final int OF_ONE = 6;
  private static final int BURST = 200;

  @RegisterExtension
  static final RunningLocalAcmeServer running =
      new RunningLocalAcmeServer(new PeerLimits(CONNECTIONS, OF_ONE, BURST, 20));

  private static int peers = 10;

  private final List<Socket> open = new ArrayList<>();
  private String honest = "";

  /** Each test has peers that have asked for nothing yet. */
  @BeforeEach
  void another() {
    honest = "127.0.0." + peers++;
  }

  @AfterEach
  void closeAll() throws IOException {
    for (Socket one : open) {
      one.close();
    }
  }

  private Socket connect(String from) throws IOException {
    URI server = URI.create(running.base());
    Socket socket = new Socket();
    open.add(socket);
    socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
    socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 5_000);
    socket.setSoTimeout(5_000);
    return socket;
  }

  private SSLSocket secured(Socket socket) throws Exception {
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(null, AcmePeer.trust(running.root()), null);
    SSLSocket secured =
        (SSLSocket)
            tls.getSocketFactory().createSocket(socket, "127.0.0.1", socket.getPort(), true);
    secured.startHandshake();
    return secured;
  }

  /** The status of one request. */
  private static int asked(SSLSocket socket) throws IOException {
    socket
        .getOutputStream()
        .write(
            "HEAD /acme/new-nonce HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        throw new SocketException("closed after " + head);
      }
      head.append((char) octet);
    }
    return Integer.parseInt(head.substring(9, 12));
  }

  private int status(String from) throws Exception {
    return asked(secured(connect(from)));
  }

  /** Whether the server has closed a connection on which it is silent otherwise. */
  private static boolean isClosed(Socket socket) throws IOException {
    socket.setSoTimeout(500);
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException e) {
      return true;
    }
  }

  @Nested
  class WithConnections {

    @Test
    void keepOnlyTheirLatest() throws Exception {
      SSLSocket other = secured(connect(honest));
      List<Socket> silent = new ArrayList<>();
      for (int i = 0; i < OF_ONE + 3; i++) {
        silent.add(connect("127.0.1." + peers));
        Thread.sleep(20); // They are accepted in this order.
      }

      for (int i = 0; i < silent.size(); i++) {
        assertThat(isClosed(silent.get(i))).as("connection %d", i).isEqualTo(i < 3);
      }
      assertThat(asked(other)).isEqualTo(200);
      assertThat(status(honest)).isEqualTo(200);
    }

    @Test
    void makeRoomForThoseWhoHaveFewer() throws Exception {
      SSLSocket other = secured(connect(honest));
      for (int greedy = 0; greedy < 4; greedy++) {
        for (int i = 0; i < OF_ONE; i++) {
          secured(connect("127.0." + (2 + greedy) + "." + peers));
        }
      }

      assertThat(status(honest)).isEqualTo(200);
      assertThat(asked(other)).as("on the connection of before").isEqualTo(200);
    }

    @Test
    void areNotShakenHandsWithForEver() throws Exception {
      int accepted = 0;
      for (int i = 0; i < BURST; i++) {
        Socket socket = connect("127.0.7." + peers);
        try {
          secured(socket).close();
          accepted++;
        } catch (IOException e) {
          // Closed before the handshake.
        }
      }

      assertThat(accepted).isBetween(BURST / PeerLimits.PER_CONNECTION, BURST * 3 / 4);
      assertThat(status(honest)).isEqualTo(200);
    }
  }

  @Nested
  class WithRequests {

    @Test
    void areToldToWait() throws Exception {
      SSLSocket greedy = secured(connect("127.0.8." + peers));
      int answered = 0;
      int last = asked(greedy);
      while (last == 200 && answered++ < BURST * 20) {
        last = asked(greedy);
      }

      assertThat(last).isEqualTo(429);
      assertThat(answered).isGreaterThanOrEqualTo(BURST - PeerLimits.PER_CONNECTION - 1);
      assertThat(isClosed(greedy)).isTrue();
      assertThat(status(honest)).isEqualTo(200);
    }

    @Test
    void mayGoOnLater() throws Exception {
      AcmePeer peer = running.stranger();
      Answer answer = peer.get("directory");
      for (int i = 0; i < BURST * 20 && answer.status() == 200; i++) {
        answer = peer.get("directory");
      }
      assertThat(answer.status()).isEqualTo(429);
      assertThat(answer.problem()).isEqualTo("rateLimited");
      assertThat(answer.response().headers().firstValue("Retry-After")).contains("5");

      Thread.sleep(PeerLimits.PAUSE);

      assertThat(peer.get("directory").status()).isEqualTo(200);
    }
  }
}
