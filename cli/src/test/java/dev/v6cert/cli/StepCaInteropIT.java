package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The life of a certificate with step-ca. */
class StepCaInteropIT extends InteropFixture {

  StepCaInteropIT() {
    super(Peer.STEP_CA);
  }

  @ParameterizedTest
  @CsvSource({
    "dns-account-01 --dns-hook=true, ' does not offer dns-account-01 for a.v6.test'",
    "dns-persist-01, the CA does not tell its name",
  })
  void challengesThatItDoesNotOfferAreToldWithWhatItDoes(String challenge, String why)
      throws Exception {
    try (PeerAuthority authority = start(false)) {
      String words = "obtain --agree-tos --domain=a.v6.test --challenge=" + challenge;

      Outcome outcome = run(authority, words.split(" ", -1));

      assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains(why, "--challenge dns-01");
      if (why.contains("offer")) {
        assertThat(outcome.err()).containsPattern("it offers .*dns-01");
      }
    }
  }
}
