package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.testing.PacketFilter;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run of {@code up} that outlives its certificate, and then its address. */
class UpRenewalIT {

  private static final Duration LIFETIME = Duration.ofSeconds(90);

  @TempDir Path home;

  @Test
  void renewsItsCertificateAndFollowsItsAddressWithoutAFailedRequest() throws Exception {
    try (TestNetwork network = TestNetwork.create(home, settings -> settings.lifetime(LIFETIME))) {
      Path site = Files.createDirectories(home.resolve("site"));
      Files.writeString(site.resolve("index.html"), "here\n");
      Path resolver =
          Files.writeString(home.resolve("resolv2"), "nameserver " + TestNetwork.INTERNET + "\n");
      network.internet().run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
      List<String> words = new ArrayList<>(List.of("up", site + "", "--public"));
      words.addAll(network.options());
      Process up =
          network
              .machine(home)
              .process(List.of(), words)
              .redirectError(home.resolve("up.err").toFile())
              .start();
      try {
        BufferedReader out = up.inputReader(StandardCharsets.UTF_8);
        String url = out.readLine();
        assertThat(url).isEqualTo("https://" + TestNetwork.NAME + "/");
        assertThat(network.machine(home).run("list").err())
            .contains("renewed by v6cert up (pid " + up.pid() + ") as long as it runs");
        assertThat(network.machine(home).run("status").out()).startsWith("healthy");
        String first = serial(network);

        Instant end = Instant.now().plus(LIFETIME);
        String now = first;
        while (now.equals(first) && Instant.now().isBefore(end)) {
          assertThat(body(network, url)).isEqualTo("here\n");
          Thread.sleep(500);
          now = serial(network);
        }
        assertThat(now).as(errors()).isNotEqualTo(first);
        assertThat(
                network
                    .internet()
                    .run(
                        "curl",
                        "-s",
                        "-o",
                        "/dev/null",
                        "-w",
                        "%{http_code}",
                        "http://" + TestNetwork.NAME + "/"))
            .startsWith("307");

        CompletableFuture<String> next = CompletableFuture.supplyAsync(() -> line(out));
        network.namespace().addAddress("eth0", "2a01:4f8:c17:b8f::3/64");
        network
            .namespace()
            .run("ip", "-6", "address", "del", TestNetwork.ADDRESS + "/64", "dev", "eth0");
        String moved = next.get(60, TimeUnit.SECONDS);
        assertThat(moved).as(errors()).contains("0000-0003.");
        assertThat(body(network, moved)).isEqualTo("here\n");
        assertThat(network.namespace().run("ss", "-Htln"))
            .contains("[2a01:4f8:c17:b8f::3]:443", "[2a01:4f8:c17:b8f::3]:80")
            .as("at an address that has gone nobody listens")
            .doesNotContain("[" + TestNetwork.ADDRESS + "]");
      } finally {
        up.destroy();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(network.machine(home).run("list").err()).contains("nothing renews");
    }
  }

  @Test
  void leavesPort443ToTheAnswersWherePort80IsNotReachable() throws Exception {
    Duration lifetime = Duration.ofSeconds(40);
    try (TestNetwork network = TestNetwork.create(home, settings -> settings.lifetime(lifetime))) {
      network
          .namespace()
          .run("ip6tables", "-A", "INPUT", "-p", "tcp", "--dport", "80", "-j", "DROP");
      Path site = Files.createDirectories(home.resolve("site"));
      Files.writeString(site.resolve("index.html"), "here\n");
      Path resolver =
          Files.writeString(home.resolve("resolv2"), "nameserver " + TestNetwork.INTERNET + "\n");
      network.internet().run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
      List<String> words =
          new ArrayList<>(List.of("up", site + "", "--public", "--challenge", "tls-alpn-01"));
      words.addAll(network.options());
      Process up =
          network
              .machine(home)
              .process(List.of(), words)
              .redirectError(home.resolve("up.err").toFile())
              .start();
      try {
        String url = up.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(url).as(errors()).isEqualTo("https://" + TestNetwork.NAME + "/");
        String first = serial(network);
        Instant end = Instant.now().plus(lifetime);
        while (!errors().contains("the new certificate is served") && Instant.now().isBefore(end)) {
          Thread.sleep(200);
        }
        assertThat(body(network, url)).as(errors()).isEqualTo("here\n");
        assertThat(serial(network)).as(errors()).isNotEqualTo(first);
      } finally {
        up.destroy();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = PacketFilter.Kind.class,
      names = {"NFTABLES", "FIREWALLD"})
  void opensItsFilterNoSecondTimeForItsOwnRenewal(PacketFilter.Kind kind, @TempDir Path rules)
      throws Exception {
    Duration lifetime = Duration.ofSeconds(40);
    try (TestNetwork network = TestNetwork.create(home, settings -> settings.lifetime(lifetime));
        PacketFilter filter = PacketFilter.start(kind, network.namespace(), rules)) {
      String before = filter.rules();
      Path site = Files.createDirectories(home.resolve("site"));
      Files.writeString(site.resolve("index.html"), "here\n");
      Path resolver =
          Files.writeString(home.resolve("resolv2"), "nameserver " + TestNetwork.INTERNET + "\n");
      network.internet().run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
      List<String> words = new ArrayList<>(List.of("up", site + "", "--public", "--open-firewall"));
      words.addAll(network.options());
      Process up =
          network
              .machine(home)
              .process(List.of(), words)
              .redirectError(home.resolve("up.err").toFile())
              .start();
      try {
        String url = up.inputReader(StandardCharsets.UTF_8).readLine();
        assertThat(url).as(errors()).isEqualTo("https://" + TestNetwork.NAME + "/");
        String during = filter.rules();
        assertThat(during).isNotEqualTo(before);

        Instant end = Instant.now().plus(lifetime);
        while (!errors().contains("the new certificate is served") && Instant.now().isBefore(end)) {
          assertThat(filter.rules()).as(errors()).isEqualTo(during);
        }

        assertThat(errors()).contains("the new certificate is served");
        assertThat(filter.rules()).isEqualTo(during);
        assertThat(body(network, url)).isEqualTo("here\n");
      } finally {
        up.destroy();
        assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(filter.rules()).isEqualTo(before);
    }
  }

  private static String line(BufferedReader out) {
    try {
      return String.valueOf(out.readLine());
    } catch (IOException e) {
      return e.toString();
    }
  }

  private String errors() throws IOException {
    return Files.readString(home.resolve("up.err"));
  }

  private static String body(TestNetwork network, String url) throws IOException {
    return network
        .internet()
        .run("curl", "-sS", "--cacert", network.pebble().issuingRoot() + "", url);
  }

  private static String serial(TestNetwork network) throws IOException {
    return network
        .internet()
        .run(
            "sh",
            "-c",
            "openssl s_client -connect "
                + TestNetwork.NAME
                + ":443 </dev/null 2>/dev/null | openssl x509 -noout -serial");
  }
}
