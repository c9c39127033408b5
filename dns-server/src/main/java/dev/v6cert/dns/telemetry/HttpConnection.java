package dev.v6cert.dns.telemetry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A connection to {@link HttpEndpoint}, for one request and one response. */
final class HttpConnection {
  /** The largest request line and headers, in octets. */
  private static final int LARGEST_HEAD = 8192;

  private static final byte[] END = {'\r', '\n', '\r', '\n'};

  /** The stages of a connection. */
  enum Stage {
    READING,
    ANSWERING,
    WRITING
  }

  private final Socket socket;
  final long opened;
  volatile Stage stage = Stage.READING;
  volatile long since;

  /** A request, without its body. */
  record Request(String method, String path, String query, Map<String, List<String>> headers) {}

  HttpConnection(Socket socket, long now) {
    this.socket = socket;
    this.opened = now;
    this.since = now;
  }

  /** Reads the request up to the end of its headers. */
  Request read() throws IOException {
    InputStream in = socket.getInputStream();
    byte[] head = new byte[LARGEST_HEAD];
    int length = 0;
    int end = 0;
    while (!endsAt(head, end)) {
      if (end + END.length < length) {
        end++;
        continue;
      }
      int count = length == head.length ? -1 : in.read(head, length, head.length - length);
      if (count < 0) {
        throw new IOException("the request has no end within " + LARGEST_HEAD + " octets");
      }
      length += count;
    }
    Request request = parse(new String(head, 0, end, StandardCharsets.ISO_8859_1));
    enter(Stage.ANSWERING);
    return request;
  }

  private static boolean endsAt(byte[] head, int at) {
    return Arrays.equals(head, at, Math.min(at + END.length, head.length), END, 0, END.length);
  }

  private static Request parse(String head) throws IOException {
    String[] lines = head.split("\r\n", -1);
    String[] words = lines[0].split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/1.")) {
      throw new IOException("this is not a request of HTTP/1");
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon > 0) {
        headers
            .computeIfAbsent(lines[i].substring(0, colon), _ -> new ArrayList<>())
            .add(lines[i].substring(colon + 1).strip());
      }
    }
    int mark = words[1].indexOf('?');
    return new Request(
        words[0],
        mark < 0 ? words[1] : words[1].substring(0, mark),
        mark < 0 ? "" : words[1].substring(mark + 1),
        headers);
  }

  /** Writes the response. The client closes the connection first, or loses it after a while. */
  void write(int status, Map<String, String> headers, ByteBuffer body, boolean withBody)
      throws IOException {
    enter(Stage.WRITING);
    StringBuilder head =
        new StringBuilder(String.format(Locale.ROOT, "HTTP/1.1 %d %s\r\n", status, reason(status)));
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("Content-Length: ")
        .append(body.remaining())
        .append("\r\nConnection: close\r\n\r\n");
    byte[] start = head.toString().getBytes(StandardCharsets.ISO_8859_1);
    byte[] whole = Arrays.copyOf(start, start.length + (withBody ? body.remaining() : 0));
    body.get(body.position(), whole, start.length, whole.length - start.length);
    socket.getOutputStream().write(whole);
    socket.shutdownOutput();
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 400 -> "Bad Request";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 503 -> "Service Unavailable";
      default -> "Internal Server Error";
    };
  }

  private void enter(Stage next) {
    since = System.nanoTime();
    stage = next;
  }

  void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // It is of no more use either way.
    }
  }
}
