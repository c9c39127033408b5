package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.proxy.RawHttp2.Field;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@link HostileRequests} beside Debian's Caddy: what that one refuses is refused here, too, and
 * what is lawful is answered by both.
 */
class CaddyVerdictIT {

  private static final Path CADDY = Path.of("/usr/bin/caddy");
  private static final String CHUNKED = "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked";

  private static Backend ours;
  private static Backend theirs;
  private static Rig rig;
  private static Process caddy;
  private static int plainPort;
  private static int tlsPort;

  @BeforeAll
  static void start(@TempDir Path home) throws Exception {
    assumeTrue(Files.isExecutable(CADDY), "there is no caddy");
    ours = backend();
    theirs = backend();
    rig = Rig.of(ours);
    plainPort = FreePorts.next();
    tlsPort = FreePorts.next();
    KeyPair keys = TestAuthority.newKeys();
    List<GeneralName> names = List.of(TestAuthority.dns("localhost"));
    Files.writeString(
        home.resolve("cert.pem"),
        TestAuthority.pem(Rig.AUTHORITY.leaf(keys.getPublic(), names, Duration.ofDays(1))));
    Files.writeString(home.resolve("key.pem"), TestAuthority.pem(keys.getPrivate()));
    Path file =
        Files.writeString(
            home.resolve("Caddyfile"),
            """
            {
              admin off
              auto_https off
              default_sni localhost
              servers {
                protocols h1 h2
              }
            }
            http://:%d {
              bind 127.0.0.1
              reverse_proxy 127.0.0.1:%d
            }
            https://localhost:%d {
              bind 127.0.0.1
              tls %s/cert.pem %s/key.pem
              reverse_proxy 127.0.0.1:%d
            }
            """
                .formatted(plainPort, theirs.port(), tlsPort, home, home, theirs.port()));
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
    for (int i = 0; i < 200 && !theirVerdict(HostileRequests.LAWFUL_HEADS.getFirst(), ""); i++) {
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
    return HostileRequests.octets(head + "~Connection: close", body, host);
  }

  /** Whether the request is answered with success. */
  private static boolean ourVerdict(String head, String body) throws IOException {
    try (Rig.Wire wire = rig.wire()) {
      return wire.send(request(head, body, rig.host())).rest(1_500).startsWith("HTTP/1.1 200");
    }
  }

  private static boolean theirVerdict(String head, String body) {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), plainPort)) {
      socket.setSoTimeout(1_500);
      socket
          .getOutputStream()
          .write(
              request(head, body, "localhost:" + plainPort).getBytes(StandardCharsets.ISO_8859_1));
      byte[] start = socket.getInputStream().readNBytes(12);
      return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false; // Not there yet, closed without an answer, or it waits for more.
    }
  }

  private static void assertNoLaxer(boolean here, boolean there, Object request) {
    assertThat(here && !there).as("accepted here, refused by Caddy: " + request).isFalse();
    assertThat(ours.heads()).noneMatch(HostileRequests::isSmuggled);
  }

  static Stream<String> heads() {
    return Stream.concat(HostileRequests.HEADS.stream(), HostileRequests.DOUBTFUL_HEADS.stream());
  }

  @ParameterizedTest
  @MethodSource("heads")
  void aHeadOfHttp1IsTreatedNoLaxer(String head) throws Exception {
    String body = head.contains("Transfer-Encoding") ? "5\r\nabcde\r\n0\r\n\r\n" : "abcde";

    assertNoLaxer(ourVerdict(head, body), theirVerdict(head, body), head);
  }

  static Stream<String> chunks() {
    return Stream.concat(HostileRequests.CHUNKS.stream(), HostileRequests.DOUBTFUL_CHUNKS.stream());
  }

  @ParameterizedTest
  @MethodSource("chunks")
  void aBodyInChunksIsTreatedNoLaxer(String chunk) throws Exception {
    String body = chunk + "0\r\n\r\n";

    assertNoLaxer(ourVerdict(CHUNKED, body), theirVerdict(CHUNKED, body), chunk);
  }

  static List<List<Field>> fields() {
    return HostileRequests.FIELDS;
  }

  @ParameterizedTest
  @MethodSource("fields")
  void aRequestOfHttp2IsTreatedNoLaxer(List<Field> fields) throws Exception {
    assertNoLaxer(isOk(rig.port(), fields), isOk(tlsPort, fields), fields);
  }

  private static boolean isOk(int port, List<Field> fields) throws IOException {
    try (RawHttp2 client = new RawHttp2(port)) {
      client.request(fields, "abc");
      return client.isOk();
    }
  }

  static List<String> lawfulChunks() {
    return HostileRequests.LAWFUL_CHUNKS;
  }

  @ParameterizedTest
  @MethodSource("lawfulChunks")
  void aLawfulBodyInChunksIsTakenByBoth(String chunks) throws Exception {
    assertThat(ourVerdict(CHUNKED, chunks + "0\r\n\r\n")).isTrue();
    assertThat(theirVerdict(CHUNKED, chunks + "0\r\n\r\n")).isTrue();
  }

  static List<String> lawful() {
    return HostileRequests.LAWFUL_HEADS;
  }

  @ParameterizedTest
  @MethodSource("lawful")
  void whatIsLawfulIsAnsweredByBoth(String head) throws Exception {
    String body = head.contains("Transfer-Encoding") ? "5\r\nabcde\r\n0\r\n\r\n" : "abcde";

    assertThat(ourVerdict(head, body)).isTrue();
    assertThat(theirVerdict(head, body)).isTrue();
    List<Field> lawful = List.of(new Field("content-length", "3"));
    assertThat(isOk(rig.port(), lawful)).isTrue();
    assertThat(isOk(tlsPort, lawful)).isTrue();
  }
}
