package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Dev servers that others wrote, on the machine of a test network, and {@code up} before them. They
 * are installed by {@code scripts/test}; a test that lacks its server is skipped, with the reason.
 */
final class DevServers implements AutoCloseable {

  static final String URL = "https://" + TestNetwork.NAME;

  private static final Path SOURCES = Path.of("src/test/dev-servers");
  private static final int READY_SECONDS = 40;
  private static final String RAILS = "apt-get install --no-install-recommends ruby-railties puma";

  private final TestNetwork network;
  private final V6cert machine;
  private final Path home;
  private final Path apps;
  private final List<Process> started = new ArrayList<>();

  /** The apps are copied beside the packages that they import. */
  DevServers(TestNetwork network, Path home) throws IOException {
    this.network = network;
    this.home = home;
    this.machine = network.machine(home);
    Path packages = installed().resolve("dev-servers");
    assumeThat(packages.resolve("node_modules"))
        .as("npm packages, which scripts/test installs")
        .isDirectory();
    this.apps = Files.createTempDirectory(packages, "run-");
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = apps.resolve(SOURCES.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static Path installed() {
    String cache = System.getenv("XDG_CACHE_HOME");
    return cache == null || cache.isEmpty()
        ? Path.of(System.getProperty("user.home"), ".cache", "v6cert")
        : Path.of(cache, "v6cert");
  }

  /** A program of an npm package, to be run by node. */
  List<String> node(String program, String... words) {
    Path file = apps.resolveSibling("node_modules").resolve(program);
    assumeThat(file).as("npm package, which scripts/test installs").exists();
    List<String> command = new ArrayList<>(List.of("node", file.toString()));
    command.addAll(List.of(words));
    return command;
  }

  /** The Python of the environment that has Django. */
  static String django() {
    Path python = installed().resolve("django/bin/python");
    assumeThat(python).as("Django, which scripts/test installs").exists();
    return python.toString();
  }

  /** The server of Debian's Rails, which no script installs. */
  static List<String> rails(String... words) {
    for (String file : List.of("/usr/bin/puma", "/usr/share/doc/ruby-railties")) {
      assumeThat(Path.of(file)).as(RAILS).exists();
    }
    List<String> command = new ArrayList<>(List.of("puma", "-e", "development"));
    command.addAll(List.of(words));
    return command;
  }

  Path app(String file) {
    return apps.resolve(file);
  }

  /** Starts a server in the folder of its app, and waits until it answers on its port. */
  Process serve(String app, int port, List<String> command)
      throws IOException, InterruptedException {
    List<String> inside = new ArrayList<>(List.of("env", "-C", apps.resolve(app).toString()));
    inside.addAll(command);
    Process server = start(network.namespace().process(inside), app);
    List<String> ask = List.of("curl", "-s", "-o", "/dev/null", "http://localhost:" + port);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(READY_SECONDS);
    while (network.namespace().process(ask).start().waitFor() != 0) {
      assertThat(System.nanoTime()).as(log(app)).isLessThan(end);
      Thread.sleep(100);
    }
    return server;
  }

  private Process start(ProcessBuilder builder, String name) throws IOException {
    builder.environment().put("NEXT_TELEMETRY_DISABLED", "1");
    builder.environment().put("HOME", home.toString());
    Process process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(home.resolve(name + ".log").toFile())
            .start();
    started.add(process);
    return process;
  }

  private String log(String name) throws IOException {
    return Files.readString(home.resolve(name + ".log"));
  }

  /** Starts {@code up}; returns the link that it prints. */
  String up(String... words) throws IOException {
    List<String> all = new ArrayList<>(List.of("up"));
    all.addAll(List.of(words));
    all.addAll(network.options());
    Path err = home.resolve("up.err");
    Process process = machine.process(List.of(), all).redirectError(err.toFile()).start();
    started.add(process);
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    String line = out.readLine();
    assertThat(line).as(Files.readString(err)).startsWith("https://");
    return line;
  }

  /** The output of curl, on the internet. */
  String curl(String... words) throws IOException, InterruptedException {
    return curl(network.internet(), words);
  }

  /** The status that a server has for a name that is not its own. */
  String foreign(int port) throws IOException, InterruptedException {
    return curl(
        network.namespace(),
        "-o",
        "/dev/null",
        "-w",
        "%{http_code}",
        "-H",
        "Host: " + TestNetwork.NAME,
        "http://localhost:" + port + "/");
  }

  private String curl(NetworkNamespace where, String... words)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("curl", "-s", "-S", "--max-time", "40"));
    all.addAll(List.of("--cacert", network.pebble().issuingRoot().toString()));
    all.addAll(List.of(words));
    return machine.run(where.process(all)).out();
  }

  /** Changes a file of an app, and waits until the page's hot-reload socket tells of it. */
  void expectHotReload(String path, String file, String pattern, String... protocol)
      throws IOException, InterruptedException {
    List<String> words =
        new ArrayList<>(
            List.of(
                "wss://" + TestNetwork.NAME + path, URL, apps.resolve(file).toString(), pattern));
    words.addAll(List.of(protocol));
    Outcome outcome = machine.run(client("hmr.mjs", words.toArray(String[]::new)));
    assertThat(outcome.out() + outcome.err()).isEqualTo("told of the change\n");
  }

  /** A script of ours that node runs, on the internet. */
  ProcessBuilder client(String script, String... words) {
    List<String> command = new ArrayList<>(List.of("node", apps.resolve(script).toString()));
    command.addAll(List.of(words));
    return client(network.internet(), command);
  }

  /** A script of ours that node runs, on the machine itself. */
  ProcessBuilder here(String script, String... words) {
    List<String> command = new ArrayList<>(List.of("node", apps.resolve(script).toString()));
    command.addAll(List.of(words));
    return client(network.namespace(), command);
  }

  private ProcessBuilder client(NetworkNamespace where, List<String> command) {
    ProcessBuilder client = where.process(command);
    client.environment().put("NODE_EXTRA_CA_CERTS", network.pebble().issuingRoot().toString());
    client.environment().put("HOME", home.toString());
    return client;
  }

  @Override
  public void close() throws IOException {
    for (Process process : started.reversed()) {
      process.descendants().forEach(ProcessHandle::destroy);
      process.destroy();
    }
    for (Process process : started) {
      process.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
    try (Stream<Path> files = Files.walk(apps)) {
      files.sorted(Comparator.reverseOrder()).forEach(DevServers::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
