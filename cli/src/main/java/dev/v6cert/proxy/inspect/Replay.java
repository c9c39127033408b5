package dev.v6cert.proxy.inspect;

import dev.v6cert.base.TlsContexts;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Sends a request again, to the front itself: it takes the same way as the first one, and appears
 * in the list as a request of its own.
 */
final class Replay {

  /** Of the first connection, or written anew. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "host",
          "connection",
          "content-length",
          "expect",
          "http2-settings",
          "keep-alive",
          "proxy-connection",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int CONNECT_MILLIS = 2_000;

  private final Supplier<Optional<InetSocketAddress>> front;
  private final Recorder recorder;

  Replay(Supplier<Optional<InetSocketAddress>> front, Recorder recorder) {
    this.front = front;
    this.recorder = recorder;
  }

  /** The reason why the request cannot be sent again; empty if it can. */
  static Optional<String> obstacle(RecordedRequest first) {
    if (first.details().isEmpty()) {
      return Optional.of("it came before this page was open, or was not let in");
    }
    RecordedRequest.Details details = first.details().get();
    if (!details.whole() || !first.summary().isWhole()) {
      return Optional.of("it is too long to be kept as a whole");
    }
    if (details.headers().stream().anyMatch(field -> field.is("Upgrade"))) {
      return Optional.of("it opens a WebSocket");
    }
    return details.requestBody().flatMap(RecordedBody::whole).isPresent()
        ? Optional.empty()
        : Optional.of("its body was not recorded: record bodies, and have it sent again");
  }

  /**
   * Sends it, and reads the response to its end, or for half a minute.
   *
   * @throws IOException when the front does not answer
   */
  void send(RecordedRequest first) throws IOException {
    RecordedRequest.Details details = first.details().orElseThrow();
    byte[] body = details.requestBody().flatMap(RecordedBody::whole).orElseThrow();
    try (SSLSocket socket = connect(host(details.headers()))) {
      OutputStream out = socket.getOutputStream();
      out.write(head(first, body.length).getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
      out.flush();
      InputStream in = socket.getInputStream();
      byte[] buffer = new byte[16 * 1024];
      long end = System.nanoTime() + LIMIT.toNanos();
      while (in.read(buffer) >= 0 && System.nanoTime() < end) {}
    }
  }

  private String head(RecordedRequest first, int length) {
    RecordedRequest.Details details = first.details().orElseThrow();
    String method = first.summary().method();
    StringBuilder head = new StringBuilder(method);
    head.append(' ').append(first.summary().path()).append(" HTTP/1.1\r\n");
    field(head, "Host", host(details.headers()));
    for (HeaderField one : details.headers()) {
      if (!LEFT_OUT.contains(one.name().toLowerCase(Locale.ROOT))) {
        field(head, one.name(), one.value());
      }
    }
    field(head, Recorder.REPLAY, recorder.mark(first));
    field(head, "Connection", "close");
    if (details.client().sendsContent()) {
      field(head, "Content-Length", Integer.toString(length));
    }
    return head.append("\r\n").toString();
  }

  private static void field(StringBuilder head, String name, String value) {
    head.append(name).append(": ").append(value).append("\r\n");
  }

  private static String host(List<HeaderField> headers) {
    return headers.stream()
        .filter(field -> field.is("Host"))
        .map(HeaderField::value)
        .findFirst()
        .orElse("");
  }

  private SSLSocket connect(String host) throws IOException {
    InetSocketAddress address =
        front
            .get()
            .orElseThrow(() ->
                new ConnectException("the port is the CA's for a moment, for a new certificate"));
    InetAddress to =
        address.getAddress().isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress()
            : address.getAddress();
    int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
    String name = colon < 0 ? host : host.substring(0, colon);
    Socket plain = new Socket();
    try {
      plain.connect(new InetSocketAddress(to, address.getPort()), CONNECT_MILLIS);
      SSLSocket socket =
          (SSLSocket)
              TlsContexts.trustingAnyone()
                  .getSocketFactory()
                  .createSocket(plain, name, address.getPort(), true);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(new String[] {"http/1.1"});
      socket.setSSLParameters(parameters);
      socket.setSoTimeout((int) LIMIT.toMillis());
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    }
  }
}
