package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.Reach;
import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.name.HostName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The texts of validations that failed. */
class ValidationErrorTextsTest {

  private static final AcmeProblem PROBLEM = AcmeProblem.of("connection", "no route to host");

  /** The failure of a validation of {@code www.example.org}. */
  static AcmeFailure failed(Diagnosis diagnosis) {
    return new AcmeFailure.ValidationFailed(
        List.of(
            new AcmeFailure.FailedValidation(
                new Subject.Dns(HostName.of("www.example.org")),
                new Reach.Port(80),
                PROBLEM,
                diagnosis,
                Optional.empty(),
                List.of())));
  }

  @ParameterizedTest
  @EnumSource(Diagnosis.class)
  void everyFailedValidationSaysWhatToDo(Diagnosis diagnosis) {
    ErrorText error = ErrorTexts.of(failed(diagnosis));

    assertThat(error.status()).isEqualTo(ExitStatus.REFUSED);
    assertThat(error.lines()).hasSize(3);
    assertThat(error.why()).contains("no route to host");
    assertThat(error.next()).doesNotContain("null");
  }

  @Test
  void aValidationThatSucceededInPlacesSaysFromWhereItWasAsked() {
    InetSocketAddress from = new InetSocketAddress(InetAddress.ofLiteral("2600::7"), 4711);
    InetSocketAddress here = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
    ChallengeRequest request =
        new ChallengeRequest(
            from, here, "GET", "/", ChallengeRequest.Answer.KEY_AUTHORIZATION, Instant.EPOCH);

    ErrorText error =
        ErrorTexts.of(
            new AcmeFailure.ValidationFailed(
                List.of(
                    new AcmeFailure.FailedValidation(
                        new Subject.Dns(HostName.of("www.example.org")),
                        new Reach.Port(80),
                        AcmeProblem.of("unauthorized", "During secondary validation: timeout"),
                        Diagnosis.ANSWERED_IN_PART,
                        Optional.empty(),
                        List.of(request, request)))));

    assertThat(error.why()).startsWith("2 requests from 2600::7 were answered here, others not");
    assertThat(error.next()).contains("port 80", "country");
  }
}
