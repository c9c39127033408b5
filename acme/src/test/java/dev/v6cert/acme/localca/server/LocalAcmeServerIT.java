package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.PendingChallenge;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.acme.challenge.Responder.PresentedAnswer;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.localca.order.Credentials;
import dev.v6cert.acme.localca.order.PropertiesDirectory;
import dev.v6cert.acme.localca.server.AcmePeer.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The server with clients on loopback, from the first account to the renewal. */
class LocalAcmeServerIT {

  @RegisterExtension static final RunningLocalAcmeServer running = new RunningLocalAcmeServer();

  @Nested
  class ACertificate {

    @Test
    void isIssuedForNamesAndAddressesOfThePeer() throws Exception {
      String[] names = {"nas.lan.test", "127-0-0-1.sslip.io", "127.0.0.1"};
      AcmePeer peer = running.peer();
      Answer order = running.ready(peer, names);
      KeyPair keys = AcmePeer.newKeys();

      Answer finished = peer.finish(order, keys, names);

      List<X509Certificate> chain = peer.chain(finished);
      chain.get(0).verify(chain.get(1).getPublicKey());
      chain.get(1).verify(running.root().getPublicKey());
      assertThat(chain.getFirst().getPublicKey()).isEqualTo(keys.getPublic());
      assertThat(chain.getFirst().getSubjectAlternativeNames())
          .extracting(name -> String.valueOf(name.get(1)))
          .containsExactlyInAnyOrder(names);
      assertThat(running.events)
          .contains(
              new ServerEvent.Issued(
                  RunningLocalAcmeServer.LOOPBACK,
                  List.of(names).stream().map(Subject::parse).toList()));
    }

    @Test
    void isOrderedWithDatesThatAreNone() throws Exception {
      AcmePeer peer = running.peer();
      String none = "0001-01-01T00:00:00Z";
      Answer order =
          peer.post(
              peer.url("new-order"),
              Map.of(
                  "identifiers",
                  AcmePeer.identifiers("step.lan.test"),
                  "notBefore",
                  none,
                  "notAfter",
                  none));

      assertThat(order.status()).as(order.toString()).isEqualTo(201);
    }

    @Test
    void isIssuedByTlsAlpn() throws Exception {
      AcmePeer peer = running.peer();
      Answer order = peer.order("tls.lan.test", "127.0.0.1");
      StandaloneSolver solver =
          new StandaloneSolver(
              ChallengeType.TLS_ALPN_01,
              Optional.of(RunningLocalAcmeServer.LOOPBACK),
              running.tlsPort,
              Clock.systemUTC());
      try (Responder responder = solver.start(_ -> {})) {
        for (String authorization : order.urls("authorizations")) {
          Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.TLS_ALPN_01);
          Answer shown = peer.read(authorization);
          Map<String, Object> identifier = shown.map("identifier");
          try (PresentedAnswer _ =
              responder.present(
                  new PendingChallenge(
                      Subject.parse(String.valueOf(identifier.get("value"))),
                      String.valueOf(challenge.get("token")),
                      peer.keyAuthorization(challenge)))) {
            Answer settled = peer.validate(authorization, ChallengeType.TLS_ALPN_01);
            assertThat(settled.text("status")).as(settled.toString()).isEqualTo("valid");
          }
        }
      }
      assertThat(peer.read(order.location()).text("status")).isEqualTo("ready");
    }

    @Test
    void isIssuedOnceTheDiskTakesTheResultThatItRefused() throws Exception {
      Path orders = Credentials.directory(running.directory()).resolve("orders");
      Path away = orders.resolveSibling("orders.away");
      AcmePeer peer = running.peer();
      Answer order = peer.order("disk.lan.test");
      String authorization = order.urls("authorizations").getFirst();
      running.present(peer, authorization);
      CountDownLatch gone = new CountDownLatch(1);
      running.beforeAnswer =
          () -> {
            move(orders, away);
            gone.countDown();
          };
      try {
        String url =
            String.valueOf(peer.challenge(authorization, ChallengeType.HTTP_01).get("url"));
        assertThat(peer.post(url, Map.of()).status()).isEqualTo(200);
        assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
        Thread.sleep(300); // Time for a try that fails. Where it is too short, the test says less.
        assertThat(peer.read(authorization).text("status")).isEqualTo("pending");
      } finally {
        running.beforeAnswer = () -> {};
        move(away, orders);
      }

      assertThat(peer.settled(authorization).text("status")).isEqualTo("valid");
    }

