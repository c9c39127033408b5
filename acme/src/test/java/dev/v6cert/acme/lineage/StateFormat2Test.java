package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.KeyAccess;
import dev.v6cert.acme.KeyPolicy;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.StoreFailure.StateUnusable;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.AccountStore;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.lineage.RenewalState.FailureStreak;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import dev.v6cert.testing.TestAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A state directory that the last version with lineage format 2 wrote, with every feature used: it
 * lies among the resources, without the links of {@code live}.
 */
class StateFormat2Test {

  private static final LineageName FOLLOWER = new LineageName("follower");
  private static final LineageName WEBROOT = new LineageName("webroot");
  private static final LineageName TLS = new LineageName("tls");
  private static final LineageName PLAIN = new LineageName("plain");
  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");

  @TempDir Path home;
  private StateDirectory directory = new StateDirectory(Path.of(""));

  @BeforeEach
  void recorded() throws Exception {
    directory = new StateDirectory(home.resolve("state"));
    Path recorded =
        Path.of(Objects.requireNonNull(getClass().getResource("state-format-2")).toURI());
    try (Stream<Path> paths = Files.walk(recorded)) {
      for (Path from : paths.toList()) {
        Path to = directory.root().resolve(recorded.relativize(from).toString());
        if (Files.isDirectory(from)) {
          DurableFiles.createDirectory(to);
        } else {
          Files.createFile(to, DurableFiles.ownerOnlyFile());
          Files.write(to, Files.readAllBytes(from));
        }
      }
    }
    DurableFiles.createDirectory(directory.root().resolve("live"));
    for (LineageName name : new LineageName[] {FOLLOWER, WEBROOT, TLS, PLAIN}) {
      int number = name.equals(TLS) ? 2 : 1;
      Files.createSymbolicLink(directory.live(name), CertificateStore.target(name, number));
    }
  }

  private Lineage lineage(LineageName name) {
    return new CertificateStore(directory).loaded(name).orElseThrow();
  }

  private Map<LineageName, Lineage> lineages() throws Exception {
    Map<LineageName, Lineage> lineages = new TreeMap<>();
    for (Lineage lineage : new CertificateStore(directory).loaded()) {
      lineages.put(lineage.name(), lineage);
    }
    return lineages;
  }

  private String text(LineageName name) throws IOException {
    return Files.readString(new CertificateStore(directory).file(name));
  }

  @Nested
  class IsRead {

    @Test
    void wholeWithEveryCertificate() throws Exception {
      assertThat(lineages().keySet()).containsExactly(FOLLOWER, PLAIN, TLS, WEBROOT);
      for (LineageName name : lineages().keySet()) {
        new CertificateStore(directory).verify(name);
        assertThat(text(name)).as("reading writes nothing").contains("format-version=2");
      }
    }

    @Test
    void withTheAddressThatALineageFollowsAndThePlaceWhereItAnswers() {
      Lineage.Plan plan = lineage(FOLLOWER).plan();

      assertThat(plan.follows())
          .contains(
              new AddressPlan(
                  Ipv6Address.parse("2001:db8::1"),
                  Optional.of(HostName.of("2001-db8--1.sslip.io")),
                  Optional.of(NameForm.COMPRESSED),
                  Optional.of("eth0"),
                  false));
      assertThat(plan.standsIn()).isTrue();
      assertThat(plan.responder())
          .isEqualTo(
              new ResponderPlan(
                  ChallengeType.HTTP_01,
                  Optional.empty(),
                  Optional.of(InetAddress.ofLiteral("2001:db8::1")),
                  8080,
                  false,
                  ResponderPlan.Openings.NONE));
      assertThat(lineage(WEBROOT).plan().responder())
          .isEqualTo(
              new ResponderPlan(
                  ChallengeType.HTTP_01,
                  Optional.of(Path.of("/var/www")),
                  Optional.empty(),
                  80,
                  false,
                  ResponderPlan.Openings.NONE));
      assertThat(lineage(WEBROOT).plan().follows()).isEmpty();
      assertThat(lineage(WEBROOT).plan().standsIn()).isFalse();
      assertThat(lineage(TLS).plan().responder())
          .isEqualTo(
              new ResponderPlan(
                  ChallengeType.TLS_ALPN_01,
                  Optional.empty(),
                  Optional.empty(),
                  8443,
                  false,
                  new ResponderPlan.Openings(true, true, false)));
      assertThat(lineage(PLAIN).plan().responder()).isEqualTo(ResponderPlan.DEFAULT);
    }

