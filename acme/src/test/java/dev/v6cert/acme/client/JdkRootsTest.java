package dev.v6cert.acme.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The roots are those of a JVM as it starts, so each test has one of its own. */
class JdkRootsTest {

  private static final String PASSWORD = "changeit";

  private final TestAuthority known = new TestAuthority("known to the JDK");
  private final List<HttpsServer> servers = new ArrayList<>();

  @TempDir Path temporary;

  @AfterEach
  void stop() {
    servers.forEach(server -> server.stop(0));
  }

  @Test
  void leadToAServerOfThatNameAndToNoOther() throws Exception {
    List<GeneralName> right = List.of(TestAuthority.dns("localhost"));
    List<GeneralName> wrong = List.of(TestAuthority.dns("elsewhere.example"));
    Instant now = Instant.now();
    String trusted = serve(known, right, now);
    String misnamed = serve(known, wrong, now);
    String expired = serve(known, right, now.minus(Duration.ofDays(9)));
    String unknown = serve(new TestAuthority("unknown"), right, now);

    List<String> answers = ask(trustStore(), trusted, misnamed, expired, unknown);

    assertThat(answers).hasSize(4);
    assertThat(answers.get(0)).isEqualTo("200");
    assertThat(answers.get(1)).contains("No subject alternative DNS name matching localhost");
    assertThat(answers.get(2)).contains("NotAfter");
    assertThat(answers.get(3)).contains("unable to find valid certification path");
  }

  @Test
  void thatCannotBeReadTrustNobodyAndSaySo() throws Exception {
    Path damaged = Files.writeString(temporary.resolve("damaged.p12"), "no trust store\n");
    String server = serve(known, List.of(TestAuthority.dns("localhost")), Instant.now());

    assertThat(ask(damaged, server))
        .singleElement()
        .asString()
        .contains("the JDK's root certificates cannot be read");
  }

  private Path trustStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("root", known.root());
    Path file = temporary.resolve("roots.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  private String serve(TestAuthority authority, List<GeneralName> names, Instant notBefore)
      throws IOException {
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(authority.serverTls(names, notBefore)));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "https://localhost:" + server.getAddress().getPort() + "/";
  }

  private List<String> ask(Path trustStore, String... urls) throws Exception {
    List<String> options =
        List.of(
            "-Djavax.net.ssl.trustStore=" + trustStore,
            "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    Path out = temporary.resolve("out.txt");
    Process child =
        new ProcessBuilder(ChildJvm.command(options, Client.class, urls))
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return Files.readAllLines(out, UTF_8);
  }

  /** Asks each of the given URLs, and prints the status of the answer, or why there is none. */
  static final class Client {

    private Client() {}

    public static void main(String[] urls) throws InterruptedException {
      try (HttpClient client = HttpClient.newBuilder().sslContext(JdkRoots.tls()).build()) {
        for (String url : urls) {
          System.out.println(answer(client, url));
        }
      }
    }

    private static String answer(HttpClient client, String url) throws InterruptedException {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url)).build();
      try {
        return Integer.toString(client.send(request, BodyHandlers.discarding()).statusCode());
      } catch (IOException e) {
        StringBuilder why = new StringBuilder();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
          why.append(cause.getMessage()).append(" | ");
        }
        return why.toString().replace('\n', ' ');
      }
    }
  }
}
