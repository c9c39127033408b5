package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
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
                new ValidationTarget.Port(80),
                PROBLEM,
                diagnosis,
                List.of(),
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

  private static ErrorText ofWildcard(String name, AcmeFailure.ClosedPort... closed) {
    return ErrorTexts.of(
        new AcmeFailure.ValidationFailed(
            List.of(
                new AcmeFailure.FailedValidation(
                    new Subject.Wildcard(HostName.of(name)),
                    new ValidationTarget.TxtRecord(true),
                    PROBLEM,
                    Diagnosis.NOBODY_ASKED,
                    List.of(closed),
                    List.of()))));
  }

  @Test
  void queriesThatDoNotComeHaveTheRoutersFamily() {
    assertThat(ofWildcard("198-51-100-7.sslip.io").next())
        .startsWith("open UDP and TCP port 53 for IPv4 in the router (or --open-port)");
    assertThat(ofWildcard("2600--1.sslip.io").next())
        .startsWith("open UDP and TCP port 53 for IPv6 in the router (or --open-port)");
  }

  @Test
  void portsThatTheFilterClosesAreToldTogetherWhereOneRuleClosesThem() {
    FirewallVerdict.Closed policy =
        new FirewallVerdict.Closed(FirewallVerdict.Keeper.UFW, "filter INPUT", Optional.empty());
    FirewallVerdict.Closed rule =
        new FirewallVerdict.Closed(FirewallVerdict.Keeper.UFW, "filter INPUT", Optional.of("DROP"));
    AcmeFailure.ClosedPort udp = new AcmeFailure.ClosedPort(IpProtocol.UDP, 53, policy);

    ErrorText both =
        ofWildcard("2600--1.sslip.io", udp, new AcmeFailure.ClosedPort(IpProtocol.TCP, 53, policy));

    assertThat(both.why()).startsWith("ufw keeps UDP and TCP port 53 out: policy of chain");
    assertThat(both.next()).isEqualTo("sudo ufw allow 53/udp && sudo ufw allow 53/tcp");
    assertThat(
            ofWildcard(
                    "2600--1.sslip.io", udp, new AcmeFailure.ClosedPort(IpProtocol.TCP, 53, rule))
                .why())
        .startsWith("ufw keeps UDP port 53 out: policy of chain filter INPUT; ufw keeps TCP port");
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
                        new ValidationTarget.Port(80),
                        AcmeProblem.of("unauthorized", "During secondary validation: timeout"),
                        Diagnosis.ANSWERED_IN_PART,
                        List.of(),
                        List.of(request, request)))));

    assertThat(error.why()).startsWith("2 requests from 2600::7 were answered here, others not");
    assertThat(error.next()).contains("port 80", "country");
  }
}
