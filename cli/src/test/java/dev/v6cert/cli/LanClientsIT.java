package dev.v6cert.cli;

import static dev.v6cert.cli.RunningLanServer.DIRECTORY;
import static dev.v6cert.cli.RunningLanServer.MAGIC;
import static dev.v6cert.cli.RunningLanServer.NAME;
import static dev.v6cert.cli.RunningLanServer.PEER;
import static dev.v6cert.cli.RunningLanServer.SERVER;
import static dev.v6cert.cli.RunningLanServer.names;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The ACME server of the local CA with the clients that a LAN has; who is missing is skipped. */
class LanClientsIT {

  private static final long LIMIT_SECONDS = 90;

  @RegisterExtension static final RunningLanServer running = new RunningLanServer();

  @TempDir Path home;

  @Nested
  class Certbot {

    @Test
    void obtainsAndRenews() throws Exception {
      String certbot = program("certbot");
      List<String> directories = new ArrayList<>();
      for (String one : List.of("config", "work", "logs")) {
        directories.addAll(List.of("--" + one + "-dir", home.resolve(one).toString()));
      }
      List<String> first =
          new ArrayList<>(List.of(certbot, "certonly", "--standalone", "-n", "--agree-tos", "-m"));
      first.addAll(List.of("me@example.org", "--server", DIRECTORY, "--eab-kid", running.keyId));
      first.addAll(List.of("--eab-hmac-key", running.hmacKey, "-d", NAME, "-d", MAGIC));
      first.addAll(directories);
      Map<String, String> trust = Map.of("REQUESTS_CA_BUNDLE", running.root().toString());
      done(first, trust);
      Path chain = home.resolve("config/live").resolve(NAME).resolve("fullchain.pem");
      assertThat(names(chain)).containsExactlyInAnyOrder(NAME, MAGIC);
      running.verified(chain);
      String before = Files.readString(chain);

      List<String> renew = new ArrayList<>(List.of(certbot, "renew", "--force-renewal", "-n"));
      renew.addAll(List.of("--no-random-sleep-on-renew"));
      renew.addAll(directories);
      done(renew, trust);

      assertThat(chain).content().isNotEqualTo(before);
      List<String> rehearsal = new ArrayList<>(first);
      rehearsal.addAll(List.of("--dry-run", "--cert-name", "rehearsed"));
      done(rehearsal, trust);
      List<String> rsa = new ArrayList<>(first);
      rsa.addAll(List.of("--key-type", "rsa", "--cert-name", "rsa", "--force-renewal"));
      done(rsa, trust);
      running.verified(home.resolve("config/live/rsa/fullchain.pem"));
      List<String> options = new ArrayList<>(List.of("-n", "--server", DIRECTORY));
      options.addAll(directories);
      List<String> revoke = new ArrayList<>(List.of(certbot, "revoke", "--cert-name", "rsa"));
      revoke.addAll(options);
      assertThat(refused(revoke, trust)).contains("error"); // certbot 2.1 fails to say which.

      List<String> webroot = new ArrayList<>(first);
      webroot.remove("--standalone");
      webroot.addAll(List.of("--webroot", "-w", home + "", "--cert-name", "webroot"));
      webroot.add("--force-renewal");
      Process web = running.webServer(home);
      try {
        done(webroot, trust);
      } finally {
        web.destroyForcibly();
      }
      running.verified(home.resolve("config/live/webroot/fullchain.pem"));
      for (List<String> account :
          List.of(
              List.of("show_account"),
              List.of("update_account", "-m", "you@example.org"),
              List.of("unregister"))) {
        List<String> command = new ArrayList<>(List.of(certbot));
        command.addAll(account);
        command.addAll(options);
        done(command, trust);
      }
      assertThat(refused(renew, trust)).contains("error"); // Its account has ended.
    }
  }

  @Nested
  class Lego {

    @Test
    void obtainsAndRenewsByBothChallenges() throws Exception {
      String lego = program("lego");
      Map<String, String> trust = Map.of("LEGO_CA_CERTIFICATES", running.root().toString());
      List<String> options =
          List.of(lego, "--server", DIRECTORY, "--email", "me@example.org", "--accept-tos");
      List<String> more =
          List.of(
              "--eab",
              "--kid",
              running.keyId,
              "--hmac",
              running.hmacKey,
              "--path",
              home.toString());
      for (String challenge : List.of("--http", "--tls")) {
        String name = challenge.equals("--http") ? NAME : MAGIC;
        List<String> run = new ArrayList<>(options);
        run.addAll(more);
        run.addAll(List.of("--domains", name, challenge));
        done(Stream.concat(run.stream(), Stream.of("run")).toList(), trust);
        Path chain = home.resolve("certificates").resolve(name + ".crt");
        running.verified(chain);
        String before = Files.readString(chain);
        done(
            Stream.concat(run.stream(), Stream.of("renew", "--days", "365", "--no-random-sleep"))
                .toList(),
            trust);
        assertThat(chain).content().isNotEqualTo(before);
      }
      List<String> account = Stream.concat(options.stream(), more.stream()).toList();
      List<String> rsa = List.of("--key-type", "rsa2048", "--domains", "rsa.home.arpa", "--http");
      done(Stream.of(account, rsa, List.of("run")).flatMap(List::stream).toList(), trust);
      running.verified(home.resolve("certificates/rsa.home.arpa.crt"));
      Process web = running.webServer(home);
      try {
        List<String> served = List.of("--domains", NAME, "--http", "--http.webroot", home + "");
        done(
            Stream.of(account, served, List.of("renew", "--days", "365", "--no-random-sleep"))
                .flatMap(List::stream)
                .toList(),
            trust);
      } finally {
        web.destroyForcibly();
      }
      List<String> address = List.of("--domains", PEER, "--http", "run");
      assertThat(refused(Stream.of(account, address).flatMap(List::stream).toList(), trust))
          .contains(PEER);
      List<String> revoke = List.of("--domains", "rsa.home.arpa", "revoke");
      assertThat(refused(Stream.of(account, revoke).flatMap(List::stream).toList(), trust))
          .contains("a local CA revokes nothing");
    }
  }

