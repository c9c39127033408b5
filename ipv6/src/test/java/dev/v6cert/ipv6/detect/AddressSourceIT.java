package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.testing.NetworkNamespace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every kind of address that is set by hand, through every source, against {@code ip}. */
class AddressSourceIT extends SourcesOfOneHost {
  private static final String ONE = "2a01:4f8:c17:b8f::2";
  private static final String TWO = "2a01:4f8:c17:b90::2";

  @Nested
  class SetByHand {
    @Test
    void permanent() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64");
      assertThat(agreeing()).contains("chosen\t" + ONE);
    }

    @Test
    void withAnEnd() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64", "valid_lft", "7200", "preferred_lft", "3600");
      host.addAddress("eth0", TWO + "/128", "valid_lft", "7200", "preferred_lft", "600");
      assertThat(agreeing())
          .contains("chosen\t" + TWO)
          .anyMatch(line -> line.startsWith("not\t" + ONE) && line.endsWith("(rule 6)"));
    }

    @Test
    void towardsAPeer() throws Exception {
      host.addDevice("eth0");
      host.run("ip", "address", "add", ONE, "peer", TWO, "dev", "eth0", "nodad");
      assertThat(agreeing()).contains("chosen\t" + ONE);
    }

    @Test
    void deprecatedBesidePreferred() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64", "preferred_lft", "0");
      host.addAddress("eth0", TWO + "/64");
      assertThat(agreeing())
          .contains("chosen\t" + TWO)
          .contains("not\t" + ONE + "\t" + TWO + " is better: this one is deprecated (rule 2)");
    }

    @Test
    void deprecatedOnlyIsTakenForWantOfABetter() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64", "preferred_lft", "0");
      assertThat(agreeing()).contains("chosen\t" + ONE);
    }
  }

  @Nested
  class DuplicateAddressDetection {
    @Test
    void failedWhereAnotherHostHasTheAddress() throws Exception {
      NetworkNamespace other = host.neighbour();
      host.sysctl("net/ipv6/conf/default/accept_dad", "1");
      host.connect("eth0", other, "eth0");
      other.addAddress("eth0", ONE + "/64");
      host.run("ip", "address", "add", ONE + "/64", "dev", "eth0");
      await(host, "dadfailed");
      assertThat(agreeing())
          .contains("none\tDUPLICATE\tNO_ADDRESS")
          .contains(
              "not\t"
                  + ONE
                  + "\tanother host on the link has it (duplicate address detection failed)");
    }

    @Test
    void runningIsSeenAsTentative() throws Exception {
      slowDetection("1000");
      assertThat(agreeing())
          .contains("none\tTENTATIVE\tNO_ADDRESS")
          .contains("not\t" + ONE + "\tthe check for duplicates is still running (tentative)");
    }

    @Test
    void runningIsWaitedFor() throws Exception {
      slowDetection("1");
      assertThat(probe("find")).contains("chosen\t" + ONE);
    }

    @Test
    void optimisticMakesTheAddressUsableAtOnce() throws Exception {
      host.sysctl("net/ipv6/conf/all/optimistic_dad", "1");
      slowDetection("1000", "optimistic");
      assertThat(agreeing()).contains("chosen\t" + ONE);
    }

    private void slowDetection(String probes, String... options) throws IOException {
      host.addDevice("eth0");
      host.sysctl("net/ipv6/conf/eth0/accept_dad", "1");
      host.sysctl("net/ipv6/conf/eth0/dad_transmits", probes);
      List<String> command = new ArrayList<>(List.of("ip", "address", "add", ONE + "/64"));
      command.addAll(List.of("dev", "eth0"));
      command.addAll(List.of(options));
      host.run(command.toArray(String[]::new));
    }
  }

  @Nested
  class WithoutAPublicAddress {
    @Test
    void nothingButLoopback() throws Exception {
      assertThat(agreeing()).contains("none\tNO_ADDRESS\tNO_ADDRESS", "netlink\tdefault\tnone");
    }

    @Test
    void linkLocalOnly() throws Exception {
      host.addDevice("eth0");
      assertThat(agreeing()).contains("none\tONLY_LINK_LOCAL\tNO_ADDRESS");
    }

    @Test
    void uniqueLocalOnly() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", "fd00:17::2/64");
      assertThat(agreeing())
          .contains("none\tONLY_UNIQUE_LOCAL\tNO_ADDRESS")
          .contains("not\tfd00:17::2\tUnique-Local (fc00::/7, RFC 4193)");
    }

    @Test
    void noIpv6InTheKernelsView() throws Exception {
      host.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
      assertThat(probe("look", "closely")).contains("none\tNO_ADDRESS\tNO_ADDRESS").hasSize(6);
    }

    @Test
    void interfaceWithoutALink() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64");
      host.run("ip", "link", "set", NetworkNamespace.peerOf("eth0"), "down");
      assertThat(agreeing())
          .contains(
              "none\tINTERFACE_DOWN\tNO_ADDRESS", "not\t" + ONE + "\tthe interface eth0 is down");
    }
  }

  @Nested
  class SeveralInterfaces {
    @Test
    void tunnelByNameBesideEthernet() throws Exception {
      host.addDevice("wg0");
      host.addAddress("wg0", ONE + "/64");
      host.addDevice("eth0");
      host.addAddress("eth0", TWO + "/64");
      assertThat(agreeing())
          .contains("chosen\t" + TWO)
          .contains(
              "not\t"
                  + ONE
                  + "\t"
                  + TWO
                  + " is better: this one is on a tunnel or bridge (rule 4)");
    }

    @Test
    void bridgeByKindBesideEthernet() throws Exception {
      host.run("ip", "link", "add", "lan", "type", "bridge");
      host.run("ip", "link", "set", "lan", "up");
      host.addAddress("lan", ONE + "/64");
      host.addDevice("eth0");
      host.addAddress("eth0", TWO + "/64");
      assertThat(agreeing()).contains("chosen\t" + TWO).anyMatch(line -> line.endsWith("(rule 4)"));
    }

    @Test
    void tunDeviceIsATunnelByKindAndDownUntilAProgramHoldsIt() throws Exception {
      assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "/dev/net/tun is not to be written");
      host.run("ip", "tuntap", "add", "dev", "vpn", "mode", "tun");
      host.run("ip", "link", "set", "vpn", "up");
      host.addAddress("vpn", ONE + "/64");
      assertThat(agreeing())
          .contains("none\tINTERFACE_DOWN\tNO_ADDRESS")
          .anyMatch(
              line -> line.startsWith("netlink\t" + ONE) && line.contains("\tdown\ttunnel\t"));
    }

    @Test
    void defaultRouteDecidesBeforeTheTunnelDoes() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", TWO + "/64");
      host.addDevice("wg0");
      host.addAddress("wg0", ONE + "/64");
      host.run("ip", "-6", "route", "add", "default", "dev", "wg0", "metric", "50");
      host.run("ip", "-6", "route", "add", "default", "dev", "eth0", "metric", "100");
      host.run("ip", "-6", "route", "add", "unreachable", "default", "metric", "10");
      assertThat(agreeing())
          .contains("chosen\t" + ONE, "/proc/net\tdefault\twg0")
          .anyMatch(line -> line.startsWith("not\t" + TWO) && line.endsWith("(rule 3)"));
    }

    @Test
    void wishesAreKeptTo() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64");
      host.addDevice("eth1");
      host.addAddress("eth1", TWO + "/64");
      assertThat(probe("look", "if=eth1"))
          .contains("chosen\t" + TWO, "not\t" + ONE + "\tnot on the interface eth1");
      assertThat(probe("look", "only=" + TWO)).contains("chosen\t" + TWO);
      assertThat(probe("look", "keep=" + TWO))
          .contains("chosen\t" + TWO)
          .anyMatch(line -> line.startsWith("not\t" + ONE) && line.endsWith("(rule 1)"));
      assertThat(probe("look", "if=eth2")).contains("none\tINTERFACE_ABSENT\tINTERFACE_ABSENT");
      assertThat(probe("look", "only=2a01::1")).contains("none\tADDRESS_ABSENT\tNOT_WANTED");
    }
  }
}
