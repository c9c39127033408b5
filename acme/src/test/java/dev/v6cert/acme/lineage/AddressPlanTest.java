package dev.v6cert.acme.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import java.net.InetAddress;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of a lineage that follows the machine's address when that changes. */
class AddressPlanTest {

  private static final Ipv6Address OLD = Ipv6Address.parse("2a01:4f8:c17:b8f::2");
  private static final Ipv6Address NEW = Ipv6Address.parse("2800:3f0:4001:810::200e");
  private static final String HEX_NAME = "2a0104f80c170b8f0000000000000002.sslip.io";

  private static AddressPlan plan(Optional<String> name, Optional<NameForm> form) {
    return new AddressPlan(OLD, name.map(HostName::of), form, Optional.empty(), false);
  }

  private static Lineage.Plan moved(AddressPlan plan, ResponderPlan responder, String... subjects) {
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName("web"),
            Stream.of(subjects).map(Subject::parse).toList(),
            CertificateAuthority.LETS_ENCRYPT);
    return plan.moved(
        new Lineage.Plan(
            request,
            HookCommands.deploying("x"),
            Optional.of(new Endpoint("localhost", 443)),
            responder,
            Optional.of(plan),
            true),
        NEW);
  }

  private static ResponderPlan on(String address, int port) {
    return new ResponderPlan(
        ChallengeType.HTTP_01,
        Optional.empty(),
        Optional.of(InetAddress.ofLiteral(address)),
        port,
        true,
        ResponderPlan.Openings.NONE);
  }

  @Test
  void itsMagicNameAndAddressAreReplacedAndOtherNamesStay() {
    AddressPlan plan = plan(Optional.of(HEX_NAME), Optional.of(NameForm.HEX));

    Lineage.Plan moved =
        moved(plan, ResponderPlan.DEFAULT, HEX_NAME, "example.org", OLD.toString());

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly(
            "280003f040010810000000000000200e.sslip.io", "example.org", NEW.toString());
    assertThat(moved.request().lineage()).isEqualTo(new LineageName("web"));
    assertThat(moved.hooks()).isEqualTo(HookCommands.deploying("x"));
    assertThat(moved.verify()).contains(new Endpoint("localhost", 443));
    assertThat(moved.standsIn()).isTrue();
    assertThat(moved.responder()).isEqualTo(ResponderPlan.DEFAULT);
    assertThat(moved.follows().orElseThrow().address()).isEqualTo(NEW);
    assertThat(moved.follows().orElseThrow().name())
        .contains(HostName.of("280003f040010810000000000000200e.sslip.io"));
  }

  @Test
  void aNameOfOnesOwnThatCarriesTheAddressStays() {
    Lineage.Plan moved =
        moved(
            plan(Optional.empty(), Optional.empty()),
            ResponderPlan.DEFAULT,
            HEX_NAME,
            OLD.toString());

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly(HEX_NAME, NEW.toString());
  }

  @Test
  void itIsAnsweredForOnTheNewAddressUnlessThatWasTyped() {
    AddressPlan plan = plan(Optional.of(HEX_NAME), Optional.empty());

    assertThat(moved(plan, on(OLD.toString(), 8080), HEX_NAME).responder())
        .isEqualTo(on(NEW.toString(), 8080));
    assertThat(moved(plan, on("::1", 8080), HEX_NAME).responder()).isEqualTo(on("::1", 8080));
  }

  @Test
  void aFormThatIsUnsafeForTheNewAddressGivesWayToASafeOne() {
    Ipv6Address unsafe = Ipv6Address.parse("2a01:4f8:c17:b8f:10:20:30:40");
    AddressPlan plan =
        plan(Optional.of("2a01-4f8-c17-b8f-0-0-0-2.sslip.io"), Optional.of(NameForm.EXPANDED));
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName("web"),
            Stream.of("2a01-4f8-c17-b8f-0-0-0-2.sslip.io").map(Subject::parse).toList(),
            CertificateAuthority.LETS_ENCRYPT);

    Lineage.Plan moved = plan.moved(Lineage.Plan.of(request).following(plan), unsafe);

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly("2a01-04f8-0c17-0b8f-0010-0020-0030-0040.sslip.io");
  }

  @Test
  void aNameThatCarriesTwoAddressesIsMadeOfTwoOthers() {
    String name = "198-51-100-7." + HEX_NAME;
    AddressPlan plan =
        new AddressPlan(
            OLD,
            Optional.of(Ipv4Address.parse("198.51.100.7")),
            Optional.of(HostName.of(name)),
            Optional.of(NameForm.HEX),
            Optional.empty(),
            false);
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName("web"),
            Stream.of(name).map(Subject::parse).toList(),
            CertificateAuthority.LETS_ENCRYPT);
    Lineage.Plan lineage = Lineage.Plan.of(request).following(plan);

    Lineage.Plan moved = plan.moved(lineage, NEW, Optional.of(Ipv4Address.parse("198.51.100.8")));

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly("198-51-100-8.280003f040010810000000000000200e.sslip.io");
    assertThat(moved.follows().orElseThrow().addresses())
        .containsExactly(NEW, Ipv4Address.parse("198.51.100.8"));
    assertThat(plan.moved(lineage, NEW).request().subjects())
        .extracting(Subject::value)
        .containsExactly("198-51-100-7.280003f040010810000000000000200e.sslip.io");
  }
}
