package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** Clients that set records by acme-dns' API, and come from their authors rather than Debian. */
class AcmeDnsClientsIT extends ChallengeServerFixture {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @Test
  void acmeShGetsAndRenewsACertificateByItsHook() throws Exception {
    String script = program("acme.sh", "acme.sh of https://github.com/acmesh-official/acme.sh");
    Path _ = Pebble.binary();
    Process server = server();
    Matcher account = register();
    delegate(server, account.group(3) + ".");
    try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
      Map<String, String> environment =
          Map.of(
              "ACMEDNS_BASE_URL", "http://127.0.0.1:" + apiPort,
              "ACMEDNS_USERNAME", account.group(1),
              "ACMEDNS_PASSWORD", account.group(2),
              "ACMEDNS_SUBDOMAIN", account.group(4));
      List<String> places = List.of("--home", home.resolve("acme.sh").toString());
      List<String> issue = new ArrayList<>(List.of(script, "--issue"));
      issue.addAll(places);
      issue.addAll(
          List.of(
              "--server",
              pebble.directory().toString(),
              "--ca-bundle",
              pebble.httpsRoot().toString(),
              "--dns",
              "dns_acmedns",
              "--dnssleep", // Else it asks public resolvers.
              "1",
              "-d",
              "example.test",
              "-d",
              "*.example.test"));
      String output = run(environment, issue);
      assertThat(home.resolve("acme.sh/example.test_ecc/fullchain.cer")).as(output).exists();
      List<String> values = ask("_acme-challenge.example.test", Type.TXT);
      assertThat(values).hasSize(2);

      List<String> renew = new ArrayList<>(List.of(script, "--renew", "--force"));
      renew.addAll(places);
      renew.addAll(List.of("-d", "example.test"));
      output = run(Map.of(), renew);
      assertThat(output).contains("Cert success");
    }
  }

  @Test
  void caddyGetsCertificatesByItsModule() throws Exception {
    String caddy = program("caddy", "Caddy with github.com/caddy-dns/acmedns");
    Assumptions.assumeTrue(
        run(Map.of(), List.of(caddy, "list-modules")).contains("dns.providers.acmedns"),
        caddy + " is built without github.com/caddy-dns/acmedns; -Dv6cert.caddy names another one");
    Path _ = Pebble.binary();
    Process server = server();
    Matcher account = register();
    delegate(server, account.group(3) + ".");
    try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
      Path log = home.resolve("caddy.log");
      Process process =
          new ProcessBuilder(caddy, "run", "--config", caddyfile(pebble, account).toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      running.add(process);
      for (String name : List.of("example.test", "wildcard_.example.test")) {
        waitFor(home.resolve("caddy"), name + ".crt", log);
      }
      assertThat(ask("_acme-challenge.example.test", Type.TXT)).isNotEmpty();
    }
  }

  private Path caddyfile(Pebble pebble, Matcher account) throws IOException {
    return Files.writeString(
        home.resolve("Caddyfile"),
        """
        {
          admin off
          auto_https disable_redirects
          storage file_system %s
          acme_ca %s
          acme_ca_root %s
          http_port %d
          https_port %d
        }
        example.test, *.example.test {
          tls {
            dns acmedns {
              username %s
              password %s
              subdomain %s
              server_url http://127.0.0.1:%d
            }
            resolvers 127.0.0.1:%d
            propagation_timeout -1
          }
          respond "here"
        }
        """
            .formatted(
                home.resolve("caddy"),
                pebble.directory(),
                pebble.httpsRoot(),
                FreePorts.next(),
                FreePorts.next(),
                account.group(1),
                account.group(2),
                account.group(4),
                apiPort,
                port));
  }

  private static void waitFor(Path directory, String file, Path log) throws Exception {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!has(directory, file)) {
      assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(end);
      Thread.sleep(Duration.ofMillis(200));
    }
  }

  private static boolean has(Path directory, String file) throws IOException {
    if (!Files.isDirectory(directory)) {
      return false;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.anyMatch(path -> path.endsWith(file));
    }
  }
}
