package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcNetAddressSourceTest {
  @TempDir private Path directory = Path.of("");
  private Path proc = Path.of("");
  private Path sys = Path.of("");

  @BeforeEach
  void directories() throws IOException {
    proc = Files.createDirectory(directory.resolve("proc"));
    sys = Files.createDirectory(directory.resolve("sys"));
  }

  private AddressListing read() throws IOException {
    return new ProcNetAddressSource(proc, sys).read();
  }

  private void addresses(String... lines) throws IOException {
    Files.write(proc.resolve("if_inet6"), List.of(lines));
  }

  private void device(String name, String file, String content) throws IOException {
    Files.createDirectories(sys.resolve(name));
    Files.writeString(sys.resolve(name).resolve(file), content + "\n");
  }

  private HostInterface only() throws IOException {
    assertThat(read().addresses()).hasSize(1);
    return read().addresses().getFirst().on();
  }

  @Nested
  class Addresses {
    @Test
    void areReadWithTheirFlags() throws Exception {
      addresses(
          "2a0104f80c170b8f0000000000000002 1f 40 00 82     eth0",
          "fe8000000000000078fe80fffe1736a3 1f 40 20 80     eth0");
      assertThat(read().addresses())
          .first()
          .isEqualTo(
              new InterfaceAddress(
                  Ipv6Address.parse("2a01:4f8:c17:b8f::2"),
                  64,
                  new HostInterface("eth0", 31, true, false),
                  Set.of(AddressFlag.NODAD, AddressFlag.PERMANENT),
                  Lifetime.UNKNOWN,
                  Lifetime.UNKNOWN));
      assertThat(read().detail()).isEqualTo(AddressListing.Detail.FLAGS);
    }

    @Test
    void areNoneWhereTheKernelHasNoIpv6() throws Exception {
      assertThat(read().addresses()).isEmpty();
      assertThat(read().defaultRoute()).isEmpty();
    }

    @Test
    void areNoneInAnEmptyFile() throws Exception {
      Files.createFile(proc.resolve("if_inet6"));
      assertThat(read().addresses()).isEmpty();
    }

    @Test
    void cannotBeReadWithoutTheDirectory() {
      Path missing = directory.resolve("missing");
      assertThatThrownBy(() -> new ProcNetAddressSource(missing, sys).read())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(missing.toString());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "2a01",
          "2a0104f80c170b8f0000000000000002 02 40 00 80",
          "2a0104f80c170b8f000000000000000 02 40 00 80 eth0",
          "2a0104f80c170b8f000000000000000z 02 40 00 80 eth0",
          "2a0104f80c170b8f0000000000000002 xx 40 00 80 eth0",
        })
    void cannotBeReadFromLinesThatNoKernelWrites(String line) throws Exception {
      addresses(line);
      assertThatThrownBy(() -> read()).isInstanceOf(IOException.class).hasMessageContaining(line);
    }
  }

  @Nested
  class Interfaces {
    @BeforeEach
    void one() throws IOException {
      addresses("2a0104f80c170b8f0000000000000002 02 40 00 80 lan");
      device("lan", "ifindex", "2");
      device("lan", "type", "1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"up", "unknown"})
    void areUp(String state) throws Exception {
      device("lan", "operstate", state);
      assertThat(only().up()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"down", "lowerlayerdown", "dormant", "notpresent", "testing"})
    void areDown(String state) throws Exception {
      device("lan", "operstate", state);
      assertThat(only().up()).isFalse();
    }

    @Test
    void areNotBelievedWhenTheyAreThoseOfAnotherNamespace() throws Exception {
      device("lan", "ifindex", "3");
      device("lan", "operstate", "down");
      assertThat(only().up()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"768", "769", "776", "778", "823"})
    void areTunnelsByType(String type) throws Exception {
      device("lan", "type", type);
      assertThat(only().tunnel()).isTrue();
    }

    @Test
    void withoutALinkLayerAreTunnelsOnlyWhenTheySayWireguard() throws Exception {
      device("lan", "type", "65534");
      device("lan", "uevent", "INTERFACE=lan");
      assertThat(only().tunnel()).isFalse();
      device("lan", "uevent", "DEVTYPE=wireguard");
      assertThat(only().tunnel()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "docker0",
          "br-4f0c",
          "veth12ab",
          "virbr0",
          "cni0",
          "tailscale0",
          "wg0",
          "tun1",
          "utun3",
          "ztabcdef"
        })
    void areTunnelsByName(String name) throws Exception {
      addresses("2a0104f80c170b8f0000000000000002 07 40 00 80 " + name);
      assertThat(only().tunnel()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "br0", "wlan0", "enp3s0", "ppp0", "bond0"})
    void areNot(String name) throws Exception {
      addresses("2a0104f80c170b8f0000000000000002 07 40 00 80 " + name);
      assertThat(only().tunnel()).isFalse();
    }
  }

  @Nested
  class DefaultRoute {
    private static final String ANY = "00000000000000000000000000000000";
    private static final String GATEWAY = "fe800000000000000000000000000001";

    private String route(int metric, int flags, String device) {
      return "%s 00 %s 00 %s %08x 00000001 00000000 %08x     %s"
          .formatted(ANY, ANY, GATEWAY, metric, flags, device);
    }

    private void check(String expected, String... routes) throws IOException {
      Files.write(proc.resolve("ipv6_route"), List.of(routes));
      assertThat(read().defaultRoute()).contains(expected);
    }

    @Test
    void isTheOneWithTheLeastMetric() throws Exception {
      check("eth1", route(1024, 3, "eth0"), route(100, 3, "eth1"), route(1024, 3, "eth2"));
    }

    @Test
    void isNotOneThatRefuses() throws Exception {
      check("eth0", route(0xffffffff, 0x200201, "lo"), route(1, 0x203, "lo"), route(9, 3, "eth0"));
    }

    @Test
    void isTheOneThatItsRouterPrefersAmongEqualMetrics() throws Exception {
      check(
          "eth2",
          route(1024, 0x18450003, "eth0"),
          route(1024, 0x00450003, "eth1"),
          route(1024, 0x08450003, "eth2"));
      check("eth1", route(1024, 0x18450003, "eth0"), route(1024, 0x00450003, "eth1"));
    }

    @Test
    void isRatherForAllSourcesThanForSome() throws Exception {
      check(
          "eth0",
          route(1, 3, "eth1").replaceFirst(ANY + " 00 " + ANY + " 00", ANY + " 00 " + ANY + " 30"),
          route(1024, 3, "eth0"));
    }

    @Test
    void isRatherThroughAnInterfaceThatIsUpAndNoTunnel() throws Exception {
      addresses(
          "2a0104f80c170b8f0000000000000002 02 40 00 80 eth0",
          "2a0104f80c170b8f0000000000000003 03 40 00 80 wg0",
          "2a0104f80c170b8f0000000000000004 04 40 00 80 eth1");
      device("eth0", "ifindex", "2");
      device("eth0", "operstate", "down");
      check("eth1", route(1, 3, "eth0"), route(100, 3, "wg0"), route(100, 3, "eth1"));
    }

    @Test
    void isNoneWhereThereAreOthersOnly() throws Exception {
      Files.write(
          proc.resolve("ipv6_route"),
          List.of(route(1, 3, "eth0").replaceFirst(ANY + " 00", "2" + ANY.substring(1) + " 03")));
      assertThat(read().defaultRoute()).isEmpty();
    }

    @Test
    void cannotBeReadFromLinesThatNoKernelWrites() throws Exception {
      Files.write(proc.resolve("ipv6_route"), List.of(ANY + " 00 " + ANY));
      assertThatThrownBy(() -> read()).isInstanceOf(IOException.class);
    }
  }
}
