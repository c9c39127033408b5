package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpAddressTest {

  @ParameterizedTest
  @CsvSource({
    "2001:DB8::1, 2001:db8::1, IPV6, [2001:db8::1]",
    "9.9.9.7, 9.9.9.7, IPV4, 9.9.9.7",
    "::ffff:9.9.9.7, ::ffff:909:907, IPV6, [::ffff:909:907]",
  })
  void isReadInEitherFamily(String text, String canonical, IpFamily family, String host) {
    IpAddress address = IpAddress.parse(text);
    assertThat(address).hasToString(canonical);
    assertThat(address.family()).isEqualTo(family);
    assertThat(address.urlHost()).isEqualTo(host);
    assertThat(address.octets()).hasSize(family.bits() / 8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "9.9.9", "9.9.9.07", "9.9.9.256", "1.2.3.4.5", "0x7f.1", "fe80::1%1"})
  void isNoAddressInOtherForms(String text) {
    assertThat(IpAddress.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> IpAddress.parse(text)).hasMessageContaining("not an IP address");
  }

  @Test
  void isTheSameAfterTheJdkHadIt() throws Exception {
    for (String text : List.of("9.9.9.7", "2001:db8::1", "255.255.255.255")) {
      IpAddress address = IpAddress.parse(text);
      assertThat(IpAddress.from(address.toInetAddress())).isEqualTo(address);
      assertThat(address.toInetAddress()).isEqualTo(InetAddress.ofLiteral(text));
    }
  }

  @Test
  void ordersIpv6BeforeIpv4AndEachByNumber() {
    assertThat(
            List.of("200.0.0.1", "9.9.9.7", "2001:db8::1", "fe80::1").stream()
                .map(IpAddress::parse)
                .sorted())
        .extracting(IpAddress::toString)
        .containsExactly("2001:db8::1", "fe80::1", "9.9.9.7", "200.0.0.1");
  }
}