  /** It knows no external accounts, so this server asks for none. */
  @Nested
  class Step {

    private static final String OPEN = "https://" + SERVER + ":8560/acme/directory";

    @Test
    void obtainsAndRenews() throws Exception {
      String step = program("step");
      V6cert open = new V6cert(running.lan()::process, Files.createDirectory(home.resolve("open")));
      Process second = RunningLanServer.serve(open, OPEN, "--no-eab", "--listen", SERVER + ":8560");
      try {
        List<String> names = List.of("--san=" + NAME, "--san=" + MAGIC);
        List<String> address = List.of("--san=" + PEER, "--san=" + MAGIC);
        assertThat(certificate(step, open, "EC", names)).containsExactlyInAnyOrder(NAME, MAGIC);
        assertThat(certificate(step, open, "RSA", names)).containsExactlyInAnyOrder(NAME, MAGIC);
        assertThat(certificate(step, open, "EC", address)).containsExactlyInAnyOrder(PEER, MAGIC);
        Process web = running.webServer(home);
        try {
          List<String> webroot = List.of("--san=" + NAME, "--webroot=" + home);
          assertThat(certificate(step, open, "EC", webroot)).containsExactly(NAME);
        } finally {
          web.destroyForcibly();
        }
      } finally {
        second.destroy();
        second.waitFor();
      }
    }

    private List<String> certificate(String step, V6cert open, String kind, List<String> more)
        throws Exception {
      Path chain = home.resolve("step.crt");
      List<String> command =
          new ArrayList<>(
              List.of(
                  step,
                  "ca",
                  "certificate",
                  more.getFirst().replaceFirst(".*=", ""),
                  chain.toString(),
                  home.resolve("step.key").toString(),
                  "--force",
                  "--acme=" + OPEN,
                  "--root=" + open.state().resolve("local-ca/root.pem"),
                  "--kty=" + kind));
      command.addAll(more);
      if (more.stream().noneMatch(option -> option.startsWith("--webroot"))) {
        command.add("--standalone");
      }
      done(command, Map.of("STEPPATH", home.resolve("step").toString()));
      return names(chain);
    }
  }

  @Nested
  class Caddy {

    @Test
    void servesWithTheCertificate() throws Exception {
      Path settings =
          Files.writeString(
              home.resolve("Caddyfile"),
              """
              {
                admin off
                storage file_system %s
                acme_ca %s
                acme_ca_root %s
                acme_eab {
                  key_id %s
                  mac_key %s
                }
              }
              https://%s {
                respond "from caddy"
              }
              """
                  .formatted(
                      home.resolve("storage"),
                      DIRECTORY,
                      running.root(),
                      running.keyId,
                      running.hmacKey,
                      MAGIC));
      ProcessBuilder builder =
          running
              .peer()
              .process(
                  List.of(
                      program("caddy"),
                      "run",
                      "--adapter",
                      "caddyfile",
                      "--config",
                      settings + ""));
      builder.environment().put("HOME", home.toString());
      Path log = home.resolve("caddy.log");
      Process caddy = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
      try {
        await(
            () -> read(log).contains("certificate obtained successfully") || !caddy.isAlive(),
            () -> read(log));
        assertThat(
                running
                    .lan()
                    .run(
                        "curl",
                        "--silent",
                        "--show-error",
                        "--cacert",
                        running.root().toString(),
                        "--resolve",
                        MAGIC + ":443:" + PEER,
                        "https://" + MAGIC + "/"))
            .isEqualTo("from caddy");
      } finally {
        caddy.destroy();
        caddy.onExit().join();
      }
    }
  }

  private static String program(String name) {
    Optional<Path> found =
        Stream.concat(
                Stream.of(System.getProperty("user.home") + "/go/bin"),
                Stream.of(System.getenv().getOrDefault("PATH", "").split(":")))
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    return found
        .orElseGet(
            () -> Assumptions.abort("there is no " + name + " (apt-get install " + name + ")"))
        .toString();
  }

  private void done(List<String> command, Map<String, String> environment) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, environment, log)).as(() -> read(log) + running.log()).isZero();
  }

  /** The words of a client that fails. */
  private String refused(List<String> command, Map<String, String> environment) throws Exception {
    Path log = Files.createTempFile(home, "peer", ".log");
    assertThat(code(command, environment, log)).as(() -> read(log)).isPositive();
    return read(log);
  }

  private int code(List<String> command, Map<String, String> environment, Path log)
      throws Exception {
    ProcessBuilder builder = running.peer().process(command);
    builder.environment().putAll(environment);
    builder.environment().put("HOME", home.toString());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    return ended ? process.exitValue() : -1;
  }

  private static void await(BooleanSupplier condition, Supplier<String> words) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(words).isLessThan(end);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
  }

  private static String read(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }
}
