package dev.v6cert.acme.challenge;

import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.ChallengeRequest.Answer;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers a presented token with its key authorization, and anything else with an empty refusal. A
 * token is matched by the path alone: for an address as identifier, {@code Host} is the address in
 * brackets. Nothing is read from disk, redirected or kept alive.
 */
final class TokenHandler implements HttpHandler {

  private static final String PREFIX = "/.well-known/acme-challenge/";
  private static final int MAX_HITS = 1000;
  private static final int MAX_METHOD = 16;
  private static final int MAX_PATH = 256;

  private final Map<String, String> answers = new ConcurrentHashMap<>();
  private final List<ChallengeRequest> requests = new ArrayList<>();
  private final Clock clock;
  private final ChallengeRequest.Listener listener;

  TokenHandler(Clock clock, ChallengeRequest.Listener listener) {
    this.clock = clock;
    this.listener = listener;
  }

  void present(String token, String keyAuthorization) {
    answers.put(token, keyAuthorization);
  }

  void withdraw(String token) {
    answers.remove(token);
  }

  List<ChallengeRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void handleRequest(HttpServerExchange exchange) {
    String path = exchange.getRequestPath();
    String keyAuthorization =
        path.startsWith(PREFIX) ? answers.get(path.substring(PREFIX.length())) : null;
    Answer answer = answer(exchange, path, keyAuthorization);
    record(exchange, path, answer);
    exchange.setPersistent(false);
    if (answer == Answer.KEY_AUTHORIZATION && keyAuthorization != null) {
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/octet-stream");
      exchange.getResponseSender().send(keyAuthorization);
    } else {
      exchange.setStatusCode(
          answer == Answer.METHOD_REFUSED ? StatusCodes.METHOD_NOT_ALLOWED : StatusCodes.NOT_FOUND);
      exchange.endExchange();
    }
  }

  private static Answer answer(
      HttpServerExchange exchange, String path, @Nullable String keyAuthorization) {
    boolean reads =
        exchange.getRequestMethod().equals(Methods.GET)
            || exchange.getRequestMethod().equals(Methods.HEAD);
    if (!reads) {
      return Answer.METHOD_REFUSED;
    }
    if (keyAuthorization != null) {
      return Answer.KEY_AUTHORIZATION;
    }
    return path.startsWith(PREFIX) ? Answer.UNKNOWN_TOKEN : Answer.OTHER_PATH;
  }

  private void record(HttpServerExchange exchange, String path, Answer answer) {
    ChallengeRequest request =
        new ChallengeRequest(
            exchange.getSourceAddress(),
            exchange.getDestinationAddress(),
            printable(exchange.getRequestMethod().toString(), MAX_METHOD),
            printable(path, MAX_PATH),
            answer,
            clock.instant());
    synchronized (requests) {
      if (requests.size() >= MAX_HITS) {
        return;
      }
      requests.add(request);
    }
    listener.on(request);
  }

  private static String printable(String text, int limit) {
    StringBuilder safe = new StringBuilder();
    for (int i = 0; i < text.length() && safe.length() < limit; i++) {
      char c = text.charAt(i);
      safe.append(c > ' ' && c < 0x7f && c != '\\' ? Character.toString(c) : escape(c));
    }
    return safe.length() > limit ? safe.substring(0, limit) : safe.toString();
  }

  private static String escape(char c) {
    return String.format("\\x%02x", (int) c);
  }
}
