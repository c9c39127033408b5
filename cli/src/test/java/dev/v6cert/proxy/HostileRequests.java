package dev.v6cert.proxy;

import dev.v6cert.proxy.RawHttp2.Field;
import java.util.List;

/**
 * Requests that two parsers may read in two ways, so that one of them sees a request which the
 * other one took for a body or a field. Lines end with {@code ~}; {@code HOST} is a right one.
 */
final class HostileRequests {

  /** The request that must not be seen. */
  static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

  /** Heads of HTTP/1.1 that are refused. */
  static final List<String> HEADS =
      List.of(
          "POST / HTTP/1.1~HOST~Content-Length: 4~Transfer-Encoding: chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked~Content-Length: 4",
          "POST / HTTP/1.1~HOST~Content-Length: 4~Content-Length: 40",
          "POST / HTTP/1.1~HOST~Content-Length: 4~Content-Length: 4",
          "POST / HTTP/1.1~HOST~Content-Length: +4",
          "POST / HTTP/1.1~HOST~Content-Length: 4, 4",
          "POST / HTTP/1.1~HOST~Content-Length: -1",
          "POST / HTTP/1.1~HOST~Content-Length: 0x4",
          "POST / HTTP/1.1~HOST~Content-Length: 4a",
          "POST / HTTP/1.1~HOST~Content-Length: 18446744073709551620",
          "POST / HTTP/1.1~HOST~Content-Length: ",
          "POST / HTTP/1.1~HOST~Content-Length : 4",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: xchunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: gzip, chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked, identity",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked, chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: \"chunked\"",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked;q=1",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: identity",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: ",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked~Transfer-Encoding: chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked~Transfer-Encoding: identity",
          "POST / HTTP/1.1~HOST~Transfer-Encoding : chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding:\u000bchunked",
          "POST / HTTP/1.0~HOST~Transfer-Encoding: chunked",
          "GET / HTTP/1.1~HOST~HOST",
          "GET / HTTP/1.1~HOST~Host: x",
          "GET / HTTP/1.1~X: y",
          "GET / HTTP/1.1~Host: a@b",
          "GET / HTTP/1.1~HOST~X: a\u0000b",
          "GET / HTTP/1.1~HOST~X: a\rGET /smuggled HTTP/1.1",
          "GET / HTTP/1.1~HOST~X(: a",
          "GET / HTTP/1.1~ X: y~HOST",
          "GET http://evil.example/ HTTP/1.1~HOST",
          "CONNECT localhost:1 HTTP/1.1~HOST",
          "GET /%zz HTTP/1.1~HOST");

  /** Heads that one may take or refuse, without harm as they are written anew. */
  static final List<String> DOUBTFUL_HEADS =
      List.of(
          "GET / HTTP/1.1~HOST~X: a~ GET /smuggled HTTP/1.1",
          "GET / HTTP/1.1~HOST~X: a~\tfolded",
          "GET / HTTP/1.1~HOST~: empty",
          "GET / HTTP/1.1~HOST~X y",
          "GET  / HTTP/1.1~HOST",
          "GET / HTTP/2.0~HOST",
          "GET / HTTP/1.1 x~HOST",
          "GET\t/ HTTP/1.1~HOST",
          "G(T / HTTP/1.1~HOST",
          "GET / http/1.1~HOST",
          "GET / HTTP/1.1~HOST~X: a\nY: b");

  /** Heads that are as they should be. */
  static final List<String> LAWFUL_HEADS =
      List.of(
          "GET / HTTP/1.1~HOST",
          "POST / HTTP/1.1~HOST~Content-Length: 5",
          "POST / HTTP/1.1~HOST~Content-Length: 5 ",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: chunked",
          "POST / HTTP/1.1~HOST~Transfer-Encoding: CHUNKED");

