package dev.v6cert.dns.http;

import dev.v6cert.dns.http.JsonReader.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks an acme-dns server, ours or another, by its HTTP API. A call takes as long as the server
 * does, at most {@link #LIMIT}; of an answer {@link #LARGEST_ANSWER} octets are read at most.
 */
public final class AcmeDnsClient {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration CONNECTING = Duration.ofSeconds(10);
  private static final int LARGEST_ANSWER = 64 * 1024;

  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final int SERVER_FAULTS = 500;
  private static final int TOO_MANY = 429;

  private final URI base;
  private final Duration limit;

  /**
   * A client.
   *
   * @param base the address of the API, perhaps with a token for registering as its path or as its
   *     user and password
   */
  public AcmeDnsClient(URI base) {
    this(base, LIMIT);
  }

  AcmeDnsClient(URI base, Duration limit) {
    this.base = base;
    this.limit = limit;
  }

  /**
   * An account as the clients of acme-dns keep it.
   *
   * @param fulldomain the name whose TXT records it sets
   * @param server the address of the API, without a user
   */
  public record Account(
      String username, String password, String fulldomain, String subdomain, String server) {

    /** The account without its password. */
    @Override
    public String toString() {
      return "Account[" + username + " of " + fulldomain + " at " + server + "]";
    }
  }

  /** The server did not do what it was asked for. */
  public static final class FailedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Problem problem;

    private FailedException(Problem problem, String detail) {
      super(detail);
      this.problem = problem;
    }

    /** The reason. */
    public Problem problem() {
      return problem;
    }

    /** The particulars for people. */
    public String detail() {
      return String.valueOf(getMessage());
    }
  }

  /** The reason of a failure. */
  public enum Problem {
    /** There was no connection, or no answer in time. */
    SILENT,
    /** It is overloaded, or cannot store anything now. */
    BUSY,
    /** It does not let us. */
    REFUSED,
    /** The answer is not that of an acme-dns server. */
    NOT_ACME_DNS
  }

  /** The address of the API without a user, as it is kept with an account. */
  public String server() {
    return server(base.toString());
  }

  /** The address of an API without a user and a slash at its end. */
  public static String server(String address) {
    String text = address.replaceFirst("//[^/]*@", "//");
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  /** Opens an account, which may be used from everywhere. */
  public Account register() throws FailedException, InterruptedException {
    HttpRequest.Builder request = request("register", JsonText.of(Map.of("allowfrom", List.of())));
    Optional.ofNullable(base.getUserInfo())
        .ifPresent(user ->
            request.header(
                "Authorization",
                "Basic "
                    + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8))));
    HttpResponse<String> response = send(request.build());
    if (response.statusCode() != CREATED && response.statusCode() != OK) {
      throw failure(response);
    }
    try {
      if (JsonReader.read(response.body()) instanceof Json.Members(Map<String, Json> members)) {
        return AcmeDnsFile.account(members, server());
      }
    } catch (JsonReader.MalformedException e) {
      // Said below.
    }
    throw new FailedException(Problem.NOT_ACME_DNS, "its answer has no account");
  }

  /** Sets a value at the account's name; the older one of two is given up. */
  public void update(Account account, String value) throws FailedException, InterruptedException {
    HttpRequest request =
        request("update", JsonText.of(Map.of("subdomain", account.subdomain(), "txt", value)))
            .header("X-Api-User", account.username())
            .header("X-Api-Key", account.password())
            .build();
    HttpResponse<String> response = send(request);
    if (response.statusCode() != OK) {
      throw failure(response);
    }
  }

  private HttpRequest.Builder request(String operation, String body) {
    return HttpRequest.newBuilder(URI.create(server() + "/" + operation))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body));
  }

  private HttpResponse<String> send(HttpRequest request)
      throws FailedException, InterruptedException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECTING)
            .followRedirects(Redirect.NEVER) // The password is for this server.
            .build();
    try {
      // A time-out of the request would end with the headers of the answer.
      return client
          .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofString(), LARGEST_ANSWER))
          .get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new FailedException(
          Problem.SILENT, "no whole answer in " + limit.toSeconds() + " seconds");
    } catch (ExecutionException e) {
      throw new FailedException(
          Problem.SILENT,
          Optional.ofNullable(e.getCause()).map(Throwable::getMessage).orElse("no connection"));
    } finally {
      client.shutdownNow();
    }
  }

  /** The failure in an answer; its words are those of the server. */
  private static FailedException failure(HttpResponse<String> response) {
    int status = response.statusCode();
    String words = "HTTP " + status;
    boolean known = false;
    try {
      if (JsonReader.read(response.body()) instanceof Json.Members(Map<String, Json> members)
          && members.get("error") instanceof Json.Text(String error)) {
        words += ": " + error;
        known = true;
      }
    } catch (JsonReader.MalformedException e) {
      // It has no words.
    }
    Problem problem;
    if (status == TOO_MANY || status >= SERVER_FAULTS) {
      problem = Problem.BUSY;
    } else {
      problem = known ? Problem.REFUSED : Problem.NOT_ACME_DNS;
    }
    return new FailedException(problem, words);
  }
}
