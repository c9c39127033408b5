package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.client.TrustedRoots;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.shredzone.acme4j.Account;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Certificate;
import org.shredzone.acme4j.Identifier;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.challenge.TlsAlpn01Challenge;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNotSupportedException;
import org.shredzone.acme4j.exception.AcmeServerException;
import org.shredzone.acme4j.provider.GenericAcmeProvider;
import org.shredzone.acme4j.util.CSRBuilder;

/** The server with a client of acme4j as its manual has it, and nothing of ours between. */
class Acme4jIT {

  private static final Duration LIMIT = Duration.ofSeconds(20);

  @RegisterExtension static final RunningLocalAcmeServer running = new RunningLocalAcmeServer();

  private KeyPair accountKeys;
  private Session session;

  /** Trust in one root, which acme4j leaves to the JVM. */
  private static final class OneRoot extends GenericAcmeProvider {
    private final SSLContext tls;

    OneRoot(X509Certificate root) {
      this.tls = new TrustedRoots(List.of(root)).tls();
    }

    @Override
    public HttpClient createHttpClient(NetworkSettings settings) {
      return HttpClient.newBuilder().sslContext(tls).connectTimeout(settings.getTimeout()).build();
    }
  }

  @BeforeEach
  void begin() throws Exception {
    begin(keys("EC", 256));
  }

  private void begin(KeyPair account) throws Exception {
    accountKeys = account;
    session =
        new Session(URI.create(running.base() + "/acme/directory"), new OneRoot(running.root()));
  }

