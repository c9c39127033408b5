package dev.v6cert.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.setting.Origin;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.SettingValue;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Rejection;
import dev.v6cert.ipv6.selection.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The reasons why a requested address cannot be used. */
class ChosenAddressTest {

  private static final Ipv6Address PUBLIC = Ipv6Address.parse("2a01:4f8:c17:b8f::2");

  private static InterfaceAddress address(String name, Ipv6Address address) {
    return new InterfaceAddress(
        address,
        64,
        new HostInterface(name, 2, true, false),
        Set.of(),
        Lifetime.UNKNOWN,
        Lifetime.UNKNOWN);
  }

  private static void put(Map<String, SettingValue> typed, Setting<?> setting, String text) {
    typed.put(setting.key(), new SettingValue(List.of(text), new Origin.Flag(setting.flag())));
  }

  private static Optional<Rejection> refusal(String wanted, Optional<String> onInterface)
      throws Exception {
    Map<String, SettingValue> typed = new HashMap<>();
    put(typed, NameSettings.ADDRESS, wanted);
    onInterface.ifPresent(name -> put(typed, NameSettings.INTERFACE, name));
    Settings settings =
        Settings.of(
            "obtain", List.of(typed), List.of(NameSettings.ADDRESS, NameSettings.INTERFACE));
    AddressSelector selector = new AddressSelector().only(Ipv6Address.parse(wanted));
    AddressListing listing =
        new AddressListing(
            "test",
            AddressListing.Detail.FLAGS,
            List.of(address("lo", Ipv6Address.parse("::1")), address("eth0", PUBLIC)),
            Optional.of("eth0"));
    Selection selection = onInterface.map(selector::onInterface).orElse(selector).select(listing);
    CliFailure failure = ChosenAddress.failure((Selection.NoneSuitable) selection, settings);
    return ((CliFailure.NoAddress) failure).address().orElseThrow().why();
  }

  @Test
  void itIsOnAnotherInterface() throws Exception {
    assertThat(refusal(PUBLIC.toString(), Optional.of("lo")))
        .contains(new Rejection.OtherInterface("lo"));
  }

  @Test
  void noAuthoritySignsIt() throws Exception {
    assertThat(refusal("::1", Optional.empty()))
        .contains(new Rejection.NotPublic(AddressScope.LOOPBACK));
  }

  @Test
  void thisMachineDoesNotHaveIt() throws Exception {
    assertThat(refusal("2a01:4f8:c17:b8f::3", Optional.empty())).isEmpty();
  }
}
