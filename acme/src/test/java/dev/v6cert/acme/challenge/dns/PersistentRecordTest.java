package dev.v6cert.acme.challenge.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.challenge.dns.PersistentRecord.Lack;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PersistentRecordTest {

  private static final URI ACCOUNT = URI.create("https://ca.test/acct/1");
  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  @Test
  void isReadAsItIsWritten() {
    PersistentRecord plain = PersistentRecord.of("ca.test", ACCOUNT, false);
    PersistentRecord wild =
        new PersistentRecord("ca.test", ACCOUNT.toString(), true, Optional.of(NOW));

    assertThat(plain).hasToString("ca.test; accounturi=https://ca.test/acct/1");
    assertThat(wild)
        .hasToString(
            "ca.test; accounturi=https://ca.test/acct/1; policy=wildcard; persistUntil=1800000000");
    assertThat(PersistentRecord.read(plain.toString())).contains(plain);
    assertThat(PersistentRecord.read(wild.toString())).contains(wild);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ca.test; accounturi=https://ca.test/acct/1 |
          ca.test;AccountURI = https://ca.test/acct/1 ;other=x |
          ca.test; accounturi=https://ca.test/acct/1; persistUntil=1800000000 |
          other.test; accounturi=https://ca.test/acct/1 | OTHER_ISSUER
          ca.test; accounturi=https://ca.test/acct/12 | OTHER_ACCOUNT
          ca.test; accounturi=https://ca.test/acct/1; persistUntil=1799999999 | ENDED
          """)
  void permitsAnAccountOrLacksSomething(String value, Lack lack) {
    PersistentRecord record = PersistentRecord.read(value).orElseThrow();

    assertThat(record.lack(List.of("ca.test"), ACCOUNT, false, NOW))
        .isEqualTo(Optional.ofNullable(lack));
  }

  @ParameterizedTest
  @CsvSource({"policy=wildcard, true", "policy=Wildcard, true", "policy=x, false", "a=b, false"})
  void permitsWildcardsByItsPolicyAlone(String policy, boolean permitted) {
    PersistentRecord record =
        PersistentRecord.read("ca.test; accounturi=" + ACCOUNT + "; " + policy).orElseThrow();

    assertThat(record.lack(List.of("ca.test"), ACCOUNT, true, NOW).isEmpty()).isEqualTo(permitted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ca.test",
        "; accounturi=x",
        "ca.test; accounturi=x;",
        "ca.test; accounturi",
        "ca.test; accounturi=x; accounturi=x",
        "ca.test; accounturi=x y",
        "ca.test; accounturi=x; persistUntil=soon",
        "v=spf1 -all"
      })
  void otherTextsAreNone(String value) {
    assertThat(PersistentRecord.read(value)).isEmpty();
  }
}
