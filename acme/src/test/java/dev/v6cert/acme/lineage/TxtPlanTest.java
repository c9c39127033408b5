package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtPlan;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.OuterPort;
import dev.v6cert.ipv6.router.PortRoute;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Lineages whose names are proven by TXT records. */
class TxtPlanTest extends StoreFixture {

  private static final Ipv6Address OLD = Ipv6Address.parse("2a01:4f8:c17:b8f::2");
  private static final Ipv6Address NEW = Ipv6Address.parse("2800:3f0:4001:810::200e");
  private static final String MAGIC = "2a0104f80c170b8f0000000000000002.sslip.io";

  static Stream<TxtPlace> places() {
    return Stream.of(
        new TxtPlace.Here(Optional.empty()),
        new TxtPlace.Here(Optional.of(OLD.toInetAddress())),
        new TxtPlace.Update(
            "ns1.example.org", 5353, Path.of("/etc/v6cert/update.key"), Duration.ofMinutes(5)),
        new TxtPlace.AcmeDns(URI.create("https://auth.example.org/token"), Duration.ofMinutes(5)),
        new TxtPlace.Hook(
            "set-txt --zone 'a b' | logger\n", Duration.ofSeconds(90), Duration.ofMinutes(5)));
  }

  private static Lineage.Plan plan(Optional<TxtPlan> txt) {
    ResponderPlan responder =
        new ResponderPlan(
            ChallengeType.HTTP_01,
            Optional.empty(),
            Optional.of(OLD.toInetAddress()),
            80,
            false,
            ResponderPlan.Openings.NONE,
            txt);
    List<Subject> subjects =
        Stream.of(MAGIC, "*." + MAGIC, OLD.toString()).map(Subject::parse).toList();
    AddressPlan follows =
        new AddressPlan(
            OLD, Optional.of(HostName.of(MAGIC)), Optional.empty(), Optional.empty(), false);
    return new Lineage.Plan(
        IssuanceRequest.of(NAME, subjects, CertificateAuthority.LETS_ENCRYPT),
        HookCommands.NONE,
        Optional.empty(),
        responder,
        Optional.of(follows),
        false);
  }

  private Lineage.Plan storedAndRead(Lineage.Plan plan) throws Exception {
    try (StateLock lock = StateLock.acquire(directory)) {
      Lineage _ = commit(lock, plan);
    }
    return store.loaded(NAME).orElseThrow().plan();
  }

  @ParameterizedTest
  @MethodSource("places")
  void areKeptAsTheyAreInAFormatThatOlderVersionsRefuse(TxtPlace place) throws Exception {
    Lineage.Plan plan = plan(Optional.of(TxtPlan.dns01(place)));

    assertThat(storedAndRead(plan)).isEqualTo(plan);
    assertThat(Files.readString(properties())).contains("format-version=4");
  }

  @ParameterizedTest
  @MethodSource("places")
  void ofAnotherChallengeAreInANewerFormat(TxtPlace place) throws Exception {
    Lineage.Plan plan = plan(Optional.of(new TxtPlan(ChallengeType.DNS_ACCOUNT_01, place)));

    assertThat(storedAndRead(plan)).isEqualTo(plan);
    assertThat(plan.responder().challengeOfNames()).isEqualTo(ChallengeType.DNS_ACCOUNT_01);
    assertThat(Files.readString(properties()))
        .contains("format-version=6", "txt.challenge=dns-account-01");
  }

  @Test
  void ofTheOwnerAreInANewerFormat() throws Exception {
    Lineage.Plan plan =
        plan(Optional.of(new TxtPlan(ChallengeType.DNS_PERSIST_01, new TxtPlace.ByOwner())));

    assertThat(storedAndRead(plan)).isEqualTo(plan);
    assertThat(Files.readString(properties()))
        .contains("format-version=6", "txt.challenge=dns-persist-01", "txt.by=owner");
  }

  @Test
  void lineagesWithoutThemStayReadableForOlderVersions() throws Exception {
    Lineage.Plan plan = plan(Optional.empty());

    assertThat(storedAndRead(plan)).isEqualTo(plan);
    assertThat(Files.readString(properties())).contains("format-version=3");
  }

  @Test
  void aWildcardAndItsAnswersFollowTheAddress() {
    Lineage.Plan plan =
        plan(Optional.of(TxtPlan.dns01(new TxtPlace.Here(Optional.of(OLD.toInetAddress())))));

    Lineage.Plan moved = plan.follows().orElseThrow().moved(plan, NEW);

    assertThat(moved.request().subjects().get(1))
        .isInstanceOfSatisfying(
            Subject.Wildcard.class,
            any -> assertThat(moved.request().subjects()).contains(new Subject.Dns(any.base())));
    assertThat(moved.request().subjects()).contains(new Subject.Ip(NEW));
    assertThat(moved.responder().txt())
        .contains(TxtPlan.dns01(new TxtPlace.Here(Optional.of(NEW.toInetAddress()))));
  }

  @Test
  void thePortsOfNamesAndAddressesAreApart() {
    Lineage.Plan plan = plan(Optional.of(TxtPlan.dns01(new TxtPlace.Here(Optional.empty()))));

    assertThat(plan.responder().inbound(plan.request().subjects()))
        .containsExactly(
            PortRoute.same(new OuterPort(IpProtocol.UDP, 53)),
            PortRoute.same(OuterPort.tcp(53)),
            PortRoute.same(OuterPort.tcp(80)));
    assertThat(plan.responder().isByTxt(new Subject.Ip(OLD))).isFalse();
    assertThat(plan.responder().challengeOfNames()).isEqualTo(ChallengeType.DNS_01);
  }

  @Test
  void behindARouterThatMapsPortsOursNeedNoPrivilege() {
    ResponderPlan plan =
        new ResponderPlan(
            ChallengeType.HTTP_01,
            Optional.empty(),
            Optional.empty(),
            8080,
            false,
            new ResponderPlan.Openings(true, true, false),
            Optional.of(TxtPlan.dns01(new TxtPlace.Here(Optional.empty()))));

    assertThat(plan.inboundToNames())
        .containsExactly(
            new PortRoute(new OuterPort(IpProtocol.UDP, 53), 8053), PortRoute.tcp(53, 8053));
    assertThat(plan.inboundToAddresses()).containsExactly(PortRoute.tcp(80, 8080));
  }

  @Test
  void aWildcardAloneHasALineageNameWithoutAnAsterisk() {
    assertThat(LineageName.of(Subject.parse("*.a.test"))).isEqualTo(new LineageName("any.a.test"));
  }
}
