package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.testing.TestAuthority;
import java.net.InetAddress;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The set-up of the tests of the store: a lineage and its commits. */
abstract class StoreFixture {

  static final LineageName NAME = new LineageName("2001-db8--1.test");
  static final Instant NOW = Instant.parse("2026-11-22T01:02:03Z");

  @TempDir Path temporary;
  StateDirectory directory = new StateDirectory(Path.of("unset"));
  CertificateStore store = new CertificateStore(directory);
  final AtomicInteger keysMade = new AtomicInteger();

  @BeforeEach
  void setUp() {
    directory = new StateDirectory(temporary.resolve("state"));
    store = new CertificateStore(directory);
  }

  static IssuanceRequest request() {
    return IssuanceRequest.of(
        NAME,
        List.of(Subject.parse("a.test"), Subject.parse("2001:db8::1")),
        CertificateAuthority.of("https://ca.test/dir").trusting(Path.of("/etc/ca.pem")));
  }

  static Lineage.Plan plan() {
    return new Lineage.Plan(
        request(),
        HookCommands.deploying("systemctl reload \"nginx\" # ü\n")
            .with(HookKind.PRE, "systemctl stop nginx"),
        Optional.of(new Endpoint("::1", 443)),
        new ResponderPlan(
            ChallengeType.TLS_ALPN_01,
            Optional.of(Path.of("/var/www")),
            Optional.of(InetAddress.ofLiteral("2001:db8::1")),
            8443,
            true,
            new ResponderPlan.Openings(true, true, true)),
        Optional.of(
            new AddressPlan(
                Ipv6Address.parse("2001:db8::1"),
                Optional.of(HostName.of("2001-db8--1.a.test")),
                Optional.of(NameForm.COMPRESSED),
                Optional.of("eth0"),
                true)),
        true);
  }

  KeyPair newKeys() {
    keysMade.incrementAndGet();
    return TestAuthority.newKeys();
  }

  Lineage commit(StateLock lock, Lineage.Plan plan) throws AcmeFailureException {
    return commit(lock, plan, NOW);
  }

  Lineage commit(StateLock lock, Lineage.Plan plan, Instant now) throws AcmeFailureException {
    LineageWriter writer = new LineageWriter(lock);
    IssuanceJournal journal = writer.journal(plan.request(), this::newKeys);
    TestAuthority authority = new TestAuthority("store");
    X509Certificate leaf =
        authority.leaf(
            journal.keys().getPublic(),
            List.of(TestAuthority.dns("a.test"), TestAuthority.ip("2001:db8::1")),
            Duration.ofDays(90));
    return writer.commit(plan, journal, List.of(leaf, authority.root()), now);
  }

  Lineage commit() throws AcmeFailureException {
    try (StateLock lock = StateLock.acquire(directory)) {
      return commit(lock, plan());
    }
  }

  StateUnusable damage() {
    StoredLineage stored = store.find(NAME).orElseThrow();
    assertThat(stored).isInstanceOf(StoredLineage.Damaged.class);
    return (StateUnusable) ((StoredLineage.Damaged) stored).failure();
  }

  Path properties() {
    return directory.root().resolve("renewal").resolve(NAME + ".properties");
  }
}
