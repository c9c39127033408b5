package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.HandTicker;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that are JSON and make no sense: each ends in a failure of ours, and never otherwise. */
class HostileAnswersIT {

  private static final int EVERY_TIME = 200;

  @TempDir Path home;
  @TempDir Path state;
  private FakeAuthority fake;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private String failure() {
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class,
            () -> {
              TestClient client = TestClient.of(fake, state, event -> {});
              client.issue(
                  new CertificateIssuer(Clock.systemUTC(), new HandTicker(), Duration.ofMinutes(5)),
                  client.request("a.v6.test"),
                  TestClient.AGREED);
            });
    assertThat(e).isNotNull();
    return e.failure().getClass().getSimpleName();
  }

  /**
   * The address of the fake for {@code B}, and its proper directory without its end for {@code D}.
   */
  private void always(String resource, String body) {
    String base = "https://" + fake.directory().getAuthority();
    String directory =
        "{'newNonce':'B/new-nonce','newAccount':'B/new-account','newOrder':'B/new-order'";
    String location = resource.equals("/new-order") ? "/order/1" : "/account/1";
    Answer answer =
        new Answer(
            200,
            Map.of("Content-Type", "application/json", "Location", base + location),
            body.replace("D,", directory + ",").replace('\'', '"').replace("B/", base + "/"));
    fake.next(resource, Collections.nCopies(EVERY_TIME, answer).toArray(Answer[]::new));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          /directory   | NotAcme          | null
          /directory   | NotAcme          | {'newNonce':'/nonce','newAccount':'/account','newOrder':'/order'}
          /directory   | NotAcme          | {'newNonce':'https:///','newAccount':'https:x','newOrder':'https://[::zz]/'}
          /directory   | NotAcme          | D,'meta':5}
          /directory   | NotAcme          | D,'meta':{'profiles':[]}}
          /directory   | NotAcme          | D,'meta':{'termsOfService':'::'}}
          /directory   | NotAcme          | D,'meta':{'externalAccountRequired':'perhaps'}}
          /new-account | NotAcme          | []
          /new-order   | NotAcme          | {'a':1,'a':2}
          /new-order   | NotAcme          | {'status':'pending','identifiers':7,'authorizations':'B/authz/1','finalize':[]}
          /order/1     | NotAcme          | {'status':'ready'}
          /order/1     | NotAcme          | {'status':'valid'}
          /order/1     | Refused          | {'status':'deactivated'}
          /order/1     | Refused          | {'status':'invalid','error':{'type':[],'detail':{}}}
          /authz/1     | NotAcme          | {'status':'pending','challenges':[]}
          /authz/1     | NotAcme          | {'status':'pending','identifier':{'type':'dns','value':'\\u001b[2J'},'challenges':[]}
          /authz/1     | NotAcme          | {'status':'pending','identifier':{'type':'dns','value':'a.v6.test'},'challenges':[{'type':'http-01','url':'B/challenge/1','status':'pending','token':'../../x'}]}
          /authz/1     | ValidationFailed | {'status':'','identifier':{'type':'dns','value':'a.v6.test'}}
          /challenge/1 | NotAcme          | {'status':{}}
          """)
  void endTheRun(String resource, String failure, String body) {
    always(resource, body);
    assertThat(failure()).isEqualTo(failure);
  }

  @Test
  void ofAnyDepthEndTheRun() {
    always("/new-order", "{'a':".repeat(100_000));
    assertThat(failure()).isEqualTo("NotAcme");
  }
}
