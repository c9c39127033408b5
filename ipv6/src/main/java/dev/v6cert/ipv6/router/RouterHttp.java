package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** As much HTTP as a router needs: from a given address of ours, within narrow limits. */
final class RouterHttp {

  /** The limit of a whole exchange, however slowly the router sends. */
  private static final Duration LIMIT = Duration.ofSeconds(3);

  private static final String TOO_LONG = "the router takes too long";
  private static final int MAX_OCTETS = 64 * 1024;
  private static final int MAX_UPNP_ERROR = 999;

  private RouterHttp() {}

  static String get(IpAddress from, InetSocketAddress router, String path) throws IOException {
    return exchange(from, router, "GET " + path, "", "");
  }

  static String post(
      IpAddress from, InetSocketAddress router, String path, String action, String body)
      throws IOException {
    String headers =
        "Content-Type: text/xml; charset=\"utf-8\"\r\nContent-Length: %s\r\nSOAPAction: %s\r\n"
            .formatted(Integer.toString(body.length()), action);
    return exchange(from, router, "POST " + path, headers, body);
  }

  private static String exchange(
      IpAddress from, InetSocketAddress router, String line, String headers, String body)
      throws IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(from.toInetAddress(), 0));
      socket.connect(router, (int) LIMIT.toMillis());
      String host = IpAddress.from(router.getAddress()).urlHost() + ":" + router.getPort();
      String request =
          line
              + " HTTP/1.1\r\nHost: "
              + host
              + "\r\nConnection: close\r\n"
              + headers
              + "\r\n"
              + body;
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return content(read(socket, end));
    } catch (SocketTimeoutException e) {
      throw new RouterException(TOO_LONG);
    } catch (ConnectException e) {
      throw new RouterException("the router does not take connections");
    }
  }

  /** All that comes until the router closes, or says that it was all. */
  private static String read(Socket socket, long end) throws IOException {
    InputStream in = socket.getInputStream();
    byte[] octets = new byte[MAX_OCTETS];
    int length = 0;
    while (length < MAX_OCTETS) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new RouterException(TOO_LONG);
      }
      socket.setSoTimeout((int) left);
      int more = in.read(octets, length, MAX_OCTETS - length);
      if (more < 0) {
        return new String(octets, 0, length, StandardCharsets.UTF_8);
      }
      length += more;
      if (isWhole(octets, length)) {
        return new String(octets, 0, length, StandardCharsets.UTF_8);
      }
    }
    throw new RouterException("the router's answer is too long");
  }

  /** Whether the octets have all of the content by the Content-Length; some routers never close. */
  private static boolean isWhole(byte[] octets, int length) {
    String text = new String(octets, 0, length, StandardCharsets.ISO_8859_1);
    int head = text.indexOf("\r\n\r\n");
    if (head < 0) {
      return false;
    }
    String wanted = header(text.substring(0, head), "content-length");
    return wanted.matches("\\d{1,6}") && length - head - 4 >= Integer.parseInt(wanted);
  }

  private static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).toLowerCase(Locale.ROOT).equals(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return "";
  }

  /** The content of an answer with status 200. */
  static String content(String answer) throws RouterException {
    int end = answer.indexOf("\r\n\r\n");
    if (!answer.startsWith("HTTP/1.") || end < 0) {
      throw new RouterException("the router does not speak HTTP");
    }
    String head = answer.substring(0, end);
    String rest = answer.substring(end + 4);
    String content =
        header(head, "transfer-encoding").toLowerCase(Locale.ROOT).equals("chunked")
            ? unchunked(rest)
            : rest;
    if (!head.matches("(?s)HTTP/1\\.\\d 200.*")) {
      throw refusal(content, head.lines().findFirst().orElse(""));
    }
    return content;
  }

  private static RouterException refusal(String content, String statusLine) {
    try {
      String code = RouterXml.text(content, "errorCode").orElse("");
      String words = RouterXml.text(content, "errorDescription").orElse(statusLine);
      return new RouterException(
          "the router refuses: " + RouterXml.shortened(words),
          code.matches("\\d{3}") ? Math.min(Integer.parseInt(code), MAX_UPNP_ERROR) : 0);
    } catch (RouterException e) {
      return new RouterException("the router refuses: " + RouterXml.shortened(statusLine));
    }
  }

  /** The content without the sizes of its chunks (RFC 9112 section 7.1), as octets of ASCII. */
  private static String unchunked(String chunks) throws RouterException {
    StringBuilder content = new StringBuilder();
    int at = 0;
    while (true) {
      int end = chunks.indexOf("\r\n", at);
      String size = end < 0 ? "" : chunks.substring(at, end).replaceFirst(";.*", "").strip();
      if (!size.matches("[0-9A-Fa-f]{1,5}")) {
        throw new RouterException("the router does not speak HTTP");
      }
      int length = Integer.parseInt(size, 16);
      int start = end + 2;
      if (length == 0) {
        return content.toString();
      }
      if (start + length > chunks.length()) {
        throw new RouterException("the router's answer is cut short");
      }
      content.append(chunks, start, start + length);
      at = start + length + 2;
    }
  }
}
