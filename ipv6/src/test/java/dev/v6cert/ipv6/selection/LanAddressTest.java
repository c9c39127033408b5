package dev.v6cert.ipv6.selection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.DefaultRoutes;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LanAddressTest {

  private static final HostInterface WIFI = new HostInterface("wlan0", 2, true, false);
  private static final HostInterface CABLE = new HostInterface("eth0", 3, true, false);
  private static final HostInterface DOWN = new HostInterface("eth1", 4, false, false);
  private static final HostInterface BRIDGE = new HostInterface("docker0", 5, true, true);
  private static final LanAddress ANY =
      new LanAddress(Optional.empty(), Optional.empty(), Optional.empty());

  @Test
  void isIpv4OnTheDefaultRouteFirst() {
    assertThat(
            chosen(
                ANY,
                on(WIFI, "10.0.0.7"),
                on(CABLE, "192.168.1.10"),
                on(CABLE, "fd00::2"),
                on(BRIDGE, "172.17.0.1")))
        .contains("192.168.1.10");
  }

  @Test
  void isNeitherPublicNorLoopbackNorLinkLocalNorOfACarrier() {
    assertThat(
            chosen(
                ANY,
                on(CABLE, "8.8.8.8"),
                on(CABLE, "127.0.0.1"),
                on(CABLE, "169.254.3.4"),
                on(CABLE, "100.64.0.1"),
                on(CABLE, "2606:4700::1"),
                on(CABLE, "fe80::1"),
                on(CABLE, "::1")))
        .isEmpty();
  }

  @Test
  void isUniqueLocalWhereThereIsNoIpv4() {
    assertThat(chosen(ANY, on(WIFI, "fd00::7"), on(CABLE, "fd00::2"))).contains("fd00::2");
  }

  @Test
  void isNotOfABridgeUnlessThatIsNamedOrLeadsOut() {
    assertThat(chosen(ANY, on(BRIDGE, "172.17.0.1"))).isEmpty();
    assertThat(
            chosen(
                new LanAddress(Optional.empty(), Optional.of("docker0"), Optional.empty()),
                on(CABLE, "192.168.1.10"),
                on(BRIDGE, "172.17.0.1")))
        .contains("172.17.0.1");
    HostInterface leading = new HostInterface("eth0", 6, true, true);
    assertThat(chosen(ANY, on(leading, "10.1.1.1"))).contains("10.1.1.1");
  }

  @Test
  void isOfAnInterfaceThatIsUp() {
    assertThat(chosen(ANY, on(DOWN, "192.168.1.10"), on(WIFI, "10.0.0.7"))).contains("10.0.0.7");
  }

  @Test
  void isNeitherTentativeNorADuplicate() {
    assertThat(
            chosen(
                ANY,
                with(AddressFlag.TENTATIVE, on(CABLE, "fd00::1")),
                with(AddressFlag.DADFAILED, on(CABLE, "fd00::2")),
                with(AddressFlag.DEPRECATED, on(CABLE, "fd00::3")),
                with(AddressFlag.TEMPORARY, on(CABLE, "fd00::4")),
                on(CABLE, "fd00::5")))
        .contains("fd00::5");
  }

  @Test
  void staysWhileItIsThere() {
    LanAddress keeping =
        new LanAddress(
            Optional.of(IpAddress.parse("10.0.0.7")), Optional.empty(), Optional.empty());

    assertThat(chosen(keeping, on(WIFI, "10.0.0.7"), on(CABLE, "192.168.1.10")))
        .contains("10.0.0.7");
    assertThat(chosen(keeping, on(CABLE, "192.168.1.10"))).contains("192.168.1.10");
  }

  @Test
  void isOfTheFamilyThatIsAskedFor() {
    LanAddress ipv6 =
        new LanAddress(Optional.empty(), Optional.empty(), Optional.of(IpFamily.IPV6));

    assertThat(chosen(ipv6, on(CABLE, "192.168.1.10"), on(CABLE, "fd00::2"))).contains("fd00::2");
  }

  private static Optional<String> chosen(LanAddress lan, InterfaceAddress... addresses) {
    AddressListing listing =
        new AddressListing(
            "test",
            AddressListing.Detail.LIFETIMES,
            List.of(addresses),
            new DefaultRoutes(Optional.of("eth0"), Optional.of("eth0")),
            Optional.empty());
    return lan.in(listing).map(one -> one.address().toString());
  }

  private static InterfaceAddress on(HostInterface on, String address) {
    return new InterfaceAddress(
        IpAddress.parse(address), 24, on, Set.of(), Lifetime.UNKNOWN, Lifetime.UNKNOWN);
  }

  private static InterfaceAddress with(AddressFlag flag, InterfaceAddress one) {
    return new InterfaceAddress(
        one.address(), 64, one.on(), Set.of(flag), one.preferred(), one.valid());
  }
}