  private static KeyPair keys(String algorithm, int size) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    generator.initialize(size);
    return generator.generateKeyPair();
  }

  private Login login(KeyPair keys) throws AcmeException {
    ExternalAccount bound = running.credentials();
    return new AccountBuilder()
        .useKeyPair(keys)
        .withKeyIdentifier(bound.keyId(), bound.hmacKey())
        .agreeToTermsOfService()
        .addEmail("me@example.org")
        .createLogin(session);
  }

  /** An order with its authorizations answered by HTTP-01. */
  private static Order validated(Order order) throws Exception {
    for (Authorization authorization : order.getAuthorizations()) {
      Http01Challenge challenge = authorization.findChallenge(Http01Challenge.class).orElseThrow();
      running.answers.put(challenge.getToken(), challenge.getAuthorization());
      challenge.trigger();
      assertThat(authorization.waitForCompletion(LIMIT)).isEqualTo(Status.VALID);
    }
    return order;
  }

  private static Certificate finished(Order order, KeyPair keys) throws Exception {
    assertThat(order.waitUntilReady(LIMIT)).isEqualTo(Status.READY);
    order.execute(keys);
    assertThat(order.waitForCompletion(LIMIT)).isEqualTo(Status.VALID);
    return order.getCertificate();
  }

  @Test
  void opensFindsUpdatesAndEndsAnAccount() throws Exception {
    assertThat(session.getMetadata().isExternalAccountRequired()).isTrue();
    assertThatThrownBy(() -> new AccountBuilder().useKeyPair(accountKeys).createLogin(session))
        .isInstanceOf(AcmeServerException.class)
        .hasMessageContaining("an account needs the credentials");
    ExternalAccount bound = running.credentials();
    assertThatThrownBy(() ->
            new AccountBuilder()
                .useKeyPair(accountKeys)
                .withKeyIdentifier(bound.keyId(), "A".repeat(43))
                .agreeToTermsOfService()
                .createLogin(session))
        .isInstanceOf(AcmeServerException.class)
        .hasMessageContaining("its MAC is wrong");
    Login opened = login(accountKeys);

    Login found = new AccountBuilder().useKeyPair(accountKeys).onlyExisting().createLogin(session);

    assertThat(found.getAccountLocation()).isEqualTo(opened.getAccountLocation());
    Account account = found.getAccount();
    assertThat(account.getStatus()).isEqualTo(Status.VALID);
    account.modify().addContact("mailto:you@example.org").commit();
    assertThat(account.getStatus()).isEqualTo(Status.VALID);
    assertThatThrownBy(() -> account.changeKey(keys("EC", 256)))
        .isInstanceOf(AcmeNotSupportedException.class);
    account.deactivate();
    assertThatThrownBy(() -> found.newOrder().domain("a.lan.test").create())
        .isInstanceOf(AcmeServerException.class);
  }

  @Test
  void getsRenewsAndCannotRevokeACertificate() throws Exception {
    Login login = login(accountKeys);
    KeyPair keys = keys("EC", 256);
    Order order = validated(login.newOrder().domains("a.lan.test", "b.lan.test").create());

    Certificate first = finished(order, keys);

    List<X509Certificate> chain = first.getCertificateChain();
    assertThat(chain).hasSize(2);
    chain.get(1).verify(running.root().getPublicKey());
    assertThat(first.getAlternates()).isEmpty();
    assertThat(first.hasRenewalInfo()).isTrue();
    Instant end = chain.getFirst().getNotAfter().toInstant();
    assertThat(first.getRenewalInfo().getSuggestedWindowStart())
        .isBetween(end.minus(Duration.ofDays(31)), end.minus(Duration.ofDays(29)));
    assertThat(first.getRenewalInfo().renewalIsNotRequired(Instant.now())).isTrue();
    assertThat(login.bindOrder(order.getLocation()).getStatus()).isEqualTo(Status.VALID);
    assertThat(login.bindCertificate(first.getLocation()).getCertificate())
        .isEqualTo(chain.getFirst());

    Order again = login.newOrder().domains("a.lan.test", "b.lan.test").replaces(first).create();
    Certificate second = finished(validated(again), keys("EC", 384));

    assertThat(second.getCertificate()).isNotEqualTo(chain.getFirst());
    assertThatThrownBy(second::revoke)
        .isInstanceOf(AcmeException.class)
        .hasMessageContaining("a local CA revokes nothing");
    assertThatThrownBy(() -> Certificate.revoke(session, keys, chain.getFirst(), null))
        .isInstanceOf(AcmeException.class)
        .hasMessageContaining("a local CA revokes nothing");
  }

  @Test
  void getsACertificateByTlsAlpnForItsOwnSigningRequest() throws Exception {
    Order order = login(accountKeys).newOrder().domain("own.lan.test").create();
    StandaloneSolver solver =
        new StandaloneSolver(
            ChallengeType.TLS_ALPN_01,
            Optional.of(RunningLocalAcmeServer.LOOPBACK),
            running.tlsPort,
            Clock.systemUTC());
    Authorization authorization = order.getAuthorizations().getFirst();
    TlsAlpn01Challenge challenge =
        authorization.findChallenge(TlsAlpn01Challenge.class).orElseThrow();
    String answer = challenge.getAuthorization();
    PendingChallenge pending =
        new PendingChallenge(
            Subject.parse("own.lan.test"), answer.substring(0, answer.indexOf('.')), answer);
    try (Responder responder = solver.start(_ -> {});
        PresentedAnswer _ = responder.present(pending)) {
      challenge.trigger();
      assertThat(authorization.waitForCompletion(LIMIT)).isEqualTo(Status.VALID);
    }
    assertThat(order.waitUntilReady(LIMIT)).isEqualTo(Status.READY);
    KeyPair keys = keys("EC", 256);
    CSRBuilder request = new CSRBuilder();
    request.addDomain("own.lan.test");
    request.sign(keys);

    order.execute(request.getEncoded());

    assertThat(order.waitForCompletion(LIMIT)).isEqualTo(Status.VALID);
    assertThat(order.getCertificate().getCertificate().getPublicKey()).isEqualTo(keys.getPublic());
  }

  @Test
  void needsNoCredentialsWhereNoneAreAskedForAndGoesOnAfterARestart() throws Exception {
    running.stop();
    running.start(false);
    Login opened;
    try {
      begin(accountKeys);
      opened =
          new AccountBuilder().useKeyPair(accountKeys).agreeToTermsOfService().createLogin(session);
      X509Certificate first = certificate(opened);
      assertThat(first.getPublicKey().getAlgorithm()).isEqualTo("EC");
    } finally {
      running.stop();
      running.start();
    }
    begin(accountKeys);
    Login found = new AccountBuilder().useKeyPair(accountKeys).onlyExisting().createLogin(session);
    assertThat(found.getAccountLocation().getPath())
        .isEqualTo(opened.getAccountLocation().getPath());
    assertThat(certificate(found)).isNotNull();
  }

  private static X509Certificate certificate(Login login) throws Exception {
    Order order = validated(login.newOrder().domain("open.lan.test").create());
    return finished(order, keys("EC", 256)).getCertificate();
  }

  @Test
  void takesAnAccountAndACertificateWithRsaKeysAndAnAddress() throws Exception {
    Login login = login(keys("RSA", 2048));
    Order order =
        validated(
            login
                .newOrder()
                .identifier(Identifier.ip(InetAddress.ofLiteral("127.0.0.1")))
                .domain("127-0-0-1.sslip.io")
                .create());

    X509Certificate leaf = finished(order, keys("RSA", 2048)).getCertificate();

    assertThat(leaf.getSubjectAlternativeNames())
        .extracting(name -> String.valueOf(name.get(1)))
        .containsExactlyInAnyOrder("127.0.0.1", "127-0-0-1.sslip.io");
    assertThat(leaf.getPublicKey().getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void isToldWhyAndMayGiveAnAuthorizationUp() throws Exception {
    Login login = login(accountKeys);
    assertThatThrownBy(() -> login.newOrder().domain("www.example.com").create())
        .isInstanceOf(AcmeServerException.class)
        .hasMessageContaining("www.example.com is not in");
    assertThatThrownBy(() -> login.newOrder().domain("*.lan.test").create())
        .isInstanceOf(AcmeServerException.class);
    Order order = login.newOrder().domain("far.test").create();
    Authorization authorization = order.getAuthorizations().getFirst();
    assertThat(authorization.findChallenge(TlsAlpn01Challenge.class)).isPresent();

    authorization.findChallenge(Http01Challenge.class).orElseThrow().trigger();

    assertThat(authorization.waitForCompletion(LIMIT)).isEqualTo(Status.INVALID);
    assertThat(
            authorization
                .findChallenge(Http01Challenge.class)
                .orElseThrow()
                .getError()
                .orElseThrow()
                .getDetail()
                .orElseThrow())
        .contains("does not lead to 127.0.0.1");
    Authorization other =
        login.newOrder().domain("given-up.lan.test").create().getAuthorizations().getFirst();
    other.deactivate();
    other.fetch();
    assertThat(other.getStatus()).isEqualTo(Status.DEACTIVATED);
  }
}
