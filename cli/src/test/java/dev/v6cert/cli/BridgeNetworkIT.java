package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A container on the bridge network of an engine, with port 80 published for both families. {@code
 * scripts/test-containers} has the same of Podman.
 *
 * <pre>
 *   container 172.17.0.2, fd00:d0c::2 ---- host 9.9.9.7, 2a01:4f8:c17:b8f::7 ---- internet 9.9.9.1
 * </pre>
 */
class BridgeNetworkIT {

  private static final String INTERNET = "9.9.9.1";
  private static final String IPV4 = "9.9.9.7";
  private static final String IPV6 = "2a01:4f8:c17:b8f::7";
  private static final String UNIQUE_LOCAL = "fd00:d0c::2";

  /** The rule that an engine makes for {@code --publish 80:80}. */
  private static final String PUBLISHED =
      "table inet engine {"
          + " chain in { type nat hook prerouting priority -100;"
          + " iifname wan0 meta nfproto ipv4 tcp dport 80 dnat ip to 172.17.0.2;"
          + " iifname wan0 meta nfproto ipv6 tcp dport 80 dnat ip6 to fd00:d0c::2; };"
          + " chain out { type nat hook postrouting priority 100; oifname wan0 masquerade; }; }";

  /** Counts questions for an address: to name servers and to routers. */
  private static final String COUNTED =
      "table inet counted { chain out { type filter hook output priority 0;"
          + " udp dport { 53, 1900, 5351 } counter; }; }";

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(it -> it, BridgeNetworkIT::join, INTERNET);

  V6cert container;

  private static void join(NetworkNamespace container, NetworkNamespace internet)
      throws IOException {
    NetworkNamespace host = container.neighbour();
    host.run("ip", "link", "add", "docker0", "type", "bridge");
    host.run("ip", "link", "set", "docker0", "up");
    container.connect("eth0", host, "veth0");
    host.run("ip", "link", "set", "veth0", "master", "docker0");
    host.connect("wan0", internet, "eth0");
    host.sysctl("net/ipv4/ip_forward", "1");
    host.sysctl("net/ipv6/conf/all/forwarding", "1");
    host.addAddress("docker0", "172.17.0.1/16");
    host.addAddress("docker0", "fd00:d0c::1/64");
    host.addAddress("wan0", IPV4 + "/24");
    host.addAddress("wan0", IPV6 + "/64");
    internet.addAddress("eth0", INTERNET + "/24");
    internet.addAddress("eth0", TestNetwork.INTERNET + "/64");
    container.addAddress("eth0", "172.17.0.2/16");
    container.addAddress("eth0", UNIQUE_LOCAL + "/64");
    container.run("ip", "route", "add", "default", "via", "172.17.0.1");
    container.run("ip", "-6", "route", "add", "default", "via", "fd00:d0c::1");
    host.run("nft", PUBLISHED);
  }

  @BeforeEach
  void home(@TempDir Path home) {
    container = network.machine(home);
  }

  private Outcome obtain(String... more) throws Exception {
    List<String> options = network.options();
    String[] words = new String[more.length + 1];
    words[0] = "obtain";
    System.arraycopy(more, 0, words, 1, more.length);
    return container.run(options, words);
  }

  private static void assertToldWhatToDo(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.NO_ADDRESS.code());
    assertThat(outcome.err())
        .contains("IPv4: private only: a router or a container")
        .contains("use --open-port, host networking, a VPS, --domain, up --local or --ca local");
    assertThat(outcome.err().lines().count()).isLessThanOrEqualTo(3);
  }

  @Test
  void hasNoPublicAddressOfEitherFamilyAndAsksNobodyForOne() throws Exception {
    network.namespace().run("nft", COUNTED);
    try {
      Outcome outcome = obtain();

      assertToldWhatToDo(outcome);
      assertThat(outcome.err()).contains("IPv6: unique local (fd00::) only");
      assertThat(network.namespace().run("nft", "list", "table", "inet", "counted"))
          .contains("counter packets 0 bytes 0");
    } finally {
      network.namespace().run("nft", "delete", "table", "inet", "counted");
    }
  }

  @Test
  void hasNoneWithoutIpv6AsEnginesComeEither() throws Exception {
    network.namespace().run("ip", "address", "del", UNIQUE_LOCAL + "/64", "dev", "eth0");
    try {
      assertToldWhatToDo(obtain());
    } finally {
      network.namespace().addAddress("eth0", UNIQUE_LOCAL + "/64");
      network.namespace().run("ip", "-6", "route", "replace", "default", "via", "fd00:d0c::1");
    }
  }

  @ParameterizedTest
  @CsvSource({IPV4 + ", 9-9-9-7", IPV6 + ", 2a01-04f8-0c17-0b8f-0000-0000-0000-0007"})
  void isReachedByTheHostsAddressOfEitherFamily(String address, String name) throws Exception {
    Outcome outcome = obtain("--address", address);

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err()).contains("address " + address + ", which is not on this machine");
    assertThat(outcome.out()).endsWith("https://" + name + "." + TestNetwork.ZONE + "/\n");
    Outcome renewal = container.run("renew", "--force");
    assertThat(renewal.code()).as(renewal.toString()).isZero();
  }

  @Test
  void findsTheHostsAddressByAskingOutside() throws Exception {
    Outcome outcome = obtain("--ask-outside");

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.out()).endsWith("https://9-9-9-7." + TestNetwork.ZONE + "/\n");
  }

  @Test
  void hasNoRouterThatMapsPorts() throws Exception {
    Outcome outcome = obtain("--open-port");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.NOT_PERMITTED.code());
    assertThat(outcome.err())
        .contains("the router does not lead its port 80 to this machine", "pass --address");
  }
}
