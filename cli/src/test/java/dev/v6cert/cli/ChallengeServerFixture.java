package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Lookup;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** Our DNS server with a challenge zone and a zone that leads there, as a process of its own. */
abstract class ChallengeServerFixture {
  static final String SECRET = "c2VjcmV0c2VjcmV0c2VjcmV0";

  @TempDir Path home;
  private Path zoneFile;
  int port;
  int apiPort;
  final List<Process> running = new ArrayList<>();

  @BeforeEach
  void choosePorts() throws IOException {
    port = FreePorts.next();
    apiPort = FreePorts.next();
    zoneFile = Files.writeString(home.resolve("zone"), "");
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process process : running) {
      process.destroyForcibly();
      assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  List<String> words(String... more) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "dns-server",
                "--listen=127.0.0.1:" + port,
                "--challenge-zone=auth.test",
                "--api=127.0.0.1:" + apiPort,
                "--store=" + home.resolve("store")));
    words.addAll(List.of(more));
    return words;
  }

  Process server(String... more) throws IOException {
    List<String> words =
        words("--zone=example.test", "--zone-file=" + zoneFile, "--ns=ns.auth.test=127.0.0.1");
    words.addAll(List.of(more));
    Process server =
        V6cert.here(home)
            .process(List.of(), words)
            .redirectError(home.resolve("server.log").toFile())
            .start();
    running.add(server);
    BufferedReader out = server.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as(Files.readString(home.resolve("server.log"))).startsWith("listening on ");
    return server;
  }

  List<String> ask(String name, int type) throws Exception {
    SimpleResolver resolver = new SimpleResolver(InetAddress.ofLiteral("127.0.0.1"));
    resolver.setPort(port);
    Lookup lookup = new Lookup(name, type);
    lookup.setResolver(resolver);
    lookup.setCache(null);
    Record[] found = lookup.run();
    return found == null ? List.of() : Stream.of(found).map(Record::rdataToString).toList();
  }

  /** A program that the property {@code v6cert.NAME} names, or one of the search path. */
  static String program(String name, String debianPackage) {
    Stream<Path> named =
        Optional.ofNullable(System.getProperty("v6cert." + name)).map(Path::of).stream();
    Stream<Path> onThePath =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(directory -> Path.of(directory, name));
    return Stream.concat(named, onThePath)
        .filter(Files::isExecutable)
        .findFirst()
        .map(Path::toString)
        .orElseGet(() -> {
          Assumptions.abort(
              name
                  + " is not installed ("
                  + debianPackage
                  + "), and -Dv6cert."
                  + name
                  + " names none");
          return "";
        });
  }

  static String run(Map<String, String> environment, List<String> command)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  /** An account that is opened with the token: user, password, name and subdomain. */
  Matcher register() throws Exception {
    String token = Files.readString(home.resolve("store/registration-token")).strip();
    URI uri = URI.create("http://127.0.0.1:" + apiPort + "/" + token + "/register");
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request = HttpRequest.newBuilder(uri).POST(BodyPublishers.noBody()).build();
      String json = client.send(request, BodyHandlers.ofString()).body();
      Matcher account =
          Pattern.compile(
                  "username\":\"(.*?)\",\"password\":\"(.*?)\",\"fulldomain\":\"(.*?)\","
                      + "\"subdomain\":\"(.*?)\"")
              .matcher(json);
      assertThat(account.find()).as(json).isTrue();
      return account;
    }
  }

  /** Sets the record that the operator of the domain sets, once. */
  void delegate(Process server, String target) throws Exception {
    String name = "_acme-challenge.example.test";
    Files.writeString(zoneFile, name + ". CNAME " + target + "\n");
    String _ = run(Map.of(), List.of("kill", "-HUP", Long.toString(server.pid())));
    for (int i = 0; ask(name, Type.CNAME).isEmpty(); i++) {
      assertThat(i).isLessThan(100);
      Thread.sleep(Duration.ofMillis(50));
    }
  }

  /** The file of a key for updates, with its grants. */
  Path keys(String grants) throws IOException {
    String key = "key client { algorithm hmac-sha256; secret " + SECRET + "; };\n";
    Path file = Files.writeString(home.resolve("keys"), key + grants + "\n");
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
