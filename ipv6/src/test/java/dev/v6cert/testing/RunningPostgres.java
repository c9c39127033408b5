package dev.v6cert.testing;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * A PostgreSQL server on a loopback address, with a cluster of its own. It refuses to run as root,
 * so it runs as the user that Debian's package makes. The test is skipped where it is missing.
 */
public final class RunningPostgres implements AutoCloseable {
  private static final Path DEBIAN = Path.of("/usr/lib/postgresql");
  private static final String ACCOUNT = "postgres";
  private static final int ATTEMPTS = 400;

  private final Path programs;
  private final Path home;
  private final int port;
  private @Nullable Process process;

  private RunningPostgres(Path programs, Path home, int port) {
    this.programs = programs;
    this.home = home;
    this.port = port;
  }

  /**
   * A server with an empty database {@code dns} of the user {@code v6cert}, password {@code pw}.
   */
  public static RunningPostgres start() throws IOException, InterruptedException {
    Path home = Files.createTempDirectory("v6cert-postgres");
    RunningPostgres server = new RunningPostgres(programs(), home, FreePorts.next());
    try {
      server.create();
      server.restart();
      return server;
    } catch (IOException | RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  private static Path programs() throws IOException {
    List<Path> places = new ArrayList<>();
    if (Files.isDirectory(DEBIAN)) {
      try (Stream<Path> versions = Files.list(DEBIAN)) {
        versions.sorted(Comparator.reverseOrder()).forEach(one -> places.add(one.resolve("bin")));
      }
    }
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      places.add(Path.of(directory));
    }
    return places.stream()
        .filter(place ->
            Files.isExecutable(place.resolve("initdb"))
                && Files.isExecutable(place.resolve("postgres")))
        .findFirst()
        .orElseGet(() -> {
          Assumptions.abort("PostgreSQL is not installed (Debian package postgresql)");
          return Path.of("");
        });
  }

  private void create() throws IOException, InterruptedException {
    Path cluster = Files.createDirectory(home.resolve("cluster"));
    Files.setPosixFilePermissions(cluster, PosixFilePermissions.fromString("rwx------"));
    Path password = Files.writeString(home.resolve("password"), "pw\n");
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    if (isRoot()) {
      run(List.of("chown", ACCOUNT, cluster.toString(), password.toString()));
    }
    run(
        as(
            programs.resolve("initdb").toString(),
            "--pgdata=" + cluster,
            "--username=v6cert",
            "--pwfile=" + password,
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync"));
    Files.writeString(cluster.resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
    run(
        as(
            "sh",
            "-c",
            "echo 'create database dns;' | "
                + programs.resolve("postgres")
                + " --single -D "
                + cluster
                + " postgres"));
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static List<String> as(String... command) {
    List<String> all = new ArrayList<>();
    if (isRoot()) {
      all.addAll(
          List.of("setpriv", "--reuid=" + ACCOUNT, "--regid=" + ACCOUNT, "--clear-groups", "--"));
    }
    all.addAll(List.of(command));
    return all;
  }

  private void run(List<String> command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output);
    }
  }

  /** Starts the server again on the same port, and waits until it takes connections. */
  public void restart() throws IOException, InterruptedException {
    for (int attempt = 0; attempt < 40; attempt++) {
      Process next =
          new ProcessBuilder(
                  as(
                      programs.resolve("postgres").toString(),
                      "-D",
                      home.resolve("cluster").toString(),
                      "-p",
                      Integer.toString(port),
                      "-c",
                      "listen_addresses=127.0.0.1",
                      "-c",
                      "unix_socket_directories="))
              .directory(home.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      process = next;
      if (isUp(next)) {
        return;
      }
      Thread.sleep(Duration.ofMillis(250)); // Processes of the killed one may still be there.
    }
    throw new IOException("PostgreSQL does not start: " + Files.readString(log()));
  }

  private boolean isUp(Process next) throws IOException, InterruptedException {
    for (int attempt = 0; attempt < ATTEMPTS && next.isAlive(); attempt++) {
      try (Socket _ = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
        String all = Files.readString(log());
        String own = all.substring(Math.max(0, all.lastIndexOf("starting PostgreSQL")));
        if (own.contains("ready to accept connections")) {
          return true;
        }
      } catch (java.net.ConnectException e) {
        // Not yet.
      }
      Thread.sleep(Duration.ofMillis(50));
    }
    return false;
  }

  private Path log() {
    return home.resolve("log");
  }

  /** Kills the server, as a loss of power of its machine would. */
  public void kill() throws InterruptedException {
    Process now = process;
    if (now != null) {
      now.destroyForcibly();
      if (!now.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("PostgreSQL survives SIGKILL");
      }
    }
  }

  /** The port. */
  public int port() {
    return port;
  }

  /** The JDBC URL of the database, with the password. */
  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/dns?user=v6cert&password=pw";
  }

  @Override
  public void close() throws IOException {
    try {
      kill();
      Thread.sleep(Duration.ofMillis(100)); // Its children end by themselves, and write until then.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.walk(home)) {
      files
          .sorted(Comparator.reverseOrder())
          .forEach(file -> {
            boolean _ = file.toFile().delete();
          });
    }
  }
}