    private void move(Path from, Path to) {
      try {
        Files.move(from, to);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Test
    void staysAfterARestart() throws Exception {
      AcmePeer peer = running.peer();
      Answer order = running.ready(peer, "again.lan.test");
      Answer finished = peer.finish(order, AcmePeer.newKeys(), "again.lan.test");
      String before = peer.read(finished.text("certificate")).response().body();
      Answer open = running.ready(peer, "open.lan.test");
      String oldBase = running.base();

      running.stop();
      running.start();

      AcmePeer later = running.moved(peer);
      String certificate = finished.text("certificate").replace(oldBase, running.base());
      Answer stale = later.read(certificate);
      assertThat(stale.problem()).isEqualTo("badNonce");
      assertThat(later.read(certificate).response().body()).isEqualTo(before);
      String finalize = open.text("finalize").replace(oldBase, running.base());
      Answer end =
          later.post(finalize, Map.of("csr", AcmePeer.csr(AcmePeer.newKeys(), "open.lan.test")));
      assertThat(end.text("status")).as(end.toString()).isEqualTo("valid");
    }
  }

  @Nested
  class ANameThatIsNotThePeers {

    @ParameterizedTest
    @CsvSource({
      "www.far.test, unauthorized",
      "nowhere.test, dns",
      "10.9.8.7, unauthorized",
      "10-9-8-7.sslip.io, unauthorized"
    })
    void isRefusedWithoutAConnection(String name, String problem) throws Exception {
      AcmePeer peer = running.peer();
      Answer order = peer.order(name);
      String authorization = order.urls("authorizations").getFirst();
      running.present(peer, authorization);
      int before = running.asked.size();

      Answer settled = peer.validate(authorization, ChallengeType.HTTP_01);

      assertThat(settled.text("status")).isEqualTo("invalid");
      assertThat(settled.response().body()).contains("error:" + problem);
      assertThat(running.asked).hasSize(before);
      Answer ended = peer.read(order.location());
      assertThat(ended.text("status")).isEqualTo("invalid");
      assertThat(peer.finish(ended, AcmePeer.newKeys(), name).problem()).isEqualTo("orderNotReady");
    }

    @ParameterizedTest
    @CsvSource({
      "www.example.com, rejectedIdentifier",
      "*.lan.test, rejectedIdentifier",
      "8.8.8.8, rejectedIdentifier",
      "8-8-8-8.sslip.io, rejectedIdentifier",
      "local, rejectedIdentifier",
      "../../etc, rejectedIdentifier"
    })
    void isRefusedAtOnceWhereItIsPublic(String name, String problem) throws Exception {
      Answer order = running.peer().order(name);

      assertThat(order.status()).isEqualTo(400);
      assertThat(order.problem()).isEqualTo(problem);
    }

    @Test
    void isNotProvenByARedirectOrAnotherAnswer() throws Exception {
      AcmePeer peer = running.peer();
      for (String answer : List.of("http://10.9.8.7/", "something else")) {
        String authorization = peer.order("web.lan.test").urls("authorizations").getFirst();
        Map<String, Object> challenge = peer.challenge(authorization, ChallengeType.HTTP_01);
        running.answers.put(String.valueOf(challenge.get("token")), answer);

        Answer settled = peer.validate(authorization, ChallengeType.HTTP_01);

        assertThat(settled.response().body()).contains("\"invalid\"", "incorrectResponse");
      }
    }
  }

  @Nested
  class AnAccount {

    @Test
    void needsTheCredentials() throws Exception {
      AcmePeer peer = running.stranger();

      assertThat(peer.open(Optional.empty()).problem()).isEqualTo("externalAccountRequired");
      assertThat(peer.post(peer.url("new-account"), Map.of("onlyReturnExisting", true)).problem())
          .isEqualTo("accountDoesNotExist");
      assertThat(running.stranger().open(Optional.of(running.credentials())).status())
          .isEqualTo(201);
    }

    @Test
    void isNotOpenedWithCredentialsThatWereReplaced() throws Exception {
      var old = running.credentials();
      running.renewCredentials();

      assertThat(running.stranger().open(Optional.of(old)).problem()).isEqualTo("unauthorized");
      assertThat(running.stranger().open(Optional.of(running.credentials())).status())
          .isEqualTo(201);
    }

    @Test
    void isFoundChangedAndDeactivated() throws Exception {
      AcmePeer peer = running.peer();
      String account = peer.account.orElseThrow();
      peer.account = Optional.empty();
      Answer found = peer.post(peer.url("new-account"), Map.of("onlyReturnExisting", true));
      assertThat(found.status()).isEqualTo(200);
      assertThat(found.location()).isEqualTo(account);
      peer.account = Optional.of(account);

      Answer changed = peer.post(account, Map.of("contact", List.of("mailto:me@nas.test")));
      assertThat(changed.urls("contact")).containsExactly("mailto:me@nas.test");
      assertThat(peer.order("a.lan.test").status()).isEqualTo(201);
      assertThat(peer.read(account + "/orders").urls("orders")).hasSize(1);

      assertThat(peer.post(account, Map.of("status", "deactivated")).text("status"))
          .isEqualTo("deactivated");
      assertThat(peer.order("a.lan.test").problem()).isEqualTo("unauthorized");
    }
  }

  @Nested
  class TheRenewal {

    @Test
    void isAdvisedAfterTwoThirdsAndReplacesOnce() throws Exception {
      AcmePeer peer = running.peer();
      X509Certificate leaf = running.issue(peer, "ari.lan.test").getFirst();
      Answer info = peer.get("renewal-info/" + id(leaf));
      Instant sixtyDays = leaf.getNotBefore().toInstant().plus(Duration.ofDays(60));
      assertThat(info.map("suggestedWindow").toString()).contains("start=" + sixtyDays);
      assertThat(info.response().headers().firstValue("Retry-After")).isPresent();
      Map<String, Object> renewal =
          Map.of("identifiers", AcmePeer.identifiers("ari.lan.test"), "replaces", id(leaf));

      Answer order = peer.post(peer.url("new-order"), renewal);
      running.present(peer, order.urls("authorizations").getFirst());
      Answer _ = peer.validate(order.urls("authorizations").getFirst(), ChallengeType.HTTP_01);
      Answer finished = peer.finish(order, AcmePeer.newKeys(), "ari.lan.test");
      assertThat(finished.text("status")).as(finished.toString()).isEqualTo("valid");

      assertThat(peer.post(peer.url("new-order"), renewal).problem()).isEqualTo("alreadyReplaced");
      assertThat(running.peer().post(peer.url("new-order"), renewal).problem())
          .isEqualTo("malformed");
    }

    @Test
    void isAdvisedAtOnceWhenAnotherAuthoritySigns() throws Exception {
      AcmePeer peer = running.peer();
      X509Certificate leaf = running.issue(peer, "old.lan.test").getFirst();

      running.rotate();

      Answer info = peer.get("renewal-info/" + id(leaf));
      String end = String.valueOf(info.map("suggestedWindow").get("end"));
      assertThat(Instant.parse(end)).isBeforeOrEqualTo(Instant.now());
      assertThat(running.issue(peer, "old.lan.test").get(1).getIssuerX500Principal())
          .isEqualTo(running.root().getSubjectX500Principal());
      running.stop();
      running.start(); // By a certificate of the new authority.
    }

    @Test
    void isNotAdvisedForWhatWasNotIssuedHere() throws Exception {
      AcmePeer peer = running.stranger();
      for (String id :
          List.of("AA.AA", "..", "a", "AA.!!", "AA.%2e%2e", PropertiesDirectory.newId())) {
        assertThat(peer.get("renewal-info/" + id).status()).as(id).isEqualTo(404);
      }
    }

    private static String id(X509Certificate leaf) {
      byte[] extension = leaf.getExtensionValue("2.5.29.35");
      byte[] issuer =
          AuthorityKeyIdentifier.getInstance(ASN1OctetString.getInstance(extension).getOctets())
              .getKeyIdentifierOctets();
      BigInteger serial = leaf.getSerialNumber();
      Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
      assertThat(HexFormat.of().formatHex(issuer)).hasSize(40);
      return encoder.encodeToString(issuer) + "." + encoder.encodeToString(serial.toByteArray());
    }
  }

  @Nested
  class ASecondServer {

    @Test
    void isRefused() {
      LocalAcmeServerConfig config =
          new LocalAcmeServerConfig(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
              List.of(),
              true,
              () -> List.of(Subject.parse("localhost")));
      AcmeFailure failure =
          Assertions.catchThrowableOfType(
                  AcmeFailureException.class,
                  () ->
                      LocalAcmeServer.start(
                          running.directory(), config, Clock.systemUTC(), _ -> {}))
              .failure();

      assertThat(failure).isInstanceOf(StoreFailure.Busy.class);
    }
  }
}
