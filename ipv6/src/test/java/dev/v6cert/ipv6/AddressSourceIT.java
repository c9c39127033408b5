package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.RouterAdvertisement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Every kind of address, made by the kernel, through every source, against {@code ip}. */
class AddressSourceIT {
  private static final String ONE = "2a01:4f8:c17:b8f::2";
  private static final String TWO = "2a01:4f8:c17:b90::2";
  private static final Set<AddressFlag> BEYOND_EIGHT_BITS =
      EnumSet.of(AddressFlag.MANAGETEMPADDR, AddressFlag.STABLE_PRIVACY);

  private NetworkNamespace host = NetworkNamespace.create();

  @BeforeEach
  void newHost() throws IOException {
    host.sysctl("net/ipv6/conf/default/accept_dad", "0");
  }

  @AfterEach
  void closeHost() {
    host.close();
  }

  private List<String> probe(String... arguments) throws IOException {
    return host.runJava(AddressProbe.class, arguments).lines().toList();
  }

  /** The lines of one source, without its name. */
  private static List<String> of(String source, List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(source + "\t"))
        .map(line -> line.substring(source.length() + 1))
        .toList();
  }

  /** Checks each source against {@code ip}, and the sources against each other. */
  private List<String> agreeing() throws IOException {
    List<InterfaceAddress> oracle;
    List<String> seen;
    do { // The kernel goes on making link-local addresses after a device is up.
      oracle = IpCommand.addresses(host);
      seen = probe("proc", "netlink", "jdk", "look", "closely");
    } while (!states(oracle).equals(states(IpCommand.addresses(host))));
    check(oracle, seen);
    return seen;
  }

  private static List<String> states(List<InterfaceAddress> addresses) {
    return addresses.stream().map(one -> one.address() + " " + one.flags()).toList();
  }

  private static void check(List<InterfaceAddress> oracle, List<String> seen) {
    List<String> proc = of("/proc/net", seen);
    List<String> netlink = of("netlink", seen);
    List<String> jdk = of("the JDK", seen);
    assertThat(proc).hasSize(oracle.size() + 1);
    assertThat(netlink).hasSize(oracle.size() + 1);
    assertThat(jdk).hasSize(oracle.size() + 1);
    for (int i = 0; i < oracle.size(); i++) {
      InterfaceAddress one = oracle.get(i);
      check(proc.get(i), one, false);
      check(netlink.get(i), one, true);
      assertThat(columns(proc.get(i)).subList(0, 5))
          .isEqualTo(columns(netlink.get(i)).subList(0, 5));
      assertThat(columns(jdk.get(i)).subList(0, 4))
          .isEqualTo(columns(netlink.get(i)).subList(0, 4));
    }
    assertThat(netlink.getLast()).isEqualTo(proc.getLast());
  }

  private static List<String> columns(String line) {
    return List.of(line.split("\t", -1));
  }

  private static void check(String line, InterfaceAddress oracle, boolean full) {
    List<String> columns = columns(line);
    Set<AddressFlag> flags = EnumSet.copyOf(oracle.flags());
    if (!full) {
      flags.removeAll(BEYOND_EIGHT_BITS);
    }
    assertThat(columns)
        .startsWith(
            oracle.address() + "/" + oracle.prefixLength(),
            oracle.on().name().replaceFirst("@.*", ""),
            Integer.toString(oracle.on().index()));
    assertThat(columns.get(5)).as(line).isEqualTo(flags.toString());
    if (full) {
      assertNear(columns.get(6), oracle.preferred());
      assertNear(columns.get(7), oracle.valid());
    } else {
      assertThat(columns).endsWith("unknown", "unknown");
    }
  }

  /** The program ran a little later than {@code ip}. */
  private static void assertNear(String text, Lifetime oracle) {
    if (oracle instanceof Lifetime.Lasting lasting) {
      long seconds = Long.parseLong(text.replace("s", ""));
      assertThat(seconds)
          .isBetween(Math.max(0, lasting.left().toSeconds() - 20), lasting.left().toSeconds());
    } else {
      assertThat(text).isEqualTo(oracle.toString());
    }
  }

  /** Waits until {@code ip} shows an address with the given words. */
  private static void await(NetworkNamespace namespace, String words) throws IOException {
    long start = System.nanoTime();
    while (!namespace.run("ip", "-6", "-o", "address").contains(words)) {
      assertThat(System.nanoTime() - start).as("waiting for %s", words).isLessThan(20_000_000_000L);
      LockSupport.parkNanos(20_000_000);
    }
  }

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
          .contains("not\t" + ONE + "\t" + TWO + " is better: it is deprecated (rule 2)");
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
          .contains("none\tDUPLICATE")
          .contains(
              "not\t"
                  + ONE
                  + "\tanother host on the link has it (duplicate address detection failed)");
    }

    @Test
    void runningIsSeenAsTentative() throws Exception {
      slowDetection("1000");
      assertThat(agreeing())
          .contains("none\tTENTATIVE")
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
  class FromARouter {
    private NetworkNamespace router = host;

    @BeforeEach
    void joinRouter() throws IOException {
      router = host.neighbour();
      router.sysctl("net/ipv6/conf/default/accept_dad", "0");
    }

    private void advertise(String... prefixes) throws IOException {
      await(router, "inet6 fe80:"); // Hosts believe a router only by its link-local address.
      List<String> arguments = new ArrayList<>(List.of("eth0", "1800"));
      arguments.addAll(List.of(prefixes));
      router.runJava(RouterAdvertisement.class, arguments.toArray(String[]::new));
    }

    @Test
    void temporaryBesideTheStableOne() throws Exception {
      host.sysctl("net/ipv6/conf/default/use_tempaddr", "2");
      host.connect("eth0", router, "eth0");
      advertise("2a01:4f8:c17:b8f::", "86400", "14400");
      await(host, "temporary");
      List<String> seen = agreeing();
      String stable = stable();
      assertThat(seen)
          .contains("chosen\t" + stable, "/proc/net\tdefault\teth0", "the JDK\tdefault\teth0")
          .anyMatch(line -> line.endsWith(stable + " is better: it is temporary (rule 5)"));
    }

    @Test
    void stablePrivateBesideEui64() throws Exception {
      host.connect("eth0", router, "eth0");
      advertise("2a01:4f8:c17:b8f::", "86400", "14400");
      await(host, "mngtmpaddr");
      host.sysctl("net/ipv6/conf/eth0/stable_secret", "2a01:4f8::17"); // Also switches to it.
      advertise("2a01:4f8:c17:b90::", "86400", "7200");
      await(host, "stable-privacy");
      assertThat(agreeing())
          .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
          .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 6)"));
    }

    @Test
    void prefixThatTheRouterTakesBack() throws Exception {
      host.connect("eth0", router, "eth0");
      advertise("2a01:4f8:c17:b8f::", "86400", "14400");
      await(host, "2a01:4f8:c17:b8f:");
      advertise("2a01:4f8:c17:b8f::", "7200", "0", "2a01:4f8:c17:b90::", "86400", "14400");
      await(host, "deprecated");
      assertThat(agreeing())
          .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
          .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 2)"));
    }

    @Test
    void twoPrefixesAreToldApartByTheirLifetimes() throws Exception {
      host.connect("eth0", router, "eth0");
      advertise("2a01:4f8:c17:b8f::", "86400", "7200", "2a01:4f8:c17:b90::", "86400", "14400");
      await(host, "2a01:4f8:c17:b90:");
      assertThat(agreeing())
          .contains("from\tnetlink")
          .anyMatch(line -> line.startsWith("chosen\t2a01:4f8:c17:b90:"))
          .anyMatch(line -> line.startsWith("not\t2a01:4f8:c17:b8f:") && line.endsWith("(rule 7)"));
    }

    private String stable() throws IOException {
      return IpCommand.addresses(host).stream()
          .filter(one -> one.scope().isPublic() && !one.is(AddressFlag.TEMPORARY))
          .findFirst()
          .orElseThrow()
          .address()
          .toString();
    }
  }

  @Nested
  class WithoutAPublicAddress {
    @Test
    void nothingButLoopback() throws Exception {
      assertThat(agreeing()).contains("none\tNO_ADDRESS", "netlink\tdefault\tnone");
    }

    @Test
    void linkLocalOnly() throws Exception {
      host.addDevice("eth0");
      assertThat(agreeing()).contains("none\tONLY_LINK_LOCAL");
    }

    @Test
    void uniqueLocalOnly() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", "fd00:17::2/64");
      assertThat(agreeing())
          .contains("none\tONLY_UNIQUE_LOCAL")
          .contains("not\tfd00:17::2\tUnique-Local (fc00::/7, RFC 4193)");
    }

    @Test
    void noIpv6InTheKernelsView() throws Exception {
      host.sysctl("net/ipv6/conf/all/disable_ipv6", "1");
      assertThat(probe("look", "closely")).contains("none\tNO_ADDRESS").hasSize(4);
    }

    @Test
    void interfaceWithoutALink() throws Exception {
      host.addDevice("eth0");
      host.addAddress("eth0", ONE + "/64");
      host.run("ip", "link", "set", NetworkNamespace.peerOf("eth0"), "down");
      assertThat(agreeing())
          .contains("none\tINTERFACE_DOWN", "not\t" + ONE + "\tthe interface eth0 is down");
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
              "not\t" + ONE + "\t" + TWO + " is better: it is on a tunnel or bridge (rule 4)");
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
          .contains("none\tINTERFACE_DOWN")
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
      assertThat(probe("look", "if=eth2")).contains("none\tINTERFACE_ABSENT");
      assertThat(probe("look", "only=2a01::1")).contains("none\tADDRESS_ABSENT");
    }
  }
}
