package dev.v6cert.ipv6.selection;

import static dev.v6cert.ipv6.selection.Example.ETH1;
import static dev.v6cert.ipv6.selection.Example.address;
import static dev.v6cert.ipv6.selection.Example.on;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.base.Ticker;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.AddressListing.Detail;
import dev.v6cert.ipv6.detect.AddressSource;
import dev.v6cert.ipv6.detect.AddressSources;
import dev.v6cert.ipv6.detect.DefaultRoutes;
import dev.v6cert.ipv6.selection.Selection.Shortage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** IPv6 first, IPv4 where it does not do, and neither where the other was asked for. */
class FamilyChoiceTest {
  private static final AddressSelector ANY = new AddressSelector();
  private static final String IPV6 = "2a01:4f8:c17:b8f::2";
  private static final String IPV4 = "9.9.9.7";
  private static final String OTHER_IPV4 = "9.9.9.8";

  private static final AddressSource NEVER =
      () -> {
        throw new AssertionError("this source need not be read");
      };

  private static AddressListing listing(InterfaceAddress... addresses) {
    return new AddressListing(
        "example",
        Detail.LIFETIMES,
        List.of(addresses),
        new DefaultRoutes(Optional.of("eth0"), Optional.of("eth1")),
        Optional.empty());
  }

  private static Selection find(AddressSelector selector, AddressSource ipv6, AddressSource ipv4)
      throws Exception {
    return new AddressFinder(new AddressSources(ipv6, ipv4, NEVER), Ticker.SYSTEM).find(selector);
  }

  private static String chosen(Selection selection) {
    return ((Selection.Chosen) selection).address().address().toString();
  }

  @Nested
  class Automatic {
    @Test
    void takesIpv6AndReadsNoIpv4WhereItDoes() throws Exception {
      assertThat(chosen(find(ANY, () -> listing(address(IPV6)), NEVER))).isEqualTo(IPV6);
    }

    @Test
    void takesIpv4WhereNoIpv6Does() throws Exception {
      Selection selection =
          find(ANY, () -> listing(address("fe80::1")), () -> listing(address(IPV4)));
      assertThat(chosen(selection)).isEqualTo(IPV4);
    }

    @Test
    void saysThatIpv6ComesFirst() {
      Selection selection = ANY.select(listing(address(IPV4), address(IPV6)));
      assertThat(chosen(selection)).isEqualTo(IPV6);
      assertThat(selection.passedOver())
          .singleElement()
          .extracting(Selection.PassedOver::reason)
          .isEqualTo(new Rejection.OtherFamily(IpAddress.parse(IPV6)));
    }

    @Test
    void ranksWithinTheFamilyByItsOwnDefaultRoute() {
      Selection selection =
          ANY.select(listing(address(IPV4), on(ETH1, address(OTHER_IPV4)), address("fd00::1")));
      assertThat(chosen(selection)).isEqualTo(OTHER_IPV4);
    }

    @Test
    void waitsForAnIpv6AddressThatIsBeingChecked() throws Exception {
      AddressListing checking = listing(address(IPV6, AddressFlag.TENTATIVE));
      AddressListing done = listing(address(IPV6));
      int[] looks = {0};
      AddressFinder finder =
          new AddressFinder(
              new AddressSources(
                  () -> looks[0]++ < 2 ? checking : done, () -> listing(address(IPV4)), NEVER),
              Ticker.SYSTEM);
      assertThat(chosen(finder.find(ANY))).isEqualTo(IPV6);
    }
  }

  @Nested
  class InUse {
    @Test
    void anIpv4AddressStaysWhenIpv6Comes() throws Exception {
      AddressSelector keeping = ANY.keeping(IpAddress.parse(IPV4));
      assertThat(chosen(find(keeping, () -> listing(address(IPV6)), () -> listing(address(IPV4)))))
          .isEqualTo(IPV4);
    }

    @Test
    void anIpv4AddressThatIsGoneMakesWayForIpv6() throws Exception {
      AddressSelector keeping = ANY.keeping(IpAddress.parse(IPV4));
      Selection selection =
          find(keeping, () -> listing(address(IPV6)), () -> listing(address(OTHER_IPV4)));
      assertThat(chosen(selection)).isEqualTo(IPV6);
    }
  }

  @Nested
  class Wanted {
    @Test
    void ipv4LeavesIpv6Unread() throws Exception {
      Selection selection = find(ANY.of(IpFamily.IPV4), NEVER, () -> listing(address(IPV4)));
      assertThat(chosen(selection)).isEqualTo(IPV4);
    }

    @Test
    void ipv6LeavesIpv4Unread() throws Exception {
      Selection selection = find(ANY.of(IpFamily.IPV6), () -> listing(address("fe80::1")), NEVER);
      assertThat(((Selection.NoneSuitable) selection).lack())
          .isEqualTo(new Selection.Lack(Shortage.ONLY_LINK_LOCAL, Shortage.NOT_WANTED));
    }

    @Test
    void anAddressIsOfItsOwnFamily() throws Exception {
      Selection selection =
          find(
              ANY.only(IpAddress.parse(OTHER_IPV4)),
              NEVER,
              () -> listing(address(IPV4), address(OTHER_IPV4)));
      assertThat(chosen(selection)).isEqualTo(OTHER_IPV4);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, NO_ADDRESS",
    "169.254.3.4, ONLY_LINK_LOCAL",
    "192.0.2.7, ONLY_SPECIAL_PURPOSE",
    "100.64.3.2, ONLY_CARRIERS",
    "192.0.0.2, ONLY_CARRIERS",
    "10.1.2.3, ONLY_PRIVATE",
    "172.20.0.2, ONLY_PRIVATE",
    "192.168.1.7, ONLY_PRIVATE",
  })
  void tellsWhatIsLackingOfIpv4(String only, Shortage shortage) {
    Selection selection = ANY.select(listing(address("fe80::1"), address(only)));
    assertThat(((Selection.NoneSuitable) selection).lack())
        .isEqualTo(new Selection.Lack(Shortage.ONLY_LINK_LOCAL, shortage));
  }
}
