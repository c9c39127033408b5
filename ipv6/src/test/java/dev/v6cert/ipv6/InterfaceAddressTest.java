package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.selection.Example;
import java.util.Set;
import org.junit.jupiter.api.Test;

class InterfaceAddressTest {
  private static final String WITH_MAC = "2a01:4f8:c17:b8f:4cba:d4ff:fee1:f3dd";

  @Test
  void showsTheMacAddressWhenTheIdentifierIsMadeFromIt() {
    assertThat(Example.address(WITH_MAC).isEui64()).isTrue();
    assertThat(Example.address("2a01:4f8:c17:b8f::2").isEui64()).isFalse();
    assertThat(Example.address("2a01:4f8:c17:b8f:4cba:d4ff:ffe1:f3dd").isEui64()).isFalse();
  }

  @Test
  void doesNotShowItWhenTheSystemSaysTheIdentifierIsRandom() {
    assertThat(Example.address(WITH_MAC, AddressFlag.STABLE_PRIVACY).isEui64()).isFalse();
    assertThat(Example.address(WITH_MAC, AddressFlag.TEMPORARY).isEui64()).isFalse();
  }

  @Test
  void isNotHeldUpByTheCheckForDuplicatesWhenOptimistic() {
    assertThat(Example.address("2a01::1", AddressFlag.TENTATIVE).isTentative()).isTrue();
    assertThat(
            Example.address("2a01::1", AddressFlag.TENTATIVE, AddressFlag.OPTIMISTIC).isTentative())
        .isFalse();
  }

  @Test
  void hasTheFlagsOfLinux() {
    assertThat(AddressFlag.ofLinux(0x80, 64)).containsExactly(AddressFlag.PERMANENT);
    assertThat(AddressFlag.ofLinux(0x921, 64))
        .containsExactlyInAnyOrder(
            AddressFlag.TEMPORARY,
            AddressFlag.DEPRECATED,
            AddressFlag.MANAGETEMPADDR,
            AddressFlag.STABLE_PRIVACY);
  }

  @Test
  void isALeaseOnLinuxWhenItIsSingleAndEnds() {
    assertThat(AddressFlag.ofLinux(0, 128)).isEqualTo(Set.of(AddressFlag.DHCP));
    assertThat(AddressFlag.ofLinux(0x80, 128)).isEqualTo(Set.of(AddressFlag.PERMANENT));
    assertThat(AddressFlag.ofLinux(0x01, 128)).isEqualTo(Set.of(AddressFlag.TEMPORARY));
    assertThat(AddressFlag.ofLinux(0, 64)).isEmpty();
  }
}
