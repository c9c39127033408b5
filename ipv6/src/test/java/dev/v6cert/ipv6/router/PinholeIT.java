package dev.v6cert.ipv6.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.testing.NetworkNamespace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holes in the firewall of a real miniupnpd.
 *
 * <pre>
 *   machine 2a01:4f8:c17:b8f::2 ---- fe80::1 router ---- internet
 * </pre>
 */
class PinholeIT {

  private static final String ADDRESS = "2a01:4f8:c17:b8f::2";
  private static final Path MINIUPNPD = Path.of("/usr/sbin/miniupnpd");

  static NetworkNamespace machine;
  static NetworkNamespace router;
  static Process daemon;

  @BeforeAll
  static void make(@TempDir Path home) throws Exception {
    assumeTrue(Files.isExecutable(MINIUPNPD), "there is no miniupnpd (miniupnpd-nftables)");
    assumeTrue(Files.isExecutable(Path.of("/usr/sbin/nft")), "there is no nft (nftables)");
    machine = NetworkNamespace.create();
    router = machine.neighbour();
    machine.connect("eth0", router, "lan0");
    router.addDevice("wan0");
    for (String device : List.of("eth0", "lan0", "wan0")) {
      NetworkNamespace at = device.equals("eth0") ? machine : router;
      at.run("ip", "link", "set", device, "addrgenmode", "none");
    }
    machine.addAddress("eth0", ADDRESS + "/64");
    machine.addAddress("eth0", "fe80::2/64");
    router.addAddress("lan0", "2a01:4f8:c17:b8f::1/64");
    router.addAddress("lan0", "fe80::1/64");
    router.addAddress("lan0", "192.168.7.1/24");
    router.addAddress("wan0", "2a00:1450:4001:82a::2/64");
    router.addAddress("wan0", "9.9.9.2/24");
    machine.run("ip", "-6", "route", "add", "default", "via", "fe80::1", "dev", "eth0");
    Path rules = home.resolve("rules.nft");
    Files.writeString(
        rules,
        """
        table inet filter {
          chain forward { type filter hook forward priority 0; policy drop; jump miniupnpd
          }
          chain miniupnpd { }
          chain prerouting_miniupnpd { }
          chain postrouting_miniupnpd { }
        }
        table inet hide {
          chain input { type filter hook input priority 0; policy accept;
          }
        }
        """);
    router.run("nft", "-f", rules.toString());
    Path configuration = home.resolve("miniupnpd.conf");
    Files.writeString(
        configuration,
        """
        ext_ifname=wan0
        ext_ifname6=wan0
        ext_ip=9.9.9.2
        listening_ip=lan0
        enable_natpmp=yes
        enable_upnp=yes
        min_lifetime=120
        secure_mode=yes
        uuid=440d044f-0d85-4fe2-821b-7264c906d077
        allow 1-65535 0.0.0.0/0 1-65535
        """);
    daemon =
        router
            .process(
                List.of(
                    MINIUPNPD.toString(),
                    "-d",
                    "-f",
                    configuration.toString(),
                    "-P",
                    home.resolve("miniupnpd.pid").toString()))
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("miniupnpd.log").toFile())
            .start();
    while (!Files.readString(home.resolve("miniupnpd.log")).contains("Listening for NAT-PMP/PCP")) {
      assertThat(daemon.isAlive()).as(Files.readString(home.resolve("miniupnpd.log"))).isTrue();
    }
  }

  @AfterAll
  static void end() throws Exception {
    if (daemon != null) {
      daemon.destroyForcibly().waitFor();
    }
    if (machine != null) {
      machine.close();
    }
  }

  @BeforeEach
  void hideNothing() throws IOException {
    router.run("nft", "flush", "chain", "inet", "hide", "input");
  }

  private static void hide(String port) throws IOException {
    router.run("nft", "add", "rule", "inet", "hide", "input", "udp", "dport", port, "reject");
  }

  private static String holes() throws IOException {
    return router.run("nft", "list", "chain", "inet", "filter", "miniupnpd");
  }

  private static Process open(int port) throws IOException {
    // Where people write numbers in digits of their own; routers do not.
    return machine
        .java(
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            PinholeProbe.class,
            List.of(ADDRESS, Integer.toString(port)))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void pcp_opens_the_port_and_closes_it_again() throws Exception {
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("open by PCP");
      assertThat(holes()).contains("dport 80").contains("accept");

      probe.getOutputStream().close();

      assertThat(probe.waitFor()).isZero();
      awaitNoHoles();
    }
  }

  @Test
  void upnp_does_where_there_is_no_pcp() throws Exception {
    hide("5351");
    Process probe = open(8080); // miniupnpd gives no port below 1024 to UPnP, whatever it allows.
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("open by UPnP");
      assertThat(holes()).contains("8080").contains("accept");

      probe.getOutputStream().close();

      assertThat(probe.waitFor()).isZero();
      awaitNoHoles();
    }
  }

  @Test
  void a_refusal_is_told_in_the_routers_words() throws Exception {
    hide("5351");
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .isEqualTo(
              "PCP: the router does not have it;"
                  + " UPnP: the router refuses: Action not authorized");
    }
    assertThat(probe.waitFor()).isZero();
  }

  @Test
  void a_router_with_neither_is_told() throws Exception {
    hide("5351");
    hide("1900");
    Process probe = open(80);
    try (BufferedReader out = probe.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine())
          .isEqualTo("PCP: the router does not have it; UPnP: the router does not answer");
    }
    assertThat(probe.waitFor()).isZero();
  }

  /** The request to close is not waited for: the router may be some milliseconds behind. */
  private static void awaitNoHoles() throws IOException {
    while (holes().contains("accept")) {
      Thread.onSpinWait();
    }
  }
}
