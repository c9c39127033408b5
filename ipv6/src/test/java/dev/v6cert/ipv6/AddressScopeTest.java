package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressScopeTest {

  @Nested
  class OfIpv6 {
    private static final String REGISTRY = "/dev/v6cert/ipv6/special-purpose-ipv6.tsv";

    private static final List<AddressScope> SCOPES =
        Arrays.stream(AddressScope.values())
            .filter(scope -> scope.prefix().indexOf(':') >= 0)
            .toList();

    @ParameterizedTest
    @CsvFileSource(resources = REGISTRY, delimiter = '\t')
    void hasEveryRowOfTheRegistryAndRefusesAllOfIt(String block, String name, String document) {
      assertThat(AddressScope.values())
          .filteredOn(scope -> scope.prefix().equals(block))
          .singleElement()
          .satisfies(scope -> assertThat(scope.registryName()).isEqualTo(name))
          .satisfies(scope -> assertThat(scope.reference().replace(" ", "")).isEqualTo(document));
      assertThat(AddressScope.of(first(block)).isPublic()).isFalse();
      assertThat(AddressScope.of(last(block)).isPublic()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "2001::1, TEREDO",
      "2001:1::1, PORT_CONTROL_PROTOCOL",
      "2001:1::4, IETF_PROTOCOL",
      "2001:1ff:ffff::, IETF_PROTOCOL",
      "2001:2:0:1::, BENCHMARKING",
      "2001:2:1::, IETF_PROTOCOL",
      "2001:db8:ffff::1, DOCUMENTATION",
      "fec0::1, RESERVED",
      "4000::1, RESERVED",
      "::2, RESERVED",
      "ff02::1, MULTICAST",
      "fdff::1, UNIQUE_LOCAL",
      "febf::1, LINK_LOCAL",
    })
    void isTheRowWithTheLongestPrefix(String address, AddressScope scope) {
      assertThat(AddressScope.of(Ipv6Address.parse(address))).isEqualTo(scope);
      assertThat(scope.isPublic()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "2000::",
          "2001:200::",
          "2001:db7:ffff::",
          "2001:db9::",
          "2003::1",
          "2620:4f:7fff::1",
          "2620:4f:8001::1",
          "2800:3f0:4001:810::200e",
          "2a01:4f8:c17:b8f::2",
          "3ffe:ffff::1",
          "3fff:1000::1",
        })
    void isPublicBesideTheRows(String address) {
      assertThat(AddressScope.of(Ipv6Address.parse(address)))
          .isEqualTo(AddressScope.GLOBAL_UNICAST);
      assertThat(AddressScope.GLOBAL_UNICAST.isPublic()).isTrue();
    }

    @Test
    void agreesWithASlowSearchForTheLongestPrefix() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 10_000; i++) {
        AddressScope near = SCOPES.get(random.nextInt(SCOPES.size()));
        BigInteger number =
            random.nextBoolean()
                ? number(first(near.prefix())).add(BigInteger.valueOf(random.nextInt(3) - 1))
                : number(last(near.prefix())).add(BigInteger.valueOf(random.nextInt(3) - 1));
        Ipv6Address address = address(number.mod(BigInteger.TWO.pow(128)));
        assertThat(AddressScope.of(address))
            .as("seed %d: %s", seed, address)
            .isEqualTo(slow(address));
      }
    }

    private static AddressScope slow(Ipv6Address address) {
      List<AddressScope> matching = new ArrayList<>();
      for (AddressScope scope : SCOPES) {
        if (number(address)
            .shiftRight(free(scope.prefix()))
            .equals(number(first(scope.prefix())).shiftRight(free(scope.prefix())))) {
          matching.add(scope);
        }
      }
      matching.sort((a, b) -> Integer.compare(free(a.prefix()), free(b.prefix())));
      return matching.getFirst();
    }

    private static Ipv6Address first(String block) {
      return Ipv6Address.parse(block.substring(0, block.indexOf('/')));
    }

    private static Ipv6Address last(String block) {
      return address(
          number(first(block)).add(BigInteger.TWO.pow(free(block))).subtract(BigInteger.ONE));
    }

    private static int free(String block) {
      return 128 - Integer.parseInt(block.substring(block.indexOf('/') + 1));
    }

    private static BigInteger number(Ipv6Address address) {
      return new BigInteger(1, address.octets());
    }

    private static Ipv6Address address(BigInteger number) {
      return new Ipv6Address(number.shiftRight(64).longValue(), number.longValue());
    }
  }

  @Nested
  class OfIpv4 {
    private static final String REGISTRY = "/dev/v6cert/ipv6/special-purpose-ipv4.tsv";

    @ParameterizedTest
    @CsvFileSource(resources = REGISTRY, delimiter = '\t')
    void hasEveryRowOfTheRegistryAndRefusesAllOfIt(String block, String name, String document) {
      assertThat(AddressScope.values())
          .filteredOn(scope -> scope.prefix().equals(block))
          .singleElement()
          .satisfies(scope -> assertThat(scope.registryName()).isEqualTo(name))
          .satisfies(scope -> assertThat(scope.reference().replace(" ", "")).isEqualTo(document));
      int slash = block.indexOf('/');
      int length = Integer.parseInt(block.substring(slash + 1));
      Ipv4Address first = Ipv4Address.parse(block.substring(0, slash));
      Ipv4Address last = new Ipv4Address(first.bits() | (int) (0xffff_ffffL >>> length));
      assertThat(AddressScope.of(first).isPublic()).isFalse();
      assertThat(AddressScope.of(last).isPublic()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "0.0.0.0, THIS_HOST",
      "0.0.0.1, THIS_NETWORK",
      "10.9.9.9, PRIVATE_8",
      "172.31.255.255, PRIVATE_12",
      "192.168.0.1, PRIVATE_16",
      "100.127.255.255, SHARED",
      "192.0.0.8, IPV4_DUMMY",
      "192.0.0.11, IPV4_IETF_PROTOCOL",
      "224.0.0.1, IPV4_MULTICAST",
      "240.0.0.1, IPV4_RESERVED",
      "255.255.255.255, LIMITED_BROADCAST",
    })
    void isTheRowWithTheLongestPrefix(String address, AddressScope scope) {
      assertThat(AddressScope.of(Ipv4Address.parse(address))).isEqualTo(scope);
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
      assertThat(AddressScope.of(Ipv4Address.parse(address)).isPublic()).isTrue();
    }
  }
}
