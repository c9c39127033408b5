package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;

/** The calls of one client to the ACME server of the local CA, over a LAN of two hosts. */
abstract class LanClientFixture {

  /** The directory of a server that asks for no credentials. */
  static final String OPEN = "https://" + RunningLanServer.SERVER + ":8560/acme/directory";

  private static final long LIMIT_SECONDS = 90;

  @TempDir Path home;
  final RunningLanServer running;
  private final LanCall.Client client;
  private final Map<String, String> environment;
  private final Set<LanCall> made = EnumSet.noneOf(LanCall.class);

  LanClientFixture(
      LanCall.Client client, RunningLanServer running, Map<String, String> environment) {
    this.client = client;
    this.running = running;
    this.environment = Map.copyOf(environment);
  }

  /** A server without credentials, and its root. */
  record OpenServer(Process process, Path root) implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
      process.onExit().join();
    }
  }

  OpenServer openServer() throws Exception {
    V6cert machine =
        new V6cert(running.lan()::process, Files.createDirectories(home.resolve("open")));
    Process process =
        RunningLanServer.serve(
            machine, OPEN, "--no-eab", "--listen", RunningLanServer.SERVER + ":8560");
    return new OpenServer(process, machine.state().resolve("local-ca/root.pem"));
  }

  /** Notes calls that the steps before have made. */
  void made(LanCall... calls) {
    made.addAll(List.of(calls));
  }

  /** Holds the calls that were made to the table. */
  void assertAllMade() {
    assertThat(made).isEqualTo(client.calls());
  }

  /** Runs the client, which succeeds. */
  String done(List<String> command) throws Exception {
    return done(command, environment());
  }

  String done(List<String> command, Map<String, String> variables) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, variables, log))
        .as(() -> command + "\n" + read(log) + running.log())
        .isZero();
    return read(log);
  }

  /** The words of the client, which fails. */
  String refused(List<String> command) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, environment(), log)).as(() -> command + "\n" + read(log)).isPositive();
    return read(log);
  }

  Map<String, String> environment() {
    return environment;
  }

  private int code(List<String> command, Map<String, String> variables, Path log) throws Exception {
    ProcessBuilder builder = running.peer().process(command);
    builder.environment().putAll(variables);
    builder.environment().put("HOME", home.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return ended ? process.exitValue() : -1;
  }

  /** A private key and a signing request for names. */
  Path signingRequest(String... names) throws IOException {
    Path request = home.resolve("own.csr");
    running
        .lan()
        .run(
            "openssl",
            "req",
            "-new",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            home.resolve("own.key") + "",
            "-subj",
            "/CN=" + names[0],
            "-addext",
            "subjectAltName=DNS:" + String.join(",DNS:", names),
            "-out",
            request + "");
    return request;
  }

  /** The algorithm of the certificate's key, as OpenSSL writes it. */
  String key(Path chain) throws IOException {
    return running
        .lan()
        .run("openssl", "x509", "-in", chain + "", "-noout", "-text")
        .lines()
        .filter(line -> line.contains("Public-Key") || line.contains("NIST CURVE"))
        .map(String::strip)
        .reduce("", (one, other) -> one + " " + other);
  }

  /** The path of a client; its test is skipped where it is not installed. */
  static String program(String name, String installation) {
    Optional<Path> found =
        Stream.concat(
                Stream.of(
                    System.getProperty("user.home") + "/.cache/v6cert/" + name + "/bin",
                    System.getProperty("user.home") + "/go/bin"),
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .orElseGet(() -> Assumptions.abort("there is no " + name + " (" + installation + ")"))
        .toString();
  }

  static List<String> joined(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }

  static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
