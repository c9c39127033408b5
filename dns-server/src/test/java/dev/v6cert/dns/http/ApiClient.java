package dev.v6cert.dns.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client of the API, as small as those of the field. */
public final class ApiClient implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final InetSocketAddress server;

  /** A client of the API at an address. */
  public ApiClient(InetSocketAddress server) {
    this.server = server;
  }

  /** An account as {@code register} gives it. */
  public record Account(String user, String key, String name, String subdomain) {
    /** The headers that prove it. */
    public Map<String, String> headers() {
      return Map.of("X-Api-User", user, "X-Api-Key", key);
    }

    /** The body of an update. */
    public String update(String text) {
      return "{\"subdomain\":\"" + subdomain + "\",\"txt\":\"" + text + "\"}";
    }
  }

  /** Sends a request; an empty body is sent as none. */
  public HttpResponse<String> send(
      String method, String path, Map<String, String> headers, String body)
      throws IOException, InterruptedException {
    String host = server.getAddress().getHostAddress();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://"
                        + (host.contains(":") ? "[" + host + "]" : host)
                        + ":"
                        + server.getPort()
                        + path))
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    headers.forEach(request::header);
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Registers an account. */
  public Account register(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = send("POST", path, Map.of(), body);
    if (response.statusCode() != 201) {
      throw new AssertionError(response.statusCode() + " " + response.body());
    }
    return new Account(
        member(response.body(), "username"),
        member(response.body(), "password"),
        member(response.body(), "fulldomain"),
        member(response.body(), "subdomain"));
  }

  /** Sets a value; the status and the body. */
  public String update(Account account, String text) throws IOException, InterruptedException {
    HttpResponse<String> response =
        send("POST", "/update", account.headers(), account.update(text));
    return response.statusCode() + " " + response.body();
  }

  private static String member(String json, String name) {
    Matcher found = Pattern.compile("\"" + name + "\":\"([^\"]*)\"").matcher(json);
    if (!found.find()) {
      throw new AssertionError("no " + name + " in " + json);
    }
    return found.group(1);
  }

  @Override
  public void close() {
    client.close();
  }
}
