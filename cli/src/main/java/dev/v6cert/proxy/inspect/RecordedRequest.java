package dev.v6cert.proxy.inspect;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One request of the front, from its start on; for any thread. Of requests from before somebody
 * looked, and of those that the gate refused, there is a summary only.
 */
final class RecordedRequest {

  /** The most that is kept of a path with its query. */
  private static final int MAX_PATH = 2_048;

  private final long id;
  private final long startMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();
  private final Summary summary;
  private final Optional<Details> details;
  private @Nullable Outcome outcome;

  /** The first line of a request, without the gate's token. */
  record Summary(String method, String path) {
    boolean isWhole() {
      return path.length() <= MAX_PATH;
    }
  }

  /**
   * The rest of a request.
   *
   * @param target the server or folder that it goes to
   * @param replayOf the request that it repeats; -1 for none
   * @param whole whether all header fields are there
   * @param requestBody there while bodies are recorded; empty for a request without one, too
   */
  record Details(
      Client client,
      String target,
      long replayOf,
      boolean whole,
      List<HeaderField> headers,
      Optional<RecordedBody> requestBody,
      Optional<RecordedBody> responseBody) {}

  /**
   * The client, and how it asks.
   *
   * @param length octets of the request's content; 0 for none, -1 where that is not known
   */
  record Client(String address, String protocol, long length) {
    boolean sendsContent() {
      return length != 0;
    }
  }

  /**
   * The end of a request.
   *
   * @param sent octets of the response's content; -1 where that is not known
   */
  record Outcome(int status, long nanos, long sent, List<HeaderField> headers) {}

  RecordedRequest(long id, Summary summary, Optional<Details> details) {
    this.id = id;
    this.summary = summary;
    this.details = details;
  }

  long id() {
    return id;
  }

  Summary summary() {
    return summary;
  }

  Optional<Details> details() {
    return details;
  }

  synchronized void end(Outcome how) {
    outcome = how;
  }

  /** Frees the bodies; the number of octets that were kept. */
  int dropBodies() {
    int freed = 0;
    if (details.isPresent()) {
      freed += details.get().requestBody().map(RecordedBody::drop).orElse(0);
      freed += details.get().responseBody().map(RecordedBody::drop).orElse(0);
    }
    return freed;
  }

  /** A line of the list. */
  synchronized Json line() {
    String path = summary.path();
    Outcome end = outcome;
    long nanos = end == null ? System.nanoTime() - startNanos : end.nanos();
    long start = details.isPresent() || end == null ? startMillis : startMillis - nanos / 1_000_000;
    Json json =
        new Json()
            .put("id", id)
            .put("time", start)
            .put("method", summary.method())
            .put("path", summary.isWhole() ? path : path.substring(0, MAX_PATH) + "…")
            .put("detailed", details.isPresent())
            .put("ended", end != null)
            .put("micros", nanos / 1_000);
    if (end != null) {
      json.put("status", end.status());
      json.put("sent", end.sent());
    }
    details.ifPresent(it -> {
      json.put("client", it.client().address())
          .put("protocol", it.client().protocol())
          .put("received", it.client().length())
          .put("target", it.target());
      if (it.replayOf() >= 0) {
        json.put("replay_of", it.replayOf());
      }
    });
    return json;
  }

  /** All that is known. */
  Json all() {
    Json json = line();
    Outcome end;
    synchronized (this) {
      end = outcome;
    }
    details.ifPresent(it -> {
      json.putFields("request_headers", it.headers());
      it.requestBody()
          .filter(_ -> it.client().sendsContent())
          .ifPresent(body -> json.put("request_body", body.json(coding(it.headers()))));
      List<HeaderField> answered = end == null ? List.of() : end.headers();
      json.putFields("response_headers", answered);
      it.responseBody().ifPresent(body -> json.put("response_body", body.json(coding(answered))));
      json.put("curl", CurlCommand.of(this));
    });
    Replay.obstacle(this).ifPresent(why -> json.put("no_replay", why));
    return json;
  }

  private static String coding(List<HeaderField> headers) {
    return headers.stream()
        .filter(field -> field.is("Content-Encoding"))
        .map(HeaderField::value)
        .findFirst()
        .orElse("");
  }
}
