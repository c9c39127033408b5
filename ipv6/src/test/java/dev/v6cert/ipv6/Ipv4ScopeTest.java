package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4ScopeTest {
  private static final String REGISTRY = "/dev/v6cert/ipv6/special-purpose-ipv4.tsv";

  @ParameterizedTest
  @CsvFileSource(resources = REGISTRY, delimiter = '\t')
  void hasEveryRowOfTheRegistryAndRefusesAllOfIt(String block, String name, String document) {
    assertThat(Ipv4Scope.values())
        .filteredOn(scope -> scope.prefix().equals(block))
        .singleElement()
        .satisfies(scope -> assertThat(scope.registryName()).isEqualTo(name))
        .satisfies(scope -> assertThat(scope.reference().replace(" ", "")).isEqualTo(document));
    int slash = block.indexOf('/');
    int length = Integer.parseInt(block.substring(slash + 1));
    Ipv4Address first = Ipv4Address.parse(block.substring(0, slash));
    Ipv4Address last = new Ipv4Address(first.bits() | (int) (0xffff_ffffL >>> length));
    assertThat(Ipv4Scope.of(first).isPublic()).isFalse();
    assertThat(Ipv4Scope.of(last).isPublic()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, THIS_HOST",
    "0.0.0.1, THIS_NETWORK",
    "10.9.9.9, PRIVATE_8",
    "172.31.255.255, PRIVATE_12",
    "192.168.0.1, PRIVATE_16",
    "100.127.255.255, SHARED",
    "192.0.0.8, DUMMY",
    "192.0.0.11, IETF_PROTOCOL",
    "224.0.0.1, MULTICAST",
    "240.0.0.1, RESERVED",
    "255.255.255.255, LIMITED_BROADCAST",
  })
  void isTheRowWithTheLongestPrefix(String address, Ipv4Scope scope) {
    assertThat(Ipv4Scope.of(Ipv4Address.parse(address))).isEqualTo(scope);
    assertThat(scope.isPublic()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "100.128.0.0",
        "223.255.255.255"
      })
  void isPublicBesideTheRows(String address) {
    assertThat(Ipv4Scope.of(Ipv4Address.parse(address)).isPublic()).isTrue();
  }
}
