package dev.v6cert.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.ipv6.name.Zone;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BudgetCheckTest {

  @Nested
  class TheBudgetThatAllShare {

    private static String text(CertificateAuthority authority, String zone, String... next) {
      Optional<Finding> finding = BudgetCheck.shared(authority, Zone.of(zone), List.of(next));
      assertThat(finding).get().extracting(Finding::level).isEqualTo(Finding.Level.OK);
      return finding.orElseThrow().text();
    }

    @Test
    void ofSslipIoIsNamedWithItsHistoryAndWhatComesNext() {
      assertThat(text(CertificateAuthority.LETS_ENCRYPT, "sslip.io", "a.nip.io", "2001:db8::1"))
          .isEqualTo(
              "all who use sslip.io share 250,000 certificates a week, which were used up in May"
                  + " 2026 (more was refused); when that is used up, obtain goes on to a.nip.io,"
                  + " then to 2001:db8::1");
    }

    @Test
    void ofNipIoIsNotGuessed() {
      assertThat(text(CertificateAuthority.LETS_ENCRYPT, "nip.io"))
          .contains("a limit of its own", "--zone gives it another name");
    }

    @Test
    void ofAZoneOfOnesOwnIsTheUsualOne() {
      assertThat(text(CertificateAuthority.LETS_ENCRYPT, "v6.example.org"))
          .contains("all who use v6.example.org share 50 certificates a week");
    }

    @Test
    void isNotKnownOfOtherAuthorities() {
      for (CertificateAuthority authority :
          List.of(CertificateAuthority.LETS_ENCRYPT_STAGING, CertificateAuthority.ZEROSSL)) {
        assertThat(BudgetCheck.shared(authority, Zone.of("sslip.io"), List.of())).isEmpty();
      }
    }
  }
}
