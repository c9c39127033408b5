package dev.v6cert.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.selection.AddressSelector;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The moves of a lineage from one address to another. */
class AddressFollowerTest {

  private static final Ipv6Address PRESENT = Ipv6Address.parse("2a01:4f8:c17:b8f::2");
  private static final Ipv6Address OTHER = Ipv6Address.parse("2a01:4f8:c17:b90::2");

  private static InterfaceAddress address(Ipv6Address address, AddressFlag... flags) {
    return new InterfaceAddress(
        address,
        64,
        new HostInterface("eth0", 2, true, false),
        Set.of(flags),
        Lifetime.UNKNOWN,
        Lifetime.UNKNOWN);
  }

  private static Optional<IpAddress> target(InterfaceAddress... addresses) {
    AddressListing listing =
        new AddressListing(
            "test", AddressListing.Detail.FLAGS, List.of(addresses), Optional.of("eth0"));
    return AddressFollower.target(PRESENT, new AddressSelector().keeping(PRESENT).select(listing));
  }

  @Test
  void itStaysWhereItIsUsableWhateverElseThereIs() {
    assertThat(target(address(PRESENT), address(OTHER, AddressFlag.PERMANENT))).isEmpty();
    assertThat(target(address(PRESENT, AddressFlag.TEMPORARY), address(OTHER))).isEmpty();
  }

  @Test
  void itLeavesADeprecatedOneForALastingOneOnly() {
    InterfaceAddress deprecated = address(PRESENT, AddressFlag.DEPRECATED);

    assertThat(target(deprecated, address(OTHER))).contains(OTHER);
    assertThat(target(deprecated, address(OTHER, AddressFlag.TEMPORARY))).isEmpty();
    assertThat(target(deprecated)).isEmpty();
  }

  @Test
  void itMovesOnceThePresentOneIsGone() {
    assertThat(target(address(OTHER))).contains(OTHER);
    assertThat(target(address(OTHER, AddressFlag.TEMPORARY))).contains(OTHER);
  }

  @Test
  void itStaysWhereThereIsNoUsableOne() {
    assertThat(target()).isEmpty();
    assertThat(target(address(Ipv6Address.parse("fe80::1")))).isEmpty();
  }
}
