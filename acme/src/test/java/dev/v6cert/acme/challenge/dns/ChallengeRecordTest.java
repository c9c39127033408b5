package dev.v6cert.acme.challenge.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.name.HostName;
import java.net.URI;
import org.junit.jupiter.api.Test;

class ChallengeRecordTest {

  private static final HostName DOMAIN = HostName.of("example.org");

  /** The example of draft-ietf-acme-dns-account-label, section 3.2. */
  @Test
  void theLabelOfAnAccountIsThatOfTheDraft() {
    ChallengeRecord record =
        ChallengeRecord.dnsAccount01(
            DOMAIN, URI.create("https://example.com/acme/acct/ExampleAccount"));

    assertThat(record.name())
        .isEqualTo(HostName.of("_ujmmovf2vn55tgye._acme-challenge.example.org"));
    assertThat(record.zone()).isEqualTo(HostName.of("_acme-challenge.example.org"));
  }

  @Test
  void dns01HasNoLabelBefore() {
    assertThat(ChallengeRecord.dns01(DOMAIN).name())
        .isEqualTo(HostName.of("_acme-challenge.example.org"));
  }
}
