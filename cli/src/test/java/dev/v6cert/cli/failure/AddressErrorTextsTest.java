package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.selection.Rejection;
import dev.v6cert.ipv6.selection.Selection.Lack;
import dev.v6cert.ipv6.selection.Selection.Shortage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AddressErrorTextsTest {

  @ParameterizedTest
  @EnumSource(Shortage.class)
  void everyLackOfAnAddressSaysWhatToDo(Shortage shortage) {
    ErrorText error =
        ErrorTexts.of(
            new CliFailureException(
                new CliFailure.NoAddress(
                    new Lack(shortage, Shortage.NO_ADDRESS),
                    Optional.empty(),
                    Optional.of("eth0"))));

    assertThat(error.status()).isEqualTo(ExitStatus.NO_ADDRESS);
    assertThat(error.next()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "NO_ADDRESS, NO_ADDRESS, IPv6: none beyond loopback; IPv4: none beyond loopback",
    "ONLY_LINK_LOCAL, ONLY_PRIVATE, IPv4: private only",
    "ONLY_LINK_LOCAL, ONLY_CARRIERS, IPv4: provider's NAT (100.64.0.0/10) only",
    "ONLY_UNIQUE_LOCAL, ONLY_PRIVATE, IPv6: unique local (fd00::) only",
    "NOT_WANTED, ONLY_LINK_LOCAL, 'IPv4: link-local (169.254.0.0/16) only'",
  })
  void aMachineWithoutAPublicAddressIsDescribedFamilyByFamily(
      Shortage ipv6, Shortage ipv4, String seen) {
    ErrorText error =
        ErrorTexts.of(
            new CliFailureException(
                new CliFailure.NoAddress(
                    new Lack(ipv6, ipv4), Optional.empty(), Optional.empty())));

    assertThat(error.status()).isEqualTo(ExitStatus.NO_ADDRESS);
    assertThat(error.what())
        .isEqualTo(
            "this machine has no public "
                + (ipv6 == Shortage.NOT_WANTED ? "IPv4 " : "")
                + "address");
    assertThat(error.why()).contains(seen);
    assertThat(error.next()).isNotEmpty();
  }

  /** IPv6 has no private addresses, nor those of a provider's NAT. */
  @ParameterizedTest
  @EnumSource(
      value = Shortage.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ONLY_PRIVATE", "ONLY_CARRIERS"})
  void itsLinesFitIntoEightyColumns(Shortage ipv6) {
    for (Shortage ipv4 : Shortage.values()) {
      ErrorText error =
          ErrorTexts.of(
              new CliFailureException(
                  new CliFailure.NoAddress(
                      new Lack(ipv6, ipv4), Optional.empty(), Optional.empty())));

      assertThat(List.of("error: " + error.what(), "  " + error.why(), "  " + error.next()))
          .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }
  }

  @Test
  void anAddressThatWasAskedForIsRefusedForItsOwnReason() {
    assertThat(refused(Optional.empty()).what())
        .isEqualTo("2600::1 is not an address of this machine");
    assertThat(refused(Optional.of(new Rejection.OtherInterface("lo"))).why())
        .isEqualTo("not on the interface lo");
    assertThat(refused(Optional.of(new Rejection.NotPublic(AddressScope.LOOPBACK))).why())
        .contains("::1/128");
    assertThat(refused(Optional.of(new Rejection.InterfaceDown("eth1"))).next())
        .isEqualTo("ip link set eth1 up");
  }

  private static ErrorText refused(Optional<Rejection> why) {
    CliFailure.Refused refused = new CliFailure.Refused(Ipv6Address.parse("2600::1"), why);
    return ErrorTexts.of(
        new CliFailureException(
            new CliFailure.NoAddress(
                new Lack(Shortage.ADDRESS_ABSENT, Shortage.NOT_WANTED),
                Optional.of(refused),
                Optional.empty())));
  }
}
