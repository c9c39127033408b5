package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Diagnosis;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiagnosticsTest {

  private static final List<InetSocketAddress> LISTENING =
      List.of(new InetSocketAddress(InetAddress.ofLiteral("2600::1"), 80));

  @ParameterizedTest
  @CsvSource({
    "connection, Timeout during connect, '', NOBODY_CONNECTED",
    "connection, Timeout during connect, OTHER_PATH, NOBODY_CONNECTED",
    "connection, Timeout during connect, UNKNOWN_TOKEN, ASKED_ANOTHER_TOKEN",
    "connection, Timeout during connect, KEY_AUTHORIZATION, ANSWERED_YET_REFUSED",
    "connection, dial tcp: lookup a.test: no such host, '', NAME_NOT_RESOLVED",
    "unauthorized, Failed to connect to [2600::1]:443 for the challenge, '', NOBODY_CONNECTED",
    "unauthorized, Failed to connect to [2600::7]:443 for the challenge, '', CONNECTED_ELSEWHERE",
    "unauthorized, Invalid response: 404, '', ANOTHER_SERVER_ANSWERED",
    "unauthorized, Invalid response: 404, UNKNOWN_TOKEN, ASKED_ANOTHER_TOKEN",
    "incorrectResponse, wrong, OTHER_PATH, ANOTHER_SERVER_ANSWERED",
    "unauthorized, During secondary validation, KEY_AUTHORIZATION, ANSWERED_IN_PART",
    "connection, 2600::1: Fetching http://a.test/x: Timeout during connect, '', NOBODY_CONNECTED",
    "connection, 2600:0::1: Fetching http://a.test/x: Connection refused, '', CONNECTION_REFUSED",
    "connection, 2600::2: Fetching http://a.test/x: Timeout, '', CONNECTED_ELSEWHERE",
    "connection, 192.0.2.1: Fetching http://a.test/x: Timeout, '', CONNECTED_ELSEWHERE",
    "connection, dial tcp [2600::1]:80: connect: connection refused, '', CONNECTION_REFUSED",
    "connection, dial tcp [2600::9]:80: i/o timeout, '', CONNECTED_ELSEWHERE",
    "connection, port 80 of 192.168.1.2 does not answer: Refused, '', ANOTHER_ADDRESS_OF_OURS",
    "connection, port 80 of 2600::1 does not answer: Connection refused, '', CONNECTION_REFUSED",
    "connection, port 80 of 2600::1 does not answer: Connect timed out, '', NOBODY_CONNECTED",
    "unauthorized, 'a.test does not lead to 192.168.1.2, from where the request came', '',"
        + " ANOTHER_ADDRESS_OF_OURS",
    "unauthorized, 'a.test does not lead to 2600::1, from where the request came', '',"
        + " LED_ELSEWHERE",
    "dns, no valid AAAA records, '', NAME_NOT_RESOLVED",
    "caa, forbids issuance, KEY_AUTHORIZATION, FORBIDDEN_BY_CAA",
    "serverInternal, oops, '', UNKNOWN"
  })
  void tellWhereItBroke(String type, String detail, String requests, Diagnosis diagnosis) {
    List<ChallengeRequest> seen =
        Stream.of(requests.split(" "))
            .filter(it -> !it.isEmpty())
            .map(ChallengeRequest.Answer::valueOf)
            .map(DiagnosticsTest::request)
            .toList();
    assertThat(
            Diagnostics.of(AcmeProblem.of(AcmeProblem.PREFIX + type, detail), 80, seen, LISTENING))
        .isEqualTo(diagnosis);
  }

  @ParameterizedTest
  @CsvSource({
    "connection, Timeout during connect, WEB_SERVER_SILENT",
    "connection, dial tcp [2600::9]:80: connect: connection refused, WEB_SERVER_SILENT",
    "connection, dial tcp: lookup a.test: no such host, NAME_NOT_RESOLVED",
    "unauthorized, Invalid response: 404, FILE_NOT_SERVED",
  })
  void claimNothingOfAPortThatAWebServerHas(String type, String detail, Diagnosis diagnosis) {
    AcmeProblem problem = AcmeProblem.of(AcmeProblem.PREFIX + type, detail);
    assertThat(Diagnostics.of(problem, 80, List.of(), List.of())).isEqualTo(diagnosis);
  }

  @ParameterizedTest
  @CsvSource({
    "connection, dial tcp [2600::1]:80: connect: connection refused, NOTHING_HANDS_ON",
    "connection, Timeout during connect, NOBODY_CONNECTED",
    "unauthorized, Invalid response: 404, ANOTHER_SERVER_ANSWERED",
  })
  void tellWhatShouldHandThePortOn(String type, String detail, Diagnosis diagnosis) {
    AcmeProblem problem = AcmeProblem.of(AcmeProblem.PREFIX + type, detail);
    List<InetSocketAddress> behind =
        List.of(new InetSocketAddress(InetAddress.ofLiteral("::1"), 8080));
    assertThat(Diagnostics.of(problem, 80, List.of(), behind)).isEqualTo(diagnosis);
  }

  private static ChallengeRequest request(ChallengeRequest.Answer answer) {
    InetSocketAddress somewhere = new InetSocketAddress(InetAddress.ofLiteral("::1"), 80);
    return new ChallengeRequest(somewhere, somewhere, "GET", "/", answer, Instant.EPOCH);
  }
}
