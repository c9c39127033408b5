package dev.v6cert.ipv6.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.Ipv4Address;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MagicIpv4NameTest {
  private static final Zone ZONE = Zone.of("sslip.io");

  @ParameterizedTest
  @CsvSource({
    "EXPANDED, 198-51-100-7.sslip.io",
    "PADDED, 198-51-100-7.sslip.io",
    "COMPRESSED, 198-51-100-7.sslip.io",
    "HEX, c6336407.sslip.io",
  })
  void isTheDashedQuadOrHexadecimal(NameForm form, String expected) {
    assertThat(MagicName.format(Ipv4Address.parse("198.51.100.7"), ZONE, form))
        .isInstanceOfSatisfying(
            NameResult.Safe.class, safe -> assertThat(safe.name()).hasToString(expected));
  }

  @Test
  void isReadBackInEveryForm() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      Ipv4Address address = new Ipv4Address(random.nextInt());
      for (NameForm form : NameForm.values()) {
        EmbeddedAddresses read = MagicName.parse(form.label(address));
        assertThat(read.ipv4()).as("seed %d: %s", seed, form.label(address)).contains(address);
        assertThat(read.ipv6()).as("seed %d: %s", seed, form.label(address)).isEmpty();
      }
    }
  }
}
