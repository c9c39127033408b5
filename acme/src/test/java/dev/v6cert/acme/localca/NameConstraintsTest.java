package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.Zone;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NameConstraintsTest {

  private static final NameConstraints USUAL =
      NameConstraints.in(List.of(Zone.of("sslip.io"), Zone.of("nip.io")));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "app.localhost",
        "nas.local",
        "printer.lan.home.arpa",
        "db.internal",
        "shop.test",
        "192-168-1-10.sslip.io",
        "192.168.1.10.nip.io",
        "app.10-0-0-7.sslip.io",
        "127-0-0-1.sslip.io",
        "fd00-0-0-0-0-0-0-1.sslip.io",
        "--1.sslip.io",
        "127.0.0.1",
        "127.255.255.255",
        "10.0.0.0",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.255.255",
        "169.254.1.1",
        "::1",
        "fc00::",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1"
      })
  void permitsPrivateNamesAndAddresses(String subject) {
    assertThat(USUAL.refusal(Subject.parse(subject))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "example.com | is not in localhost, local, internal",
        "localhost.example.com | is not in",
        "evillocalhost | is not in",
        "notlocal | is not in",
        "a.xtest | is not in",
        "arpa | is not in",
        "home.arpa.example | is not in",
        "local | is a whole domain",
        "home.arpa | is a whole domain",
        "test | is a whole domain",
        "sslip.io | carries no address",
        "www.sslip.io | carries no address",
        "8-8-8-8.sslip.io | leads to 8.8.8.8",
        "9.9.9.9.nip.io | leads to 9.9.9.9",
        "2606-4700-0-0-0-0-0-1111.sslip.io | leads to 2606:4700::1111",
        "100-64-0-1.sslip.io | leads to 100.64.0.1",
        "192-168-1-10.example.org | is not in",
        "8.8.8.8 | is a public address",
        "126.255.255.255 | is a public address",
        "128.0.0.0 | is a public address",
        "172.15.255.255 | is a public address",
        "172.32.0.0 | is a public address",
        "192.169.0.0 | is a public address",
        "2606:4700::1111 | is a public address",
        "100.64.0.1 | is neither private nor loopback: Shared Address Space",
        "0.0.0.0 | is neither private nor loopback",
        "255.255.255.255 | is neither private nor loopback",
        "224.0.0.1 | is neither private nor loopback",
        ":: | is neither private nor loopback",
        "::2 | is neither private nor loopback",
        "::ffff:192.168.1.10 | is neither private nor loopback",
        "fec0::1 | is neither private nor loopback",
        "ff02::1 | is neither private nor loopback",
        "2001:db8::1 | is neither private nor loopback: Documentation"
      })
  void refusesAllElse(String subject, String reason) {
    assertThat(USUAL.refusal(Subject.parse(subject))).get().asString().contains(reason);
  }

  /** Both families at once: a resolver picks either. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "192-168-1-10.2606-4700-0-0-0-0-0-1111.sslip.io",
        "2606-4700-0-0-0-0-0-1111.192-168-1-10.sslip.io",
        "fd00-0-0-0-0-0-0-1.8-8-8-8.sslip.io"
      })
  void refusesANameThatLeadsToAPublicAddressAsWell(String name) {
    assertThat(USUAL.refusal(Subject.parse(name))).get().asString().contains("not private");
  }

  @Test
  void permitsAnAddressWhereverItsMagicNameIsPermitted() {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int i = 0; i < 20_000; i++) {
      String quad =
          random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256) + ".7";
      if (i % 2 == 0) {
        quad = "192.168." + random.nextInt(256) + "." + random.nextInt(256);
      }
      boolean address = USUAL.refusal(new Subject.Ip(IpAddress.parse(quad))).isEmpty();
      boolean name = USUAL.refusal(Subject.parse(quad.replace('.', '-') + ".sslip.io")).isEmpty();
      assertThat(name).as(quad + ", seed " + seed).isEqualTo(address);
    }
  }

  @Nested
  class InOtherZones {

    @Test
    void namesOfTheZoneAreMagic() {
      NameConstraints own = NameConstraints.in(List.of(Zone.of("v6.example.org")));

      assertThat(own.refusal(Subject.parse("10-0-0-1.v6.example.org"))).isEmpty();
      assertThat(own.refusal(Subject.parse("www.v6.example.org"))).isPresent();
      assertThat(own.refusal(Subject.parse("10-0-0-1.sslip.io"))).isPresent();
    }

    @Test
    void aZoneInAPrivateDomainAddsNothing() {
      assertThat(NameConstraints.in(List.of(Zone.of("ip.home.arpa"))).domains())
          .isEqualTo(NameConstraints.in(List.of()).domains());
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "com", "org"})
    void aZoneThatPermitsTooMuchIsRefused(String zone) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> NameConstraints.in(List.of(Zone.of(zone))))
          .withMessageContaining("too wide");
    }
  }

  @Nested
  class OnlyAddresses {

    @Test
    void permitsNoNameButLocalhost() {
      NameConstraints narrow = NameConstraints.onlyAddresses();

      assertThat(narrow.isOnlyAddresses()).isTrue();
      assertThat(USUAL.isOnlyAddresses()).isFalse();
      assertThat(narrow.refusal(Subject.parse("192.168.1.10"))).isEmpty();
      assertThat(narrow.refusal(Subject.parse("localhost"))).isEmpty();
      assertThat(narrow.refusal(Subject.parse("192-168-1-10.sslip.io"))).isPresent();
      assertThat(narrow.refusal(Subject.parse("nas.local"))).isPresent();
    }
  }

  @Test
  void alwaysConstrainsBothKinds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NameConstraints(List.of(), USUAL.blocks()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new NameConstraints(USUAL.domains(), List.of()));
  }
}
