package dev.v6cert.dns.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.http.AcmeDnsClient.FailedException;
import dev.v6cert.dns.http.AcmeDnsClient.Problem;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that mean no good, over real sockets. */
class AcmeDnsClientIT {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private static void drip(ServerSocket socket, long pauseMillis, int octets) {
    try (Socket connection = socket.accept()) {
      OutputStream out = connection.getOutputStream();
      out.write("HTTP/1.1 201 Created\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] part = " ".repeat(octets).getBytes(StandardCharsets.US_ASCII);
      while (true) {
        out.write(part);
        Thread.sleep(pauseMillis);
      }
    } catch (IOException | InterruptedException e) {
      // The client has had enough.
    }
  }

  private static FailedException failure(long pauseMillis, int octets) throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread _ = Thread.startVirtualThread(() -> drip(socket, pauseMillis, octets));
      URI address = URI.create("http://127.0.0.1:" + socket.getLocalPort());
      AcmeDnsClient client = new AcmeDnsClient(address, LIMIT);
      return catchThrowableOfType(FailedException.class, client::register);
    }
  }

  @Test
  void anAnswerThatNeverEndsIsGivenUp() throws IOException {
    long start = System.nanoTime();
    FailedException slow = failure(100, 1);
    assertThat(slow.problem()).isEqualTo(Problem.SILENT);
    assertThat(slow.detail()).isEqualTo("no whole answer in 1 seconds");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(5));
  }

  @Test
  void aHugeAnswerIsNotRead() throws IOException {
    long start = System.nanoTime();
    assertThat(failure(0, 4096).problem()).isEqualTo(Problem.SILENT);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(LIMIT.multipliedBy(5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://a.test/", "https://me:secret@a.test", "https://a.test"})
  void anAddressIsKeptWithoutUserAndSlash(String address) {
    assertThat(new AcmeDnsClient(URI.create(address)).server()).isEqualTo("https://a.test");
  }
}
