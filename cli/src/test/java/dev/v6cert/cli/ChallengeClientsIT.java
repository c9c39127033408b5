package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FreePorts;
import dev.v6cert.testing.Pebble;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** Other people's ACME clients that get certificates by way of our DNS server. */
class ChallengeClientsIT extends ChallengeServerFixture {
  @Nested
  class Certbot {
    @Test
    void getsAndRenewsACertificateByItsOwnPluginForRfc2136() throws Exception {
      String certbot = program("certbot", "Debian package certbot");
      Assumptions.assumeTrue(
          run(Map.of(), List.of(certbot, "plugins")).contains("dns-rfc2136"),
          "certbot has no dns-rfc2136 (Debian package python3-certbot-dns-rfc2136)");
      Path _ = Pebble.binary();
      Process _ = server("--update-key=" + keys("grant client subdomain www.auth.test;"));
      Path credentials =
          Files.writeString(
              home.resolve("credentials.ini"),
              """
              dns_rfc2136_server = 127.0.0.1
              dns_rfc2136_port = %d
              dns_rfc2136_name = client
              dns_rfc2136_secret = %s
              dns_rfc2136_algorithm = HMAC-SHA256
              """
                  .formatted(port, SECRET));
      Files.setPosixFilePermissions(credentials, PosixFilePermissions.fromString("rw-------"));
      try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
        Map<String, String> environment =
            Map.of("REQUESTS_CA_BUNDLE", pebble.httpsRoot().toString());
        List<String> places =
            List.of(
                "--config-dir=" + home.resolve("certbot"),
                "--work-dir=" + home.resolve("work"),
                "--logs-dir=" + home.resolve("logs"),
                "--non-interactive");
        List<String> command = new ArrayList<>(List.of(certbot, "certonly"));
        command.addAll(places);
        command.addAll(
            List.of(
                "--server=" + pebble.directory(),
                "--agree-tos",
                "--register-unsafely-without-email",
                "--dns-rfc2136",
                "--dns-rfc2136-credentials=" + credentials,
                "--dns-rfc2136-propagation-seconds=0",
                "--domain=www.auth.test",
                "--domain=*.www.auth.test"));
        String output = run(environment, command);
        assertThat(home.resolve("certbot/live/www.auth.test/fullchain.pem")).as(output).exists();
        assertThat(ask("_acme-challenge.www.auth.test", Type.TXT)).isEmpty();

        command = new ArrayList<>(List.of(certbot, "renew", "--force-renewal"));
        command.addAll(places);
        command.add("--no-random-sleep-on-renew");
        assertThat(run(environment, command)).contains("all renewals succeeded");
      }
    }
  }

  @Nested
  class Lego {
    @Test
    void getsACertificateByAcmeDnsAlsoAfterTheServerWasKilled() throws Exception {
      String lego = program("lego", "Debian package lego");
      Path _ = Pebble.binary();
      Process server = server();
      String token = Files.readString(home.resolve("store/registration-token")).strip();
      try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
        Map<String, String> environment =
            Map.of(
                "LEGO_CA_CERTIFICATES", pebble.httpsRoot().toString(),
                "ACME_DNS_API_BASE", "http://127.0.0.1:" + apiPort + "/" + token,
                "ACME_DNS_STORAGE_PATH", home.resolve("accounts.json").toString());
        List<String> command = lego(lego, pebble, "acme-dns");
        String asked = run(environment, with(command, "run"));
        Assumptions.assumeFalse(
            asked.contains("unrecognized DNS provider"), "this lego was built without acme-dns");
        Matcher cname = Pattern.compile("CNAME ([0-9a-f-]{36}[^ \n]*)").matcher(asked);
        assertThat(cname.find()).as(asked).isTrue();
        delegate(server, cname.group(1));
        String output = run(environment, with(command, "run"));
        assertThat(home.resolve("lego/certificates/example.test.crt")).as(output).exists();
        List<String> values = ask("_acme-challenge.example.test", Type.TXT);
        assertThat(values).hasSize(2);

        server.destroyForcibly();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Process _ = server();
        assertThat(ask("_acme-challenge.example.test", Type.TXT))
            .containsExactlyInAnyOrderElementsOf(values);
        output = run(environment, with(command, "renew", "--days=10000", "--no-random-sleep"));
        assertThat(output).contains("Server responded with a certificate");
      }
    }

    @Test
    void getsACertificateByHttpreq() throws Exception {
      String lego = program("lego", "Debian package lego");
      Path _ = Pebble.binary();
      Process server = server();
      Matcher account = register();
      try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
        Map<String, String> environment =
            Map.of(
                "LEGO_CA_CERTIFICATES", pebble.httpsRoot().toString(),
                "HTTPREQ_ENDPOINT", "http://127.0.0.1:" + apiPort,
                "HTTPREQ_USERNAME", account.group(1),
                "HTTPREQ_PASSWORD", account.group(2));
        delegate(server, account.group(3) + ".");
        String output = run(environment, with(lego(lego, pebble, "httpreq"), "run"));
        assertThat(home.resolve("lego/certificates/example.test.crt")).as(output).exists();
        assertThat(ask("_acme-challenge.example.test", Type.TXT)).isEmpty();
      }
    }

    @Test
    void getsACertificateByRfc2136() throws Exception {
      String lego = program("lego", "Debian package lego");
      Path _ = Pebble.binary();
      Path keys = keys("grant client name lego.auth.test;");
      Process server = server("--update-key=" + keys);
      try (Pebble pebble = Pebble.in(home).dnsServer("127.0.0.1:" + port).start()) {
        Map<String, String> environment =
            Map.of(
                "LEGO_CA_CERTIFICATES",
                pebble.httpsRoot().toString(),
                "LEGO_EXPERIMENTAL_CNAME_SUPPORT",
                "true",
                "RFC2136_NAMESERVER",
                "127.0.0.1:" + port,
                "RFC2136_TSIG_ALGORITHM",
                "hmac-sha256.",
                "RFC2136_SEQUENCE_INTERVAL",
                "1",
                "RFC2136_TSIG_KEY",
                "client",
                "RFC2136_TSIG_SECRET",
                SECRET);
        delegate(server, "lego.auth.test.");
        String output = run(environment, with(lego(lego, pebble, "rfc2136"), "run"));
        assertThat(home.resolve("lego/certificates/example.test.crt")).as(output).exists();
        assertThat(ask("_acme-challenge.example.test", Type.TXT)).isEmpty();
      }
    }

    private List<String> lego(String lego, Pebble pebble, String provider) {
      return List.of(
          lego,
          "--server=" + pebble.directory(),
          "--accept-tos",
          "--email=me@example.test",
          "--path=" + home.resolve("lego"),
          "--dns=" + provider,
          "--dns.disable-cp",
          "--dns.resolvers=127.0.0.1:" + port,
          "--domains=example.test",
          "--domains=*.example.test");
    }

    private static List<String> with(List<String> some, String... more) {
      List<String> all = new ArrayList<>(some);
      all.addAll(List.of(more));
      return all;
    }
  }

  @Nested
  class AStartThatIsRefused {
    private Outcome start(String... words) throws Exception {
      return V6cert.here(home).run(V6cert.here(home).process(List.of(), List.of(words)));
    }

    private void expect(Outcome outcome, ExitStatus status, String... texts) {
      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(status.code());
      assertThat(outcome.err()).contains(texts);
      assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
    }

    @Test
    void isThatOfOptionsThatNeedEachOther() throws Exception {
      expect(
          start("dns-server", "--zone=v6.test", "--api=127.0.0.1:1"),
          ExitStatus.USAGE,
          "--api needs --challenge-zone");
      expect(
          start("dns-server", "--challenge-zone=auth.test", "--api=192.0.2.1:80"),
          ExitStatus.USAGE,
          "plain HTTP");
      expect(
          start("dns-server", "--challenge-zone=auth.test", "--registration=some"),
          ExitStatus.USAGE,
          "none of closed, token, open");
      expect(
          start("dns-server", "--zone=auth.test", "--challenge-zone=auth.test"),
          ExitStatus.USAGE,
          "a zone of its own");
    }

    @Test
    void isThatOfAPortThatIsTaken() throws Exception {
      try (ServerSocket _ = new ServerSocket(apiPort, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        expect(
            start(words().toArray(String[]::new)),
            ExitStatus.NOT_PERMITTED,
            "cannot listen on 127.0.0.1:" + apiPort,
            "choose another --api");
      }
    }

    @Test
    void isThatOfAStoreThatCannotBeUsed() throws Exception {
      Files.createDirectories(home.resolve("store"));
      Files.writeString(home.resolve("store/journal"), "something else entirely");
      expect(
          start(words().toArray(String[]::new)),
          ExitStatus.CONFIGURATION,
          "cannot use " + home.resolve("store/journal"),
          "put back the last backup");
      Files.delete(home.resolve("store/journal"));
      Process _ = server();
      port = FreePorts.next();
      apiPort = FreePorts.next();
      expect(
          start(words().toArray(String[]::new)),
          ExitStatus.CONFIGURATION,
          "a running dns-server uses this store");
    }
  }
}