  /** Beginnings of a body in chunks whose length nobody can know. */
  static final List<String> CHUNKS =
      List.of(
          "zz\r\n",
          "0x5\r\nabcde\r\n",
          "+5\r\nabcde\r\n",
          "-5\r\n",
          " 5\r\nabcde\r\n",
          "\r\n",
          ";a\r\n",
          "fffffffffffffffff\r\n",
          "10000000000000005\r\nabcde\r\n",
          "2;\n",
          "5\nabcde\r\n",
          "5;a=\nb\r\nabcde\r\n",
          "5;a=b\nabcde\r\n",
          "5\r\nabcdeX\r\n",
          "5\r\nabcd\r\n",
          "5\r\nabcde\n",
          "5\r\nabcde",
          "5\r\nabcde\r5\r\nabcde\r\n",
          "5\r\nabcde\r\n0\n\n",
          "5\r\nabcde\r\n0\r\nGET /smuggled HTTP/1.1\r\n",
          "5\r\nabcde\r\n0\r\nX: a\nb: c\r\n",
          "5\r\nabcde\r\n0\r\nX\r\n",
          "5\r\nabcde\r\n0\r\nX: a\r\nb\r\n",
          "5\r\nabcde\r\n0\r\n: a\r\n\r\n");

  /** Others that one may take or refuse: some clients pad the size with blanks. */
  static final List<String> DOUBTFUL_CHUNKS = List.of("5 \r\nabcde\r\n", "5\t \r\nabcde\r\n");

  /** Chunks that are as they should be. */
  static final List<String> LAWFUL_CHUNKS =
      List.of(
          "5\r\nabcde\r\n",
          "0005\r\nabcde\r\n",
          "A\r\nabcdeabcde\r\n",
          "a\r\nabcdeabcde\r\n",
          "5;a=b\r\nabcde\r\n",
          "5;a=\"b;c\"\r\nabcde\r\n",
          "2\r\n\r\n\r\n3\r\n0\r\n\r\n");

  /** Fields of HTTP/2 that would be several, or others, as the lines of HTTP/1.1. */
  static final List<List<Field>> FIELDS =
      List.of(
          List.of(new Field("x", "a\r\n" + SMUGGLED)),
          List.of(new Field("x", "a\nGET /smuggled HTTP/1.1")),
          List.of(new Field("x", "a\rGET /smuggled HTTP/1.1")),
          List.of(new Field("x\r\nget /smuggled HTTP/1.1\r\ny", "a")),
          List.of(new Field("x: y", "a")),
          List.of(new Field("x y", "a")),
          List.of(new Field("", "a")),
          List.of(new Field("X", "a")),
          List.of(new Field("x", "a\u0000b")),
          List.of(new Field("cookie", "a\r\n" + SMUGGLED)),
          List.of(new Field("content-length", "3\r\nTransfer-Encoding: chunked")),
          List.of(new Field("content-length", "+3")),
          List.of(new Field("content-length", "3"), new Field("content-length", "36")),
          List.of(new Field("content-length", "3")),
          List.of(new Field("content-length", "0")),
          List.of(new Field("content-length", "100000")),
          List.of(new Field("transfer-encoding", "chunked")),
          List.of(new Field("transfer-encoding", "chunked"), new Field("content-length", "3")),
          List.of(new Field("connection", "content-length"), new Field("content-length", "36")),
          List.of(new Field("connection", "close")),
          List.of(new Field("keep-alive", "timeout=5")),
          List.of(new Field("proxy-connection", "keep-alive")),
          List.of(new Field("te", "gzip")),
          List.of(new Field("host", "evil.example")),
          List.of(new Field("host", "x\r\n\r\n" + SMUGGLED)),
          List.of(new Field(":path", "/smuggled")),
          List.of(new Field(":path", "/ HTTP/1.1\r\nHost: x\r\n\r\n" + SMUGGLED)),
          List.of(new Field(":path", "smuggled")),
          List.of(new Field(":method", "POST / HTTP/1.1\r\nHost: x\r\n\r\nGET /smuggled")),
          List.of(new Field(":authority", "localhost\r\n\r\n" + SMUGGLED)),
          List.of(new Field(":scheme", "https\r\n\r\n" + SMUGGLED)),
          List.of(new Field(":protocol", "websocket")),
          List.of(new Field(":unknown", "a")),
          List.of(new Field("upgrade", "websocket"), new Field("connection", "upgrade")));

  private HostileRequests() {}

  /** The octets of a request with a head. */
  static String octets(String head, String body, String host) {
    return head.replace("HOST", "Host: " + host).replace("~", "\r\n") + "\r\n\r\n" + body;
  }

  /** Whether the head of a request that came has the line of the one that must not be seen. */
  static boolean isSmuggled(String head) {
    return head.lines()
        .anyMatch(line -> line.toLowerCase(java.util.Locale.ROOT).startsWith("get /smuggled"));
  }
}
