package dev.v6cert.cli.provision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.NameForm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of a lineage that follows the machine's address when that changes. */
class AddressPlanTest {

  @Test
  void aDamagedOneIsNone() {
    String address = "2600::1";
    for (Map<String, String> damaged :
        List.of(
            Map.of("follow-address", "nonsense"),
            Map.of("follow-address", address, "follow-form", "nonsense"),
            Map.of("follow-address", address, "follow-name", "a..b"))) {
      assertThat(AddressPlan.of(damaged)).as(damaged.toString()).isEmpty();
    }
    assertThat(AddressPlan.of(Map.of("follow-address", address))).isPresent();
  }

  private static final Ipv6Address OLD = Ipv6Address.parse("2a01:4f8:c17:b8f::2");
  private static final Ipv6Address NEW = Ipv6Address.parse("2800:3f0:4001:810::200e");
  private static final String HEX_NAME = "2a0104f80c170b8f0000000000000002.sslip.io";

  private static AddressPlan plan(Optional<String> name, Optional<NameForm> form) {
    return new AddressPlan(OLD, name.map(HostName::of), form, Optional.empty());
  }

  private static Lineage.Plan moved(
      AddressPlan plan, Map<String, String> settings, String... subjects) {
    Map<String, String> all = new HashMap<>(plan.settings());
    all.putAll(settings);
    IssuanceRequest request =
        IssuanceRequest.of(
            new LineageName("web"),
            Stream.of(subjects).map(Subject::parse).toList(),
            CertificateAuthority.LETS_ENCRYPT);
    return plan.moved(
        new Lineage.Plan(request, HookCommands.deploying("x"), Optional.empty(), all), NEW);
  }

  @Test
  void itsMagicNameAndAddressAreReplacedAndOtherNamesStay() {
    AddressPlan plan = plan(Optional.of(HEX_NAME), Optional.of(NameForm.HEX));

    Lineage.Plan moved =
        moved(plan, Map.of("zone", "kept"), HEX_NAME, "example.org", OLD.toString());

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly(
            "280003f040010810000000000000200e.sslip.io", "example.org", NEW.toString());
    assertThat(moved.request().lineage()).isEqualTo(new LineageName("web"));
    assertThat(moved.hooks()).isEqualTo(HookCommands.deploying("x"));
    assertThat(moved.settings()).containsEntry("zone", "kept");
    assertThat(AddressPlan.of(moved.settings()).orElseThrow().address()).isEqualTo(NEW);
  }

  @Test
  void aNameOfOnesOwnThatCarriesTheAddressStays() {
    Lineage.Plan moved =
        moved(plan(Optional.empty(), Optional.empty()), Map.of(), HEX_NAME, OLD.toString());

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly(HEX_NAME, NEW.toString());
  }

  @Test
  void itIsAnsweredForOnTheNewAddressUnlessThatWasTyped() {
    AddressPlan plan = plan(Optional.of(HEX_NAME), Optional.empty());

    assertThat(moved(plan, Map.of("http-address", OLD.toString(), "http-port", "8080"), HEX_NAME))
        .satisfies(moved -> {
          assertThat(ResponderPlan.of(moved.settings()).address()).contains(NEW.toInetAddress());
          assertThat(ResponderPlan.of(moved.settings()).port()).isEqualTo(8080);
        });
    assertThat(moved(plan, Map.of("http-address", "::1"), HEX_NAME).settings())
        .containsEntry("http-address", "0:0:0:0:0:0:0:1");
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

    Lineage.Plan moved =
        plan.moved(
            new Lineage.Plan(request, HookCommands.NONE, Optional.empty(), plan.settings()),
            unsafe);

    assertThat(moved.request().subjects())
        .extracting(Subject::value)
        .containsExactly("2a01-04f8-0c17-0b8f-0010-0020-0030-0040.sslip.io");
  }

  @Test
  void itsSettingsReadBack() {
    AddressPlan plan =
        new AddressPlan(
            OLD,
            Optional.of(HostName.of(HEX_NAME)),
            Optional.of(NameForm.HEX),
            Optional.of("eth0"));

    assertThat(AddressPlan.of(plan.settings())).contains(plan);
    assertThat(AddressPlan.of(Map.of("http-port", "80"))).isEmpty();
  }
}
