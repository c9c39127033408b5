package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Malformed requests, beside Debian's Caddy: what that one refuses is refused here, too. */
class CaddyVerdictIT {

  private static final Path CADDY = Path.of("/usr/bin/caddy");

  private static Backend ours;
  private static Backend theirs;
  private static Rig rig;
  private static Process caddy;
  private static int port;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    assumeTrue(Files.isExecutable(CADDY), "there is no caddy");
    ours = backend();
    theirs = backend();
    rig = Rig.of(ours);
    port = FreePorts.next();
    Path file = home.resolve("Caddyfile");
    Files.writeString(
        file,
        "{\n admin off\n auto_https off\n}\nhttp://:%d {\n bind 127.0.0.1\n reverse_proxy 127.0.0.1:%d\n}\n"
            .formatted(port, theirs.port()));
    ProcessBuilder builder =
        new ProcessBuilder(
            CADDY.toString(), "run", "--config", file.toString(), "--adapter", "caddyfile");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("XDG_DATA_HOME", home.toString());
    builder.environment().put("XDG_CONFIG_HOME", home.toString());
    caddy =
        builder
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("caddy.log").toFile())
            .start();
    for (int i = 0; i < 200 && !theirVerdict("GET / HTTP/1.1~HOST", ""); i++) {
      assertThat(caddy.isAlive()).as(Files.readString(home.resolve("caddy.log"))).isTrue();
      Thread.sleep(50);
    }
  }

  private static Backend backend() throws IOException {
    return Backend.start(it -> {
      it.body();
      it.ok("ok");
    });
  }

  @AfterAll
  static void stop() throws Exception {
    if (caddy != null) {
      caddy.destroy();
      assertThat(caddy.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
    if (rig != null) {
      rig.close();
      ours.close();
      theirs.close();
    }
  }

  private static String request(String head, String body, String host) {
    String last = head.contains("Connection:") ? "" : "~Connection: close";
    return (head + last).replace("HOST", "Host: " + host).replace("~", "\r\n") + "\r\n\r\n" + body;
  }

  /** Whether the request is answered with success. */
  private static boolean ourVerdict(String head, String body) throws IOException {
    try (Rig.Wire wire = rig.wire()) {
      return wire.send(request(head, body, rig.host())).rest(1_500).startsWith("HTTP/1.1 200");
    }
  }

  private static boolean theirVerdict(String head, String body) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
      socket.setSoTimeout(1_500);
      String host = "localhost:" + port;
      socket
          .getOutputStream()
          .write(request(head, body, host).getBytes(StandardCharsets.ISO_8859_1));
      byte[] start = socket.getInputStream().readNBytes(12);
      return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return false; // Not there yet, or closed without an answer.
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST / HTTP/1.1~HOST~Content-Length: 4~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Content-Length: 5~Content-Length: 6",
        "POST / HTTP/1.1~HOST~Content-Length: 5~Content-Length: 5",
        "POST / HTTP/1.1~HOST~Content-Length: +5",
        "POST / HTTP/1.1~HOST~Content-Length: 5, 5",
        "POST / HTTP/1.1~HOST~Content-Length: -1",
        "POST / HTTP/1.1~HOST~Content-Length: 0x5",
        "POST / HTTP/1.1~HOST~Content-Length: 18446744073709551621",
        "POST / HTTP/1.1~HOST~Content-Length : 5",
        "POST / HTTP/1.1~HOST~Content-Length: 5 ",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: xchunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: gzip, chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked, identity",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: identity",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: CHUNKED",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding : chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding:\u000bchunked",
        "POST / HTTP/1.0~HOST~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked",
        "POST / HTTP/1.1~HOST~Content-Length: 5",
        "GET / HTTP/1.1~HOST~HOST",
        "GET / HTTP/1.1~X: y",
        "GET / HTTP/1.1~Host: a@b",
        "GET / HTTP/1.1~HOST~X: a\u0000b",
        "GET / HTTP/1.1~HOST~X: a\rb",
        "GET / HTTP/1.1~HOST~: empty",
        "GET / HTTP/1.1~HOST~X y",
        "GET / HTTP/1.1~ X: y~HOST",
        "GET / HTTP/1.1~HOST~X: a~ folded",
        "GET / HTTP/1.1~HOST~X(: a",
        "GET  / HTTP/1.1~HOST",
        "GET / HTTP/2.0~HOST",
        "GET / HTTP/1.1 x~HOST",
        "GET\t/ HTTP/1.1~HOST",
        "G(T / HTTP/1.1~HOST",
        "GET / http/1.1~HOST",
        "GET /%zz HTTP/1.1~HOST",
        "GET / HTTP/1.1~HOST"
      })
  void isNoLaxerHere(String head) throws Exception {
    String body = head.contains("Transfer-Encoding") ? "5\r\nabcde\r\n0\r\n\r\n" : "abcde";
    boolean here = ourVerdict(head, body);

    assertThat(here && !theirVerdict(head, body))
        .as("accepted here, refused by Caddy: " + head.replace("~", "\\r\\n"))
        .isFalse();
  }
}