    @Test
    void withItsFailuresHooksAndAdvice() throws Exception {
      Lineage follower = lineage(FOLLOWER);

      assertThat(follower.renewalState())
          .isEqualTo(
              new RenewalState(
                  false,
                  Optional.of("2001-db8--1.sslip.io"),
                  Optional.of(
                      new FailureStreak(
                          3,
                          "the CA could not connect: port 80 is closed",
                          START.plus(Duration.ofDays(60)),
                          START.plus(Duration.ofDays(62)),
                          START.plus(Duration.ofDays(62)).plus(Duration.ofHours(3))))));
      assertThat(lineage(WEBROOT).renewalState())
          .isEqualTo(new RenewalState(true, Optional.empty(), Optional.empty()));
      assertThat(follower.plan().hooks().limit()).isEqualTo(Duration.ofMinutes(5));
      for (HookKind kind : HookKind.values()) {
        assertThat(follower.plan().hooks().find(kind)).contains("run-" + kind.id() + " é \\ = :");
      }
      assertThat(follower.plan().verify()).contains(new Endpoint("localhost", 8443));
      RenewalAdvice advice = follower.advice().orElseThrow();
      assertThat(advice.account()).contains(URI.create("https://ca.test/account/7"));
      assertThat(advice.window().orElseThrow())
          .isEqualTo(
              new RenewalAdvice.Window(
                  START.plus(Duration.ofDays(58)),
                  START.plus(Duration.ofDays(61)),
                  START.plus(Duration.ofDays(59)),
                  true,
                  Optional.of(URI.create("https://ca.test/why"))));
      assertThat(lineage(TLS).generation().flatMap(Generation::revokedAt))
          .contains(START.plus(Duration.ofDays(2)));
      HookRecord record = new HookRecords(directory).find(FOLLOWER);
      assertThat(record.pending()).containsOnlyKeys(HookKind.POST, HookKind.FAILURE);
      assertThat(record.last()).containsOnlyKeys(HookKind.DEPLOY);
    }

    @Test
    void withTheRequestTheOrderThatIsUnderWayAndTheAccounts() throws Exception {
      CertificateAuthority authority =
          CertificateAuthority.of("https://ca.test/dir").trusting(Path.of("/etc/ca.pem"));
      Lineage webroot = lineage(WEBROOT);

      assertThat(webroot.plan().request().subjects())
          .containsExactly(Subject.parse("example.org"), Subject.parse("www.example.org"));
      assertThat(webroot.plan().request().authority()).isEqualTo(authority);
      assertThat(webroot.plan().request().account()).isEqualTo(new AccountName("work"));
      assertThat(webroot.plan().request().key())
          .isEqualTo(
              new KeyPolicy(KeyType.EC256, true, new KeyAccess(Optional.of("ssl-cert"), 0640)));
      assertThat(webroot.plan().request().profile()).contains("tlsserver");
      assertThat(webroot.plan().request().preferredChain()).contains("Root X1");
      try (StateLock lock = StateLock.acquire(directory)) {
        assertThat(
                new LineageWriter(lock)
                    .journal(webroot.plan().request(), TestAuthority::newKeys)
                    .order())
            .contains(URI.create("https://ca.test/order/9"));
        assertThat(new AccountStore(lock, authority, new AccountName("work")).find())
            .hasValueSatisfying(account -> assertThat(account.leaving()).isTrue());
      }
    }
  }

  @Nested
  class IsChanged {

    @Test
    void toThePresentFormatByTheNextWriteAndLosesNothing() throws Exception {
      Map<LineageName, Lineage> before = lineages();
      try (StateLock lock = StateLock.acquire(directory)) {
        LineageWriter writer = new LineageWriter(lock);
        for (LineageName name : before.keySet()) {
          Lineage lineage = writer.recover(name).orElseThrow();
          Lineage _ = writer.with(lineage, lineage.plan());
        }
      }

      assertThat(lineages()).isEqualTo(before);
      for (LineageName name : before.keySet()) {
        assertThat(text(name)).contains("format-version=3").doesNotContain("setting.");
      }
      assertThat(text(FOLLOWER)).doesNotContain("last-error").contains("failure.count=3");
    }
  }

  @Nested
  class WithDamage {

    private void replace(LineageName name, String text, String by) throws IOException {
      Path file = new CertificateStore(directory).file(name);
      assertThat(Files.readString(file)).contains(text);
      Files.writeString(file, Files.readString(file).replace(text, by));
    }

    @Test
    void inTheAddressThatIsFollowedStaysWithItsNames() throws Exception {
      replace(FOLLOWER, "setting.follow-form=compressed", "setting.follow-form=nonsense");
      assertThat(lineage(FOLLOWER).plan().follows()).isEmpty();

      replace(FOLLOWER, "setting.follow-form=nonsense", "");
      assertThat(lineage(FOLLOWER).plan().follows()).isPresent();

      replace(FOLLOWER, "setting.follow-name=2001-db8--1.sslip.io", "setting.follow-name=a..b");
      assertThat(lineage(FOLLOWER).plan().follows()).isEmpty();

      replace(FOLLOWER, "setting.follow-address=2001\\:db8\\:\\:1", "setting.follow-address=x");
      assertThat(lineage(FOLLOWER).plan().follows()).isEmpty();
    }

    @Test
    void inThePlaceToAnswerIsSaidWithTheFile() throws Exception {
      replace(TLS, "setting.challenge=tls-alpn-01", "setting.challenge=dns-99");
      replace(FOLLOWER, "setting.http-port=8080", "setting.http-port=many");

      for (LineageName name : new LineageName[] {TLS, FOLLOWER}) {
        StoredLineage stored = new CertificateStore(directory).find(name).orElseThrow();
        assertThat(((StoredLineage.Damaged) stored).failure())
            .isInstanceOfSatisfying(
                StateUnusable.class,
                fault -> {
                  assertThat(fault.problem()).isEqualTo(StateProblem.CORRUPT);
                  assertThat(fault.path()).isEqualTo(new CertificateStore(directory).file(name));
                });
      }
    }
  }
}
