package dev.v6cert.ipv6.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.v6cert.base.Ticker;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing.Detail;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CommandAddressSourceTest {
  private static final HostInterface EN0 = new HostInterface("en0", 11, true, false);

  private static Path recorded(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(CommandAddressSourceTest.class.getResource(name)).toURI());
  }

  private static String text(String name) throws Exception {
    return Files.readString(recorded(name), StandardCharsets.UTF_8);
  }

  private static String line(AddressDetails one) {
    return String.join(
        " ",
        one.interfaceName(),
        one.address().toString(),
        one.flags().stream().sorted().map(Enum::name).collect(Collectors.joining("+")),
        one.preferred().toString(),
        one.valid().toString());
  }

  @Nested
  class Ifconfig {
    @Test
    void isReadAsMacOsPrintsIt() throws Exception {
      assertThat(IfconfigOutput.read(text("ifconfig-macos.txt")))
          .extracting(CommandAddressSourceTest::line)
          .containsExactly(
              "lo0 ::1 PERMANENT forever forever",
              "lo0 fe80::1 PERMANENT forever forever",
              "en0 fe80::85b:d150:cdd9:3198 STABLE_PRIVACY forever forever",
              "en0 2a01:4f8:450a:e723:1c99:99e2:21d0:79e6 STABLE_PRIVACY 86205s 86205s",
              "en0 2a01:4f8:450a:e723:808d:d894:e4db:157e TEMPORARY+DEPRECATED 0s 86205s",
              "en0 2a01:4f8:450a:e723:24c4:c0e5:9ec2:1160 TEMPORARY 61003s 86205s",
              "en0 2a01:4f8:450a:e723::17 PERMANENT forever forever",
              "en0 2a01:4f8:450a:e723::4e9 DHCP 3000s 6000s",
              "en0 fdb6:1d86:d9bd:3:837:e1c7:4895:269e STABLE_PRIVACY 86205s 86205s",
              "en7 2a01:4f8:450a:e724::2 DADFAILED+PERMANENT forever forever",
              "en7 2a01:4f8:450a:e724::3 TENTATIVE+PERMANENT forever forever",
              "en7 2a01:4f8:450a:e724::4 OPTIMISTIC+TENTATIVE+PERMANENT forever forever",
              "utun3 fe80::5a1c:5ed0:c53:3f0 PERMANENT forever forever",
              "utun3 2a0d:5600:24:a::1 PERMANENT forever forever");
    }

    @Test
    void ofSomethingElseHasNoAddresses() {
      assertThat(IfconfigOutput.read("ifconfig: interface inet6 does not exist\n")).isEmpty();
      assertThat(IfconfigOutput.read("")).isEmpty();
      assertThat(IfconfigOutput.read("en0:\n\tinet6\n\tinet6 nonsense\n")).isEmpty();
    }
  }

  @Nested
  class GetNetIpAddress {
    @Test
    void isReadAsWindowsPrintsIt() throws Exception {
      assertThat(NetIpAddressOutput.read(text("get-netipaddress-windows.txt")))
          .extracting(CommandAddressSourceTest::line)
          .containsExactly(
              "Ethernet fe80::bc61:889c:f8ef:4efd  forever forever",
              "Ethernet 2a01:4f8:4380:14b7:e9ed:2362:7268:c42f TEMPORARY 59399s 277737s",
              "Ethernet 2a01:4f8:4380:14b7:bc61:889c:f8ef:4efd  277737s 277737s",
              "Ethernet 2a01:4f8:4380:14b7::17 DADFAILED+PERMANENT forever forever",
              "Ethernet 2a01:4f8:4380:14b7::3e8 DEPRECATED+DHCP 0s 60655s",
              "vEthernet (WSL) 2a01:4f8:4381::9 TENTATIVE+PERMANENT unknown unknown");
    }

    @Test
    void ofSomethingElseHasNoAddresses() {
      assertThat(NetIpAddressOutput.read("")).isEmpty();
      assertThat(NetIpAddressOutput.read("IPAddress : 10.0.0.1\nInterfaceIndex : x\n")).isEmpty();
    }
  }

  @Nested
  class Together {
    private static final String STABLE = "2a01:4f8:450a:e723:1c99:99e2:21d0:79e6";
    private static final String TEMPORARY = "2a01:4f8:450a:e723:24c4:c0e5:9ec2:1160";

    private final AddressListing plain =
        new AddressListing(
            "the JDK",
            Detail.ADDRESSES,
            List.of(plain(STABLE), plain(TEMPORARY), plain("2a01::99")),
            Optional.of("en0"));

    private static InterfaceAddress plain(String text) {
      return new InterfaceAddress(
          Ipv6Address.parse(text), 64, EN0, Set.of(), Lifetime.UNKNOWN, Lifetime.UNKNOWN);
    }

    private CommandAddressSource source(Duration limit, String... command) {
      return new CommandAddressSource(() -> plain, List.of(command), limit, IfconfigOutput::read);
    }

    private AddressSource recordedSource() throws Exception {
      return source(Duration.ofMinutes(1), "cat", recorded("ifconfig-macos.txt").toString());
    }

    @Test
    void theCommandAddsWhatTheJdkDoesNotKnow() throws Exception {
      AddressListing listing = recordedSource().read();
      assertThat(listing.detail()).isEqualTo(Detail.LIFETIMES);
      assertThat(listing.addresses())
          .extracting(one -> one.flags().toString(), one -> one.preferred().toString())
          .containsExactly(
              tuple("[]", "unknown"),
              tuple("[STABLE_PRIVACY]", "86205s"),
              tuple("[TEMPORARY]", "61003s"));
    }

    @Test
    void theStableAddressIsChosen() throws Exception {
      AddressFinder finder =
          new AddressFinder(new AddressSources(() -> plain, recordedSource()), Ticker.SYSTEM);
      AddressSelector selector = new AddressSelector();
      assertThat(finder.find(selector))
          .isInstanceOfSatisfying(
              Selection.Chosen.class,
              chosen -> assertThat(chosen.address().address()).hasToString(STABLE));
    }

    @Test
    void aCommandThatFailsIsNoSource() {
      CommandAddressSource source = source(Duration.ofMinutes(1), "sh", "-c", "exit 3");
      assertThatThrownBy(source::read)
          .isInstanceOf(IOException.class)
          .hasMessage("sh ended with status 3");
    }

    @Test
    void aCommandThatIsMissingIsNoSource() {
      CommandAddressSource source = source(Duration.ofMinutes(1), "/no/such/command");
      assertThatThrownBy(source::read).isInstanceOf(IOException.class);
    }

    @Test
    void aCommandThatSaysNothingOfTheAddressesIsNoSource() {
      CommandAddressSource source = source(Duration.ofMinutes(1), "echo", "hello");
      assertThatThrownBy(source::read)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no address that is known");
    }

    @Test
    void aCommandThatHangsIsEnded() {
      CommandAddressSource quiet = source(Duration.ofMillis(50), "tail", "-f", "/dev/null");
      assertThatThrownBy(quiet::read)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("tail ended with status");
    }
  }
}
