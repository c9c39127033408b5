package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A connection of HTTP/2 whose frames a test writes and reads by hand (RFC 9113). */
final class RawHttp2 implements AutoCloseable {

  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int GOAWAY = 7;

  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  private final String host;
  private final SSLSocket socket;
  private final OutputStream out;
  private final DataInputStream in;
  private int stream = 1;

  /** A field, which need not be a lawful one. */
  record Field(String name, String value) {}

  /** A frame that has come. */
  record Frame(int type, ByteBuffer content) {

    /** Whether it begins with status 200, as both encoders write it (RFC 7541 appendix A). */
    boolean isOk() {
      return type == HEADERS && content.remaining() > 0 && content.get(0) == (byte) 0x88;
    }

    /** The value of a setting; empty where the frame has it not. */
    OptionalLong setting(int id) {
      ByteBuffer settings = content.duplicate();
      while (settings.remaining() >= 6) {
        int one = settings.getShort() & 0xffff;
        long value = settings.getInt() & 0xffffffffL;
        if (one == id) {
          return OptionalLong.of(value);
        }
      }
      return OptionalLong.empty();
    }
  }

  RawHttp2(Rig rig) throws IOException {
    this(rig.port());
  }

  /** A connection to a server of {@code localhost} with a certificate of the rig's authority. */
  RawHttp2(int port) throws IOException {
    host = "localhost:" + port;
    Socket plain = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
    socket =
        (SSLSocket) Rig.trust().getSocketFactory().createSocket(plain, "localhost", port, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    socket.setSoTimeout(5_000);
    out = socket.getOutputStream();
    in = new DataInputStream(socket.getInputStream());
    out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    frame(SETTINGS, 0, 0, new byte[0]);
  }

  /**
   * On the next stream, a POST of {@code /} with the fields; one whose name begins with a colon
   * replaces ours.
   */
  void request(List<Field> fields, String body) throws IOException {
    requestWithout("", fields, body);
  }

  /** The same without one of ours. */
  void requestWithout(String name, List<Field> fields, String body) throws IOException {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (Field own :
        List.of(
            new Field(":method", "POST"),
            new Field(":scheme", "https"),
            new Field(":path", "/"),
            new Field(":authority", host))) {
      // A second :path shows whether the first or the last one counts.
      boolean replaced =
          fields.stream().anyMatch(it -> it.name().equals(own.name()))
              && !fields.equals(List.of(new Field(":path", "/smuggled")));
      if (!replaced && !own.name().equals(name)) {
        literal(block, own);
      }
    }
    for (Field field : fields) {
      literal(block, field);
    }
    frame(HEADERS, END_HEADERS, stream, block.toByteArray());
    frame(DATA, END_STREAM, stream, body.getBytes(StandardCharsets.ISO_8859_1));
    stream += 2;
  }

  /** The kind of the frame that ends the wait: of an answer, a refusal, or the connection. */
  int answer() throws IOException {
    return end().map(Frame::type).orElse(-1);
  }

  /** Whether the answer has status 200. */
  boolean isOk() throws IOException {
    return end().filter(Frame::isOk).isPresent();
  }

  /** The frame that ends the wait; empty where the connection does, or nothing comes. */
  private Optional<Frame> end() {
    try {
      while (true) {
        Frame frame = next();
        if (Set.of(HEADERS, RST_STREAM, GOAWAY).contains(frame.type())) {
          return Optional.of(frame);
        }
      }
    } catch (IOException e) {
      return Optional.empty(); // Of a body whose rest is waited for, too.
    }
  }

  /**
   * The next frame.
   *
   * @throws IOException at the end of the connection
   */
  Frame next() throws IOException {
    int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
    int type = in.readUnsignedByte();
    in.readUnsignedByte();
    in.readInt();
    return new Frame(type, ByteBuffer.wrap(in.readNBytes(length)));
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
