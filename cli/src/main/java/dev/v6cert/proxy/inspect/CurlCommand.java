package dev.v6cert.proxy.inspect;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request as a command line of curl, for the server behind: it needs no token then. */
final class CurlCommand {

  /** Made by curl itself, or of the connection. */
  private static final Set<String> LEFT_OUT =
      Set.of("host", "content-length", "connection", "transfer-encoding", "accept-encoding");

  private static final String UNIX = "unix:";

  private CurlCommand() {}

  static String of(RecordedRequest recorded) {
    RecordedRequest.Details details = recorded.details().orElseThrow();
    List<HeaderField> headers = details.headers();
    StringBuilder command = new StringBuilder("curl");
    String method = recorded.summary().method();
    Optional<RecordedBody> body = details.requestBody();
    if (method.equals("HEAD")) {
      command.append(" --head");
    } else if (!method.equals("GET") || details.client().sendsContent()) {
      command.append(" -X ").append(quoted(method));
    }
    String target = details.target();
    String base = target.startsWith("http") ? target : "https://" + value(headers, "Host");
    if (target.startsWith(UNIX)) {
      command.append(" --unix-socket ").append(quoted(target.substring(UNIX.length())));
      base = "http://localhost";
    }
    command.append(" --globoff --path-as-is ").append(quoted(base + recorded.summary().path()));
    for (HeaderField field : headers) {
      if (!LEFT_OUT.contains(field.name().toLowerCase(java.util.Locale.ROOT))) {
        String text = field.name() + (field.value().isEmpty() ? ";" : ": " + field.value());
        command.append(" -H ").append(quoted(text));
      }
    }
    if (headers.stream().anyMatch(field -> field.is("Accept-Encoding"))) {
      command.append(" --compressed");
    }
    body.flatMap(RecordedBody::whole)
        .filter(octets -> octets.length > 0)
        .flatMap(CurlCommand::text)
        .ifPresent(text -> {
          if (value(headers, "Content-Type").isEmpty()) {
            command.append(" -H ").append(quoted("Content-Type:")); // Curl would add one.
          }
          command.append(" --data-raw ").append(quoted(text));
        });
    return command.toString();
  }

  private static String value(List<HeaderField> headers, String name) {
    return headers.stream()
        .filter(it -> it.is(name))
        .map(HeaderField::value)
        .findFirst()
        .orElse("");
  }

  private static Optional<String> text(byte[] octets) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(octets)).toString();
      return text.indexOf('\0') < 0 ? Optional.of(text) : Optional.empty();
    } catch (CharacterCodingException e) {
      return Optional.empty(); // Of no use on a command line.
    }
  }

  /** A word of a shell: within single quotes everything stands for itself (POSIX 2.2.2). */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
