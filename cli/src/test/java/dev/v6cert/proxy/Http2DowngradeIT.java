package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Requests of HTTP/2 that would be several, or others, were they written down as HTTP/1.1 as they
 * come (RFC 9113 sections 8.1.1 and 8.2). The frames are written by hand.
 */
class Http2DowngradeIT {

  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String BODY = "abc" + SMUGGLED;

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private Backend backend;
  private Rig rig;

  /** A field, which need not be a lawful one. */
  record Field(String name, String value) {}

  @BeforeEach
  void start() throws IOException {
    backend =
        Backend.start(it -> {
          it.body();
          it.ok("ok");
        });
    rig = Rig.of(backend);
  }

  @AfterEach
  void stop() throws IOException {
    rig.close();
    backend.close();
  }

  static Stream<List<Field>> hostile() {
    String line = "a\r\n" + SMUGGLED;
    return Stream.of(
        List.of(new Field("x", line)),
        List.of(new Field("x", "a\nGET /smuggled HTTP/1.1")),
        List.of(new Field("x\r\nget /smuggled HTTP/1.1\r\ny", "a")),
        List.of(new Field("x: y", "a")),
        List.of(new Field("x", "a\u0000b")),
        List.of(new Field("cookie", line)),
        List.of(new Field("content-length", "3\r\nTransfer-Encoding: chunked")),
        List.of(new Field("content-length", "+3")),
        List.of(new Field("content-length", "3"), new Field("content-length", "36")),
        List.of(new Field("content-length", "3")),
        List.of(new Field("content-length", "0")),
        List.of(new Field("content-length", "100000")),
        List.of(new Field("transfer-encoding", "chunked")),
        List.of(new Field("transfer-encoding", "chunked"), new Field("content-length", "3")),
        List.of(new Field("connection", "content-length"), new Field("content-length", "36")),
        List.of(new Field("host", "x\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":path", "/smuggled")),
        List.of(new Field(":path", "/ HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":method", "POST / HTTP/1.1\r\nHost: x\r\n\r\nGET /smuggled")),
        List.of(new Field(":authority", "localhost\r\n\r\n" + SMUGGLED)),
        List.of(new Field(":scheme", "https\r\n\r\n" + SMUGGLED)),
        List.of(new Field("upgrade", "websocket"), new Field("connection", "upgrade")));
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void isOneRequestOrNone(List<Field> fields) throws Exception {
    try (H2 client = new H2()) {
      client.request(fields, BODY);
      client.answer();
    }
    assertThat(backend.heads()).hasSizeLessThanOrEqualTo(1);
    assertThat(backend.heads())
        .allSatisfy(head -> {
          assertThat(head).startsWith("POST / HTTP/1.1\n");
          assertThat(head.lines()).noneMatch(it -> it.startsWith("GET ") || it.startsWith("get "));
          assertThat(head).doesNotContain("smuggled");
        });
  }

  @Test
  void isPassedOnWhereItIsLawful() throws Exception {
    try (H2 client = new H2()) {
      client.request(List.of(new Field("content-length", "" + BODY.length())), BODY);
      assertThat(client.answer()).isEqualTo(HEADERS);
    }
    assertThat(backend.heads()).hasSize(1);
    assertThat(backend.heads().getFirst()).startsWith("POST / HTTP/1.1\n").contains("Host: ");
  }

  /** A connection of HTTP/2 that sends whatever it is told. */
  private final class H2 implements AutoCloseable {
    private final SSLSocket socket;
    private final OutputStream out;
    private final DataInputStream in;

    H2() throws IOException {
      Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), rig.port());
      socket =
          (SSLSocket)
              Rig.trust().getSocketFactory().createSocket(plain, "localhost", rig.port(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout(5_000);
      out = socket.getOutputStream();
      in = new DataInputStream(socket.getInputStream());
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      frame(SETTINGS, 0, 0, new byte[0]);
    }

    /** A POST of {@code /} with the fields; one whose name begins with a colon replaces ours. */
    void request(List<Field> fields, String body) throws IOException {
      ByteArrayOutputStream block = new ByteArrayOutputStream();
      for (Field own :
          List.of(
              new Field(":method", "POST"),
              new Field(":scheme", "https"),
              new Field(":path", "/"),
              new Field(":authority", rig.host()))) {
        // A second :path shows whether the first or the last one counts.
        boolean replaced =
            fields.stream().anyMatch(it -> it.name().equals(own.name()))
                && !fields.equals(List.of(new Field(":path", "/smuggled")));
        if (!replaced) {
          literal(block, own);
        }
      }
      for (Field field : fields) {
        literal(block, field);
      }
      frame(HEADERS, END_HEADERS, 1, block.toByteArray());
      frame(DATA, END_STREAM, 1, body.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The kind of the frame that ends the wait: of an answer, a refusal, or the connection. */
    int answer() throws IOException {
      try {
        while (true) {
          int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
          int type = in.readUnsignedByte();
          in.readUnsignedByte();
          in.readInt();
          in.readNBytes(length);
          if (type == HEADERS || type == RST_STREAM || type == GOAWAY) {
            return type;
          }
        }
      } catch (java.net.SocketTimeoutException e) {
        return -2; // The rest of a body is waited for.
      } catch (IOException e) {
        return -1; // Closed.
      }
    }

    private void frame(int type, int flags, int stream, byte[] content) throws IOException {
      ByteArrayOutputStream frame = new ByteArrayOutputStream();
      frame.write(new byte[] {(byte) (content.length >> 16), (byte) (content.length >> 8)});
      frame.write(content.length);
      frame.write(type);
      frame.write(flags);
      frame.write(new byte[] {0, 0, 0, (byte) stream});
      frame.write(content);
      try {
        out.write(frame.toByteArray());
        out.flush();
      } catch (IOException e) {
        // Refused already.
      }
    }

    /** Literal without indexing, new name (RFC 7541 section 6.2.2). */
    private static void literal(ByteArrayOutputStream block, Field field) {
      block.write(0);
      text(block, field.name());
      text(block, field.value());
    }

    private static void text(ByteArrayOutputStream block, String text) {
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(octets.length).isLessThan(127);
      block.write(octets.length);
      block.writeBytes(octets);
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
