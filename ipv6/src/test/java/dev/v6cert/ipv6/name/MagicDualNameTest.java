package dev.v6cert.ipv6.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names that carry an address of each family. */
class MagicDualNameTest {
  private static final Zone ZONE = Zone.of("sslip.io");
  private static final Ipv4Address IPV4 = Ipv4Address.parse("198.51.100.7");

  @ParameterizedTest
  @CsvSource({
    "EXPANDED, 2800:3f0:4001:810::200e, 2800-3f0-4001-810-0-0-0-200e",
    "PADDED, 2600::1, 2600-0000-0000-0000-0000-0000-0000-0001",
    "COMPRESSED, 2600:1::1, 2600-1--1",
    "HEX, 2600::1, 26000000000000000000000000000001",
  })
  void areTheDashedQuadAndTheLabelOfTheForm(NameForm form, String ipv6, String label) {
    assertThat(MagicName.format(IPV4, Ipv6Address.parse(ipv6), ZONE, form))
        .isInstanceOfSatisfying(
            NameResult.Safe.class,
            safe -> assertThat(safe.name()).hasToString("198-51-100-7." + label + ".sslip.io"));
  }

  @Test
  void areUnsafeWhereTheNameOfTheIpv6AddressIs() {
    Ipv6Address stray = Ipv6Address.parse("2a01:4f8:c17:b8f::2");

    assertThat(MagicName.format(IPV4, stray, ZONE, NameForm.EXPANDED))
        .isInstanceOf(NameResult.Unsafe.class);
    assertThat(MagicName.format(IPV4, stray, ZONE).form()).isEqualTo(NameForm.PADDED);
  }

  /** Seen at the name server of sslip.io itself. */
  @ParameterizedTest
  @CsvSource({
    "198-51-100-7.2600--1, 2600::1, 198.51.100.7",
    "2600--1.198-51-100-7, 2600::1, 198.51.100.7",
    "c6336407.26000000000000000000000000000001, 2600::1, 198.51.100.7",
    "198-51-100-7-2600--1, 198:51:100:7:2600::1, ",
    "2600--1-198-51-100-7, 2600::1:198:51:100:7, ",
  })
  void areReadFromTwoLabelsAndNotFromOne(String name, String ipv6, String ipv4) {
    EmbeddedAddresses read = MagicName.parse(name);

    assertThat(read.ipv6()).contains(Ipv6Address.parse(ipv6));
    assertThat(read.ipv4().map(Ipv4Address::toString).orElse(null)).isEqualTo(ipv4);
  }

  @Test
  void areReadBackAlikeHereAndByServersThatDoNotSetIpv6Apart() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int round = 0; round < 10_000; round++) {
      Ipv4Address ipv4 = new Ipv4Address(random.nextInt());
      Ipv6Address ipv6 = new Ipv6Address(random.nextLong(), random.nextLong());
      for (NameForm form : NameForm.values()) {
        if (MagicName.format(ipv4, ipv6, ZONE, form) instanceof NameResult.Safe safe) {
          EmbeddedAddresses read = MagicName.parse(safe.name(), ZONE);
          assertThat(read.ipv4()).as("seed %d: %s", seed, safe.name()).contains(ipv4);
          assertThat(read.ipv6()).as("seed %d: %s", seed, safe.name()).contains(ipv6);
          byte[] octets = safe.name().text().getBytes(StandardCharsets.US_ASCII);
          MagicNameParser other = new MagicNameParser();
          other.parseIpv4Only(octets, 0, octets.length - ".sslip.io".length());
          assertThat(other.ipv4()).as("seed %d: %s", seed, safe.name()).contains(ipv4);
        }
      }
    }
  }
}
