package dev.v6cert.ipv6;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv6AddressTest {

  @Nested
  class TextOut {
    @ParameterizedTest
    @CsvSource({
      "2001:0DB8:0:0:0:0:0:1, 2001:db8::1",
      "0:0:0:0:0:0:0:0, ::",
      "0:0:0:0:0:0:0:1, ::1",
      "1:0:0:0:0:0:0:0, 1::",
      "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
      "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
      "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
      "::ffff:192.0.2.1, ::ffff:c000:201",
      "1:2:3:4:5:6:0:0, 1:2:3:4:5:6::",
      "0:0:3:4:5:6:7:8, ::3:4:5:6:7:8",
    })
    void isThatOfRfc5952(String text, String canonical) {
      assertThat(Ipv6Address.parse(text)).hasToString(canonical);
    }

    @Test
    void isReadBackByTheJdkAndByUs() throws Exception {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 100_000; i++) {
        Ipv6Address address = sparse(random);
        String text = address.toString();
        assertThat(Ipv6Address.parse(text)).as("seed %d", seed).isEqualTo(address);
        if (!text.startsWith("::ffff:")) { // The JDK turns mapped addresses into IPv4.
          assertThat(InetAddress.getByName(text).getAddress())
              .as("seed %d: %s", seed, text)
              .isEqualTo(address.octets());
        }
      }
    }

    /** A random address with about half of its groups zero. */
    private static Ipv6Address sparse(Random random) {
      long high = random.nextLong();
      long low = random.nextLong();
      for (int shift = 0; shift < 64; shift += 16) {
        high &= random.nextBoolean() ? -1L : ~(0xffffL << shift);
        low &= random.nextBoolean() ? -1L : ~(0xffffL << shift);
      }
      return new Ipv6Address(high, low);
    }
  }

  @Nested
  class TextIn {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          ":",
          ":::",
          "1",
          "1:2:3:4:5:6:7",
          "1:2:3:4:5:6:7:8:9",
          "1::2::3",
          "1:2:3:4:5:6:7:8::",
          "::1:2:3:4:5:6:7:8",
          "12345::",
          "g::",
          "fe80::1%eth0",
          "::1.2.3",
          "::1.2.3.256",
          "::1.2.3.04",
          "1:2:3:4:5:6:7:1.2.3.4",
          "1:2:3:4:5:6:7:",
          ":1:2:3:4:5:6:7",
          "[::1]",
          " ::1",
          "\u0661::"
        })
    void refusesWhatIsNoAddress(String text) {
      assertThat(Ipv6Address.tryParse(text)).isEmpty();
      assertThatThrownBy(() -> Ipv6Address.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is not an IPv6 address");
    }
  }

  @Test
  void ordersAsUnsignedNumbers() {
    assertThat(Ipv6Address.parse("ffff::")).isGreaterThan(Ipv6Address.parse("7fff::"));
    assertThat(Ipv6Address.parse("1::8000:0:0:0")).isGreaterThan(Ipv6Address.parse("1::1"));
  }

  @Test
  void goesToTheJdkAndBackWithoutAScope() throws Exception {
    Ipv6Address address = Ipv6Address.parse("2001:db8::2");
    Inet6Address jdk = address.toInetAddress();
    assertThat(jdk.getScopeId()).isZero();
    assertThat(Ipv6Address.from(jdk)).contains(address);
    assertThat(Ipv6Address.from(InetAddress.getByName("192.0.2.1"))).isEmpty();
  }
}
