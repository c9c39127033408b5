package dev.v6cert.testing;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A request or an answer of HTTP/1 (RFC 9112), read whole; without transfer codings.
 *
 * @param start its first line
 * @param headers each as {@code Name: value}
 */
public record HttpMessage(String start, List<String> headers, String body) {

  private static final int LONGEST_LINE = 16_384;

  /** Copies the headers. */
  public HttpMessage {
    headers = List.copyOf(headers);
  }

  /** An answer of the status, with a body of the media type. */
  public static HttpMessage answer(int status, String type, String body) {
    return new HttpMessage("HTTP/1.1 " + status + " So", List.of("Content-Type: " + type), body);
  }

  /** A problem document (RFC 9457) of the ACME error type. */
  public static HttpMessage problem(int status, String type) {
    return answer(
        status,
        "application/problem+json",
        "{\"type\":\"urn:ietf:params:acme:error:" + type + "\",\"detail\":\"so it is\"}");
  }

  /** The next request of a connection; empty where it ended before one began. */
  static Optional<HttpMessage> request(InputStream in) throws IOException {
    String start = line(in);
    return start.isEmpty() ? Optional.empty() : Optional.of(rest(start, in, 0));
  }

  /** The only answer of a connection, which may end with it. */
  static HttpMessage lastAnswer(InputStream in) throws IOException {
    return rest(line(in), in, Integer.MAX_VALUE);
  }

  private static HttpMessage rest(String start, InputStream in, int otherwise) throws IOException {
    List<String> headers = new ArrayList<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      headers.add(line);
    }
    HttpMessage head = new HttpMessage(start, headers, "");
    int length = head.header("Content-Length").map(Integer::valueOf).orElse(otherwise);
    return head.withBody(new String(in.readNBytes(length), StandardCharsets.UTF_8));
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n' && octet != -1; octet = in.read()) {
      line.write(octet);
      if (line.size() > LONGEST_LINE) {
        throw new EOFException("a line without end");
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1).strip();
  }

  /** The path of a request. */
  public String path() {
    return start.split(" ", 3)[1];
  }

  /** The status of an answer. */
  public int status() {
    return Integer.parseInt(start.split(" ", 3)[1]);
  }

  /** The value of the header. */
  public Optional<String> header(String name) {
    return headers.stream()
        .filter(it -> isOf(it, name))
        .map(it -> it.substring(name.length() + 1).strip())
        .findFirst();
  }

  private static boolean isOf(String header, String name) {
    return header.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":");
  }

  /** The same with the header instead of all of its name. */
  public HttpMessage with(String name, String value) {
    HttpMessage others = without(name);
    return new HttpMessage(
        start,
        Stream.concat(others.headers.stream(), Stream.of(name + ": " + value)).toList(),
        body);
  }

  /** The same without the header. */
  public HttpMessage without(String name) {
    return new HttpMessage(start, headers.stream().filter(it -> !isOf(it, name)).toList(), body);
  }

  /** The same with another body. */
  public HttpMessage withBody(String another) {
    return new HttpMessage(start, headers, another);
  }

  /** The same with another first line. */
  HttpMessage withStart(String another) {
    return new HttpMessage(another, headers, body);
  }

  /** All of it but its body, whose length it tells. */
  String head() {
    String length = Integer.toString(body.getBytes(StandardCharsets.UTF_8).length);
    return start
        + "\r\n"
        + with("Content-Length", length).headers.stream()
            .map(it -> it + "\r\n")
            .collect(Collectors.joining())
        + "\r\n";
  }

  /** As it is sent. */
  byte[] octets() {
    return (head() + body).getBytes(StandardCharsets.UTF_8);
  }
}
