package dev.v6cert.ipv6.name;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MagicNameTest {
  private static final Zone SSLIP = Zone.of("sslip.io");
  private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final Pattern QUAD =
      Pattern.compile("(^|-)" + OCTET + ("-" + OCTET).repeat(3) + "(-|$)");

  private static NameResult format(String address, NameForm form) {
    return MagicName.format(Ipv6Address.parse(address), SSLIP, form);
  }

  @Nested
  class Formats {
    @ParameterizedTest
    @CsvSource({
      "EXPANDED, 2800:3f0:4001:810::200e, 2800-3f0-4001-810-0-0-0-200e.sslip.io",
      "PADDED, 2a01:4f8:c17:b8f::2, 2a01-04f8-0c17-0b8f-0000-0000-0000-0002.sslip.io",
      "COMPRESSED, 2001:db8::1, 2001-db8--1.sslip.io",
      "HEX, 2a01:4f8:c17:b8f::2, 2a0104f80c170b8f0000000000000002.sslip.io",
    })
    void writesEachForm(NameForm form, String address, String name) {
      assertThat(format(address, form))
          .isEqualTo(new NameResult.Safe(form, HostName.of(name), Optional.empty()));
    }

    @Test
    void expandedIsTheDefault() {
      assertThat(MagicName.format(Ipv6Address.parse("2800:3f0:4001:810::200e"), SSLIP))
          .isEqualTo(
              new NameResult.Safe(
                  NameForm.EXPANDED,
                  HostName.of("2800-3f0-4001-810-0-0-0-200e.sslip.io"),
                  Optional.empty()));
    }

    @Test
    void theDefaultIsPaddedAndSaysWhyWhereExpandedReadsAsIpv4() {
      assertThat(MagicName.format(Ipv6Address.parse("2a01:4f8:c17:b8f::2"), SSLIP))
          .isEqualTo(
              new NameResult.Safe(
                  NameForm.PADDED,
                  HostName.of("2a01-04f8-0c17-0b8f-0000-0000-0000-0002.sslip.io"),
                  Optional.of(
                      "four groups of \"2a01-4f8-c17-b8f-0-0-0-2\" also read as the IPv4 address"
                          + " 0.0.0.2")));
    }
  }

  @Nested
  class Refuses {
    @ParameterizedTest
    @CsvSource({
      "EXPANDED, 2600:1f18:10:20:30:40:a:b, IPv4 address 10.20.30.40",
      "COMPRESSED, 2600:10:20:30:40::1, IPv4 address 10.20.30.40",
      "COMPRESSED, ::1, starts or ends with '-'",
      "COMPRESSED, 2600::, starts or ends with '-'",
      "COMPRESSED, 2a::1, positions 3 and 4",
    })
    void unsafeNamesWithTheReason(NameForm form, String address, String reason) {
      assertThat(format(address, form))
          .isInstanceOfSatisfying(
              NameResult.Unsafe.class,
              unsafe -> {
                assertThat(unsafe.reasons()).anyMatch(text -> text.contains(reason));
                assertThat(unsafe.name()).isPresent();
              });
    }

    @Test
    void namesThatAreTooLongForTheDns() {
      Zone zone = Zone.of(("a".repeat(60) + ".").repeat(3) + "b".repeat(50));
      assertThat(MagicName.format(Ipv6Address.parse("2600::1"), zone))
          .isInstanceOfSatisfying(
              NameResult.Unsafe.class,
              unsafe -> {
                assertThat(unsafe.name()).isEmpty();
                assertThat(unsafe.reasons()).anyMatch(text -> text.contains("253"));
              });
    }

    @Test
    void zonesThatNoAuthoritySigns() {
      assertThat(MagicName.format(Ipv6Address.parse("2600::1"), Zone.of("my_zone.example")))
          .isInstanceOf(NameResult.Unsafe.class);
      assertThat(MagicName.format(Ipv6Address.parse("2600::1"), Zone.of(".")))
          .isInstanceOf(NameResult.Unsafe.class);
    }
  }

  @Nested
  class RoundTrips {
    @Test
    void everyFormReadsBackAsTheAddressItWasWrittenFrom() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 50_000; i++) {
        Ipv6Address address = sparse(random);
        for (NameForm form : NameForm.values()) {
          assertThat(MagicName.parse(form.label(address)).ipv6())
              .as("seed %d, %s of %s", seed, form, address)
              .contains(address);
        }
      }
    }

    @Test
    void aSafeNameMeansOneAddressOnly() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int i = 0; i < 50_000; i++) {
        Ipv6Address address = sparse(random);
        NameResult formatting = MagicName.format(address, SSLIP);
        assertThat(formatting)
            .as("seed %d, %s", seed, address)
            .isInstanceOfSatisfying(
                NameResult.Safe.class,
                safe -> {
                  String label = safe.name().labels().getFirst();
                  assertThat(MagicName.parse(safe.name(), SSLIP))
                      .isEqualTo(new EmbeddedAddresses(Optional.of(address), Optional.empty()));
                  assertThat(label).doesNotContainPattern(QUAD);
                  assertThat(safe.name().refusalByAuthorities()).isEmpty();
                });
      }
    }

    /** A random address whose groups are zero, small, or anything, a third each. */
    private static Ipv6Address sparse(Random random) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < Ipv6Address.GROUPS; i++) {
        int bound = new int[] {1, 0x100, 0x10000}[random.nextInt(3)];
        text.append(i == 0 ? "" : ":")
            .append(String.format(Locale.ROOT, "%x", random.nextInt(bound)));
      }
      return Ipv6Address.parse(text.toString());
    }
  }

  @Nested
  class NamesInAZone {
    @Test
    void areReadRelativeToTheApex() {
      assertThat(MagicName.parse(HostName.of("www.192.168.0.1.sslip.io"), SSLIP).ipv4())
          .contains(Ipv4Address.parse("192.168.0.1"));
      assertThat(MagicName.parse(HostName.of("2001.db8.0.0.0.0.0.1.sslip.io"), SSLIP).ipv6())
          .contains(Ipv6Address.parse("2001:db8::1"));
      assertThat(MagicName.parse(HostName.of("127.0.0.1"), Zone.of(".")).ipv4())
          .contains(Ipv4Address.parse("127.0.0.1"));
    }

    @Test
    void carryNothingAtTheApexOrOutside() {
      assertThat(MagicName.parse(HostName.of("sslip.io"), SSLIP).isEmpty()).isTrue();
      assertThat(MagicName.parse(HostName.of("1-2-3-4.nip.io"), SSLIP).isEmpty()).isTrue();
      assertThat(MagicName.parse(HostName.of("1-2-3-4"), Zone.of("1-2-3-4")).isEmpty()).isTrue();
    }
  }
}
