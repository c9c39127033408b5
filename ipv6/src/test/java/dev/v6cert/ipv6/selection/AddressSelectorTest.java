package dev.v6cert.ipv6.selection;

import static dev.v6cert.ipv6.selection.Example.ETH0;
import static dev.v6cert.ipv6.selection.Example.ETH1;
import static dev.v6cert.ipv6.selection.Example.WG0;
import static dev.v6cert.ipv6.selection.Example.address;
import static dev.v6cert.ipv6.selection.Example.listing;
import static dev.v6cert.ipv6.selection.Example.on;
import static dev.v6cert.ipv6.selection.Example.preferred;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.AddressScope;
import dev.v6cert.ipv6.HostInterface;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.DefaultRoutes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AddressSelectorTest {
  private static final String LOW = "2a01:4f8:c17:b8f::2";
  private static final String HIGH = "2a01:4f8:c17:b90::2";
  private static final String MAC = "2a01:4f8:c17:b8f:4cba:d4ff:fee1:f3dd";
  private static final AddressSelector ANY = new AddressSelector();

  private static Selection.NoneSuitable none(Selection selection) {
    assertThat(selection).isInstanceOf(Selection.NoneSuitable.class);
    return (Selection.NoneSuitable) selection;
  }

  @Nested
  class Rules {
    /** Checks that {@code better} wins over {@code worse} by one rule, in either order. */
    private void check(
        AddressSelector selector,
        RankingRule rule,
        InterfaceAddress better,
        InterfaceAddress worse) {
      Rejection lost = new Rejection.Outranked(better.address(), rule);
      for (AddressListing listing : List.of(listing(better, worse), listing(worse, better))) {
        assertThat(selector.select(listing))
            .isEqualTo(
                new Selection.Chosen(
                    better, listing, List.of(new Selection.PassedOver(worse, lost))));
      }
    }

    @Test
    void firstTheAddressInUseStays() {
      check(
          ANY.keeping(Ipv6Address.parse(HIGH)),
          RankingRule.IN_USE,
          on(WG0, address(HIGH, AddressFlag.TEMPORARY)),
          address(LOW, AddressFlag.PERMANENT));
    }

    @Test
    void secondDeprecatedLosesEvenWhenInUse() {
      check(
          ANY.keeping(Ipv6Address.parse(LOW)),
          RankingRule.NOT_DEPRECATED,
          on(WG0, address(HIGH, AddressFlag.TEMPORARY)),
          address(LOW, AddressFlag.DEPRECATED, AddressFlag.PERMANENT));
    }

    @Test
    void thirdTheDefaultRoutesInterfaceWins() {
      check(
          ANY,
          RankingRule.DEFAULT_ROUTE,
          on(new HostInterface("eth0", 9, true, true), address(HIGH, AddressFlag.TEMPORARY)),
          on(ETH1, address(LOW, AddressFlag.PERMANENT)));
    }

    @Test
    void fourthTunnelsLose() {
      check(
          ANY,
          RankingRule.NOT_TUNNEL,
          on(ETH1, address(HIGH, AddressFlag.TEMPORARY)),
          on(WG0, address(LOW, AddressFlag.PERMANENT)));
    }

    @Test
    void fifthTemporaryLosesEvenToOneWithTheMac() {
      check(ANY, RankingRule.NOT_TEMPORARY, address(MAC), address(LOW, AddressFlag.TEMPORARY));
    }

    @Test
    void sixthSetByHandThenLeasedAlikeThenRandomThenMac() {
      InterfaceAddress byHand =
          preferred(Lifetime.ofSeconds(9), address(HIGH, AddressFlag.PERMANENT));
      InterfaceAddress leased = preferred(Lifetime.ofSeconds(9), address(HIGH, AddressFlag.DHCP));
      InterfaceAddress random =
          preferred(Lifetime.ofSeconds(90000), address(LOW, AddressFlag.STABLE_PRIVACY));
      InterfaceAddress mac = preferred(Lifetime.FOREVER, address(MAC));
      check(ANY, RankingRule.ORIGIN, byHand, random);
      check(ANY, RankingRule.ORIGIN, leased, random);
      check(ANY, RankingRule.ORIGIN, random, mac);
      check(ANY, RankingRule.ORIGIN, leased, mac);
    }

    @Test
    void seventhTheOnePreferredForLongerWins() {
      InterfaceAddress day = preferred(Lifetime.ofSeconds(86400), address(HIGH));
      check(
          ANY,
          RankingRule.PREFERRED_LIFETIME,
          day,
          preferred(Lifetime.ofSeconds(3600), address(LOW)));
      check(
          ANY,
          RankingRule.PREFERRED_LIFETIME,
          preferred(Lifetime.FOREVER, address(HIGH)),
          preferred(Lifetime.ofSeconds(86400), address(LOW)));
    }

    @Test
    void seventhDoesNotDependOnWhichRouterSpokeLast() {
      InterfaceAddress early = preferred(Lifetime.ofSeconds(86400 - 1800), address(LOW));
      InterfaceAddress late = preferred(Lifetime.ofSeconds(86400), address(HIGH));
      check(ANY, RankingRule.NUMERIC, early, late);
    }

    @Test
    void seventhAnAddressAboutToEndIsNeverAsGood() {
      InterfaceAddress ending = preferred(Lifetime.ofSeconds(10), address(LOW));
      InterfaceAddress lasting = preferred(Lifetime.ofSeconds(600), address(HIGH));
      check(ANY, RankingRule.PREFERRED_LIFETIME, lasting, ending);
    }

    @Test
    void eighthTheLowerNumberWins() {
      check(ANY, RankingRule.NUMERIC, address(LOW), address(HIGH));
    }

    @Test
    void areToldOfTheAddressThatLost() {
      Ipv6Address better = Ipv6Address.parse(LOW);
      assertThat(new Rejection.Outranked(better, RankingRule.NUMERIC))
          .hasToString(
              LOW
                  + " is better: they are equal in all else, so the lower number is taken"
                  + " (rule 8)");
      assertThat(RankingRule.values())
          .extracting(RankingRule::loss)
          .noneMatch(loss -> loss.startsWith("it "));
    }

    @Test
    void haveTheNumbersOfTheirOrder() {
      assertThat(Arrays.stream(RankingRule.values()).map(RankingRule::number))
          .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    }
  }

  @Nested
  class Ranked {
    @Test
    void isOneOrderWhateverIsCompared() {
      long seed = new Random().nextLong();
      Random random = new Random(seed);
      for (int round = 0; round < 2_000; round++) {
        List<InterfaceAddress> addresses = new ArrayList<>();
        for (int i = 0; i < 3 + random.nextInt(6); i++) {
          addresses.add(randomAddress(random, i));
        }
        Ranking ranking =
            new Ranking(Optional.empty(), DefaultRoutes.ofIpv6(Optional.of("eth0")), addresses);
        List<InterfaceAddress> order = new ArrayList<>(addresses);
        order.sort(ranking);
        for (int i = 0; i < order.size(); i++) {
          for (int j = 0; j < order.size(); j++) {
            assertThat(Integer.signum(ranking.compare(order.get(i), order.get(j))))
                .as("seed %d: %s", seed, order)
                .isEqualTo(Integer.compare(i, j));
          }
        }
      }
    }

    private InterfaceAddress randomAddress(Random random, int number) {
      List<AddressFlag> flags = new ArrayList<>();
      for (AddressFlag flag : AddressFlag.values()) {
        if (random.nextInt(6) == 0) {
          flags.add(flag);
        }
      }
      Lifetime lifetime =
          switch (random.nextInt(6)) {
            case 0 -> Lifetime.FOREVER;
            case 1 -> Lifetime.UNKNOWN;
            default -> Lifetime.ofSeconds(random.nextInt(10_000));
          };
      String text = random.nextBoolean() ? "2a01::a:" : "2a01::4cba:d4ff:fee1:";
      return on(
          List.of(ETH0, ETH1, WG0).get(random.nextInt(3)),
          preferred(lifetime, address(text + number, flags.toArray(AddressFlag[]::new))));
    }
  }

  @Nested
  class Dropped {
    @Test
    void areThoseOutsideGlobalUnicastWithTheRow() {
      Selection selection =
          ANY.select(listing(address("fe80::1"), address(LOW), address("2002::1")));
      assertThat(selection.passedOver())
          .extracting(Selection.PassedOver::reason)
          .containsExactly(
              new Rejection.NotPublic(AddressScope.SIX_TO_FOUR),
              new Rejection.NotPublic(AddressScope.LINK_LOCAL));
    }

    @Test
    void areDuplicatesTentativeOnesAndThoseOnDeadInterfaces() {
      HostInterface dead = new HostInterface("eth9", 9, false, false);
      Selection selection =
          ANY.select(
              listing(
                  address("2a01::1", AddressFlag.TENTATIVE, AddressFlag.DADFAILED),
                  address("2a01::2", AddressFlag.TENTATIVE),
                  on(dead, address("2a01::3"))));
      assertThat(selection.passedOver())
          .extracting(Selection.PassedOver::reason)
          .containsExactly(
              new Rejection.Duplicate(),
              new Rejection.Tentative(),
              new Rejection.InterfaceDown("eth9"));
      assertThat(none(selection).shortage()).isEqualTo(Selection.Shortage.TENTATIVE);
    }
  }

  @Nested
  class Shortage {
    private void check(Selection.Shortage shortage, InterfaceAddress... addresses) {
      assertThat(none(ANY.select(listing(addresses))).shortage()).isEqualTo(shortage);
    }

    @Test
    void isWhatIsNearestToUsable() {
      HostInterface dead = new HostInterface("eth9", 9, false, false);
      check(Selection.Shortage.NO_ADDRESS);
      check(Selection.Shortage.NO_ADDRESS, address("::1"));
      check(Selection.Shortage.ONLY_LINK_LOCAL, address("::1"), address("fe80::1"));
      check(Selection.Shortage.ONLY_UNIQUE_LOCAL, address("fe80::1"), address("fd00::1"));
      check(Selection.Shortage.ONLY_SPECIAL_PURPOSE, address("fd00::1"), address("2001::1"));
      check(Selection.Shortage.INTERFACE_DOWN, address("fd00::1"), on(dead, address(LOW)));
      check(
          Selection.Shortage.DUPLICATE,
          on(dead, address(LOW)),
          address(HIGH, AddressFlag.DADFAILED));
    }

    @Test
    void isAboutTheInterfaceOrAddressAskedFor() {
      AddressListing listing = listing(address(LOW), on(ETH1, address("fd00::1")));
      assertThat(none(ANY.onInterface("eth1").select(listing)).shortage())
          .isEqualTo(Selection.Shortage.ONLY_UNIQUE_LOCAL);
      assertThat(none(ANY.onInterface("eth2").select(listing)).shortage())
          .isEqualTo(Selection.Shortage.INTERFACE_ABSENT);
      assertThat(none(ANY.only(Ipv6Address.parse(HIGH)).select(listing)).shortage())
          .isEqualTo(Selection.Shortage.ADDRESS_ABSENT);
      assertThat(none(ANY.only(Ipv6Address.parse("fd00::1")).select(listing)).shortage())
          .isEqualTo(Selection.Shortage.ONLY_UNIQUE_LOCAL);
    }
  }

  @Test
  void takesAnOptimisticAddressWhileItIsChecked() {
    InterfaceAddress optimistic = address(LOW, AddressFlag.TENTATIVE, AddressFlag.OPTIMISTIC);
    assertThat(ANY.select(listing(optimistic))).isInstanceOf(Selection.Chosen.class);
  }

  @Test
  void takesADeprecatedAddressWhenThereIsNoOther() {
    InterfaceAddress deprecated = address(LOW, AddressFlag.DEPRECATED);
    assertThat(ANY.select(listing(deprecated)))
        .isInstanceOfSatisfying(
            Selection.Chosen.class, chosen -> assertThat(chosen.address()).isEqualTo(deprecated));
  }
}
