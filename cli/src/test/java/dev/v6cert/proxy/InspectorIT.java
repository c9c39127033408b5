package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.gate.TokenGate;
import dev.v6cert.proxy.inspect.Inspector;
import dev.v6cert.proxy.upstream.Upstream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page on loopback that shows the requests of the front. */
class InspectorIT {

  private static final Pattern ID = Pattern.compile("\\{\"id\":([0-9]+)");
  private static final HttpClient PLAIN = HttpClient.newHttpClient();

  private final TokenGate gate = TokenGate.create();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final HttpClient client = Rig.client(HttpClient.Version.HTTP_2);
  private Backend backend;
  private Rig rig;
  private Inspector inspector;
  private Optional<InetSocketAddress> front = Optional.empty();
  private @Nullable Socket page;
  private String cookie;

  @BeforeEach
  void start() throws Exception {
    backend =
        Backend.start(exchange -> {
          byte[] body = exchange.body();
          String path = exchange.head().split(" ", 3)[1];
          if (path.startsWith("/zip")) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
              out.write("unpacked text".getBytes(StandardCharsets.UTF_8));
            }
            exchange.send(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + packed.size()
                    + "\r\n\r\n"
                    + packed.toString(StandardCharsets.ISO_8859_1));
          } else if (path.startsWith("/big")) {
            exchange.ok("x".repeat(100_000));
          } else {
            exchange.ok("got " + new String(body, StandardCharsets.ISO_8859_1));
          }
        });
    rig = Rig.of(gate, backend);
    front = Optional.of(rig.front.address());
    inspector = Inspector.start(0, rig.recorder, () -> front);
    HttpResponse<String> entered =
        client.send(
            HttpRequest.newBuilder(URI.create(gate.link("https://" + rig.host() + "/"))).build(),
            BodyHandlers.ofString());
    cookie = entered.headers().firstValue("set-cookie").orElseThrow().split(";", 2)[0];
  }

  @AfterEach
  void end() throws IOException {
    if (page != null) {
      page.close();
    }
    inspector.close();
    rig.close();
    backend.close();
  }

  private String host() {
    return "localhost:" + inspector.port();
  }

  /** Opens the page's stream of events; returns once its first line is there. */
  private void look() throws Exception {
    Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), inspector.port());
    page = socket;
    String request = "GET /events HTTP/1.1\r\nHost: " + host() + "\r\n\r\n";
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    BufferedReader in =
        new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    Thread.startVirtualThread(() -> {
      try {
        in.lines()
            .filter(line -> line.startsWith("data:"))
            .forEach(line -> lines.add(line.substring("data:".length()).strip()));
      } catch (UncheckedIOException e) {
        // The test has closed its page.
      }
    });
    line("\"bodies\"");
  }

  /** The first line with all the words, when it is there. */
  private String line(String... words) throws InterruptedException {
    long end = System.nanoTime() + 5_000_000_000L;
    while (System.nanoTime() < end) {
      for (String line : lines) {
        if (List.of(words).stream().allMatch(line::contains)) {
          return line;
        }
      }
      Thread.sleep(5);
    }
    throw new AssertionError("no line with " + List.of(words) + " in " + lines);
  }

  private static long id(String line) {
    Matcher matcher = ID.matcher(line);
    assertThat(matcher.find()).as(line).isTrue();
    return Long.parseLong(matcher.group(1));
  }

  private HttpResponse<String> ask(String method, String path, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + host() + path))
            .method(method, BodyPublishers.noBody());
    if (headers.length > 0) {
      request.headers(headers);
    }
    return PLAIN.send(request.build(), BodyHandlers.ofString());
  }

  private String details(String line) throws Exception {
    HttpResponse<String> answer = ask("GET", "/requests/" + id(line));
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private void keepBodies() throws Exception {
    assertThat(ask("POST", "/bodies/on", "Origin", "http://" + host()).statusCode()).isEqualTo(204);
  }

  private HttpResponse<String> visit(HttpRequest.Builder request) throws Exception {
    return client.send(request.header("Cookie", cookie).build(), BodyHandlers.ofString());
  }

  @Test
  void listsRequestsAsTheyComeWithoutTokenAndCookie() throws Exception {
    look();
    String token = gate.link("").substring("?v6cert=".length());
    client.send(
        HttpRequest.newBuilder(URI.create(gate.link("https://" + rig.host() + "/entry"))).build(),
        BodyHandlers.ofString());
    visit(
        rig.request("/page?a=b")
            .header("x-own", "mine \" <b>")
            .header("Referer", gate.link("https://" + rig.host() + "/")));

    String line = line("/page?a=b", "\"ended\":true");
    assertThat(line)
        .contains("\"method\":\"GET\"", "\"status\":200", "\"sent\":4", "HTTP/2.0", "127.0.0.1");
    assertThat(details(line))
        .contains("[\"x-own\",\"mine \\\" <b>\"]", "[\"Content-Length\",\"4\"]", "localhost:")
        .doesNotContain("response_body", "v6cert=");
    String entry = line("\"path\":\"/entry\"");
    assertThat(entry).contains("\"status\":303", "\"detailed\":false");
    String secret = cookie.substring(cookie.indexOf('=') + 1);
    assertThat(String.join("\n", lines) + details(line) + details(entry))
        .doesNotContain(token)
        .doesNotContain(secret);
  }

  @Test
  void hasASummaryOnlyOfWhatCameBeforeAndOfWhatTheGateRefused() throws Exception {
    visit(rig.request("/early").header("x-own", "mine"));
    rig.traffic(2);
    look();
    client.send(rig.request("/stranger").build(), BodyHandlers.ofString());

    for (String line : List.of(line("/early"), line("/stranger", "\"ended\":true"))) {
      assertThat(line).contains("\"detailed\":false");
      assertThat(details(line)).doesNotContain("x-own").contains("\"no_replay\"");
    }
  }

  @Test
  void keepsBodiesOnDemandAndWithinALimit() throws Exception {
    look();
    visit(rig.request("/before").POST(BodyPublishers.ofString("first")));
    assertThat(details(line("/before", "\"ended\":true"))).doesNotContain("first");
    keepBodies();
    line("\"bodies\":true");
    visit(rig.request("/after").POST(BodyPublishers.ofString("second")));
    visit(rig.request("/zip"));
    visit(rig.request("/big/cut"));

    assertThat(details(line("/after", "\"ended\":true")))
        .contains("\"text\":\"second\"", "\"text\":\"got second\"");
    assertThat(details(line("/zip", "\"ended\":true"))).contains("\"text\":\"unpacked text\"");
    assertThat(details(line("/big/cut", "\"ended\":true")))
        .contains("\"size\":100000,\"kept\":65536,\"whole\":false");
    for (int i = 0; i < 100; i++) {
      visit(rig.request("/big/" + i));
    }
    line("/big/99", "\"ended\":true");
    long kept = 0;
    for (int i = 0; i < 100; i++) {
      Matcher size =
          Pattern.compile("\"response_body\":\\{\"size\":100000,\"kept\":([0-9]+)")
              .matcher(details(line("/big/" + i + "\"", "\"ended\":true")));
      assertThat(size.find()).isTrue();
      kept += Long.parseLong(size.group(1));
    }
    assertThat(kept).isBetween(3_000_000L, 4L * 1024 * 1024);
  }

  @Test
  void sendsARequestAgainBySideOfTheGate() throws Exception {
    look();
    keepBodies();
    line("\"bodies\":true");
    visit(
        rig.request("/order?n=1")
            .header("x-own", "mine")
            .method("PUT", BodyPublishers.ofString("two pieces")));
    String first = line("/order?n=1", "\"ended\":true");

    String path = "/requests/" + id(first) + "/replay";
    assertThat(ask("POST", path, "Origin", "http://" + host()).statusCode()).isEqualTo(204);

    String again = line("/order?n=1", "\"ended\":true", "\"replay_of\":" + id(first));
    assertThat(again).contains("\"status\":200");
    assertThat(details(again)).contains("\"text\":\"two pieces\"", "\"text\":\"got two pieces\"");
    assertThat(backend.heads()).hasSize(2);
    assertThat(backend.heads().getLast())
        .startsWith("PUT /order?n=1 ")
        .contains("x-own: mine")
        .doesNotContainIgnoringCase("V6cert-Replay");
  }

  @Test
  void saysThatTheFrontHasLeftItsPortToTheAuthority() throws Exception {
    look();
    visit(rig.request("/page"));
    String path = "/requests/" + id(line("/page", "\"ended\":true")) + "/replay";
    front = Optional.empty();

    HttpResponse<String> answer = ask("POST", path, "Origin", "http://" + host());

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("could not be sent: the port is the CA's for a moment");
    front = Optional.of(rig.front.address());
    assertThat(ask("POST", path, "Origin", "http://" + host()).statusCode()).isEqualTo(204);
  }

  @Test
  void doesNotReplayWhatItDoesNotHave() throws Exception {
    look();
    visit(rig.request("/form").POST(BodyPublishers.ofString("lost")));

    String path = "/requests/" + id(line("/form", "\"ended\":true")) + "/replay";
    HttpResponse<String> refused = ask("POST", path, "Origin", "http://" + host());
    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(refused.body()).contains("its body was not recorded");
    assertThat(ask("POST", "/requests/99/replay", "Origin", "http://" + host()).statusCode())
        .isEqualTo(404);
  }

  @Test
  void takesNobodyElsesMarkForAReplay() throws Exception {
    look();
    HttpResponse<String> stranger =
        client.send(
            rig.request("/").header("V6cert-Replay", "guess:1").build(), BodyHandlers.ofString());

    assertThat(stranger.statusCode()).isEqualTo(403);
    assertThat(backend.heads()).isEmpty();
  }

  @Test
  void givesACommandOfCurlThatMakesTheSameRequest() throws Exception {
    look();
    keepBodies();
    line("\"bodies\":true");
    visit(
        rig.request("/a%20b?c=it's&d=$HOME")
            .header("x-own", "it's \"$(id)\" `id` \\")
            .POST(BodyPublishers.ofString("it's\nfine {}[1-3]")));
    String all = details(line("/a%20b", "\"ended\":true"));
    Matcher curl = Pattern.compile("\"curl\":\"((?:[^\"\\\\]|\\\\.)*)\"").matcher(all);
    assertThat(curl.find()).isTrue();
    String command =
        curl.group(1).replace("\\u000a", "\n").replace("\\\"", "\"").replace("\\\\", "\\");

    Process run =
        new ProcessBuilder("sh", "-c", command + " -sS").redirectErrorStream(true).start();
    assertThat(new String(run.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .as(command)
        .isEqualTo("got it's\nfine {}[1-3]");
    String first = backend.heads().getFirst();
    String second = backend.heads().getLast();
    assertThat(second.lines().findFirst()).isEqualTo(first.lines().findFirst());
    assertThat(second).doesNotContain("Content-Type").contains("x-own: it's \"$(id)\" `id` \\");
  }

  @ParameterizedTest
  @CsvSource({
    "GET /, Host: evil.example",
    "GET /events, Host: evil.example:4040",
    "GET /, Origin: https://evil.example",
    "GET /requests/0, Sec-Fetch-Site: cross-site",
    "GET /events, Sec-Fetch-Site: same-site",
    "GET /, X-Forwarded-For: 192.0.2.1",
    "GET /, V6cert-Via: abc",
    "POST /bodies/on, X-Nothing: x",
    "POST /bodies/on, Origin: null",
    "OPTIONS /bodies/on, Origin: https://evil.example"
  })
  void refusesRequestsThatItsPageDoesNotMake(String line, String header) throws Exception {
    String host = header.startsWith("Host") ? "" : "Host: " + host() + "\r\n";
    String answer = raw(line + " HTTP/1.1\r\n" + host + header + "\r\nConnection: close\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 403")
        .contains("this is for its own page")
        .doesNotContainIgnoringCase("access-control");
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), inspector.port())) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void isNotReachedThroughTheProxyItself() throws Exception {
    Route own = new Route("/", new Route.Target.Server(Upstream.local(inspector.port())));
    try (Rig outside = Rig.of(TokenGate.create(), own);
        Rig open = Rig.of(new dev.v6cert.proxy.gate.OpenGate(), own)) {
      assertThat(client.send(open.request("/").build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
      assertThat(client.send(outside.request("/").build(), BodyHandlers.ofString()).statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void sendsItsPageWithAPolicyThatLetsNothingElseIn() throws Exception {
    for (Map.Entry<String, String> file :
        Map.of("/", "text/html", "/inspector.js", "text/javascript", "/inspector.css", "text/css")
            .entrySet()) {
      HttpResponse<String> answer = ask("GET", file.getKey());
      assertThat(answer.headers().firstValue("content-type").orElse(""))
          .startsWith(file.getValue());
      assertThat(answer.headers().firstValue("content-security-policy").orElse(""))
          .contains("default-src 'none'", "frame-ancestors 'none'")
          .doesNotContain("unsafe");
    }
    assertThat(ask("GET", "/").body()).doesNotContain("style=", "onclick", "http://");
    assertThat(ask("GET", "/inspector.js").body()).doesNotContain("innerHTML");
    assertThat(ask("GET", "/other").statusCode()).isEqualTo(404);
    assertThat(ask("GET", "/requests/x").statusCode()).isEqualTo(404);
  }
}
