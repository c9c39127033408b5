package dev.v6cert.ipv6.selection;

import static dev.v6cert.ipv6.selection.Example.address;
import static dev.v6cert.ipv6.selection.Example.listing;
import static dev.v6cert.ipv6.selection.Example.preferred;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.base.Ticker;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.AddressListing.Detail;
import dev.v6cert.ipv6.detect.AddressSource;
import dev.v6cert.ipv6.detect.AddressSources;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AddressFinderTest {
  private static final AddressSelector ANY = new AddressSelector();
  private static final String LOW = "2a01:4f8:c17:b8f::2";
  private static final String HIGH = "2a01:4f8:c17:b90::2";

  private static final AddressSource NEVER =
      () -> {
        throw new AssertionError("this source need not be read");
      };

  /** Time that passes only where the code under test lets it. */
  private static final class StoppedTicker implements Ticker {
    private long nanos = Long.MAX_VALUE - 5; // Overflows at once.
    private final long start = nanos;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public void pause(Duration time) {
      nanos += time.toNanos();
    }

    Duration passed() {
      return Duration.ofNanos(nanos - start);
    }
  }

  private final StoppedTicker ticker = new StoppedTicker();

  private AddressFinder finder(AddressSource quick, AddressSource full) {
    return new AddressFinder(new AddressSources(quick, full), ticker);
  }

  private static String chosen(Selection selection) {
    assertThat(selection).isInstanceOf(Selection.Chosen.class);
    return ((Selection.Chosen) selection).address().address().toString();
  }

  @Nested
  class Detailed {
    @Test
    void isNotAskedForOneCandidate() throws Exception {
      AddressListing quick = listing(Detail.FLAGS, address(LOW), address("fe80::1"));
      assertThat(chosen(finder(() -> quick, NEVER).find(ANY))).isEqualTo(LOW);
    }

    @Test
    void isNotAskedWhereFlagsDecide() throws Exception {
      AddressListing quick =
          listing(Detail.FLAGS, address(LOW, AddressFlag.TEMPORARY), address(HIGH));
      assertThat(chosen(finder(() -> quick, NEVER).find(ANY))).isEqualTo(HIGH);
    }

    @Test
    void isNotAskedWhereNothingIsUsable() throws Exception {
      AddressListing quick = listing(Detail.FLAGS, address("fe80::1"), address("fd00::1"));
      assertThat(finder(() -> quick, NEVER).find(ANY)).isInstanceOf(Selection.NoneSuitable.class);
    }

    @Test
    void isAskedWhereOnlyLifetimesCanDecide() throws Exception {
      AddressListing quick = listing(Detail.FLAGS, address(LOW), address(HIGH));
      AddressListing full =
          listing(
              preferred(Lifetime.ofSeconds(60), address(LOW)),
              preferred(Lifetime.FOREVER, address(HIGH)));
      Selection selection = finder(() -> quick, () -> full).find(ANY);
      assertThat(chosen(selection)).isEqualTo(HIGH);
      assertThat(selection.listing()).isEqualTo(full);
    }

    @Test
    void isAskedWhereTheSourceKnowsNoFlagsAndThereAreTwo() throws Exception {
      AddressListing quick =
          listing(Detail.ADDRESSES, address(LOW), address("2a01::4cba:d4ff:fee1:f3dd"));
      AddressListing full =
          listing(address(LOW, AddressFlag.TEMPORARY), address("2a01::4cba:d4ff:fee1:f3dd"));
      assertThat(chosen(finder(() -> quick, () -> full).find(ANY)))
          .isEqualTo("2a01::4cba:d4ff:fee1:f3dd");
    }

    @Test
    void isAskedOnlyOnceWhereItCannotBeHad() throws Exception {
      AddressListing quick = listing(Detail.FLAGS, address(LOW), address(HIGH));
      AddressSource broken =
          () -> {
            throw new IOException("forbidden");
          };
      AddressSource source = () -> quick;
      Selection selection = finder(source, broken.orElse(source)).find(ANY);
      assertThat(chosen(selection)).isEqualTo(LOW);
      assertThat(selection.listing().shortfall()).contains("forbidden");
    }
  }

  @Nested
  class Waiting {
    private final InterfaceAddress tentative = address(LOW, AddressFlag.TENTATIVE);

    /** Says that the address is tentative until so much time has passed. */
    private AddressSource checkedAfter(Duration time, InterfaceAddress... others) {
      return () -> {
        InterfaceAddress[] all = Arrays.copyOf(others, others.length + 1);
        all[others.length] = ticker.passed().compareTo(time) < 0 ? tentative : address(LOW);
        return listing(Detail.FLAGS, all);
      };
    }

    @Test
    void endsAsSoonAsTheCheckHasEnded() throws Exception {
      Selection selection = finder(checkedAfter(Duration.ofMillis(1950)), NEVER).find(ANY);
      assertThat(chosen(selection)).isEqualTo(LOW);
      assertThat(ticker.passed()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void endsAfterTenSeconds() throws Exception {
      Selection selection = finder(checkedAfter(Duration.ofSeconds(60)), NEVER).find(ANY);
      assertThat(selection)
          .isInstanceOfSatisfying(
              Selection.NoneSuitable.class,
              none -> assertThat(none.shortage()).isEqualTo(Selection.Shortage.TENTATIVE));
      assertThat(ticker.passed()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void isForABetterAddressToo() throws Exception {
      InterfaceAddress temporary = address(HIGH, AddressFlag.TEMPORARY);
      Selection selection = finder(checkedAfter(Duration.ofSeconds(1), temporary), NEVER).find(ANY);
      assertThat(chosen(selection)).isEqualTo(LOW);
    }

    @Test
    void settlesForTheSecondBestWhenTheBetterNeverComes() throws Exception {
      InterfaceAddress temporary = address(HIGH, AddressFlag.TEMPORARY);
      Selection selection = finder(checkedAfter(Duration.ofDays(1), temporary), NEVER).find(ANY);
      assertThat(chosen(selection)).isEqualTo(HIGH);
      assertThat(ticker.passed()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void isNotForAnAddressThatWouldLoseAnyway() throws Exception {
      InterfaceAddress byHand = address(HIGH, AddressFlag.PERMANENT);
      assertThat(chosen(finder(checkedAfter(Duration.ofDays(1), byHand), NEVER).find(ANY)))
          .isEqualTo(HIGH);
      assertThat(ticker.passed()).isZero();
    }

    @Test
    void isNotForAnAddressThatWasNotAskedFor() throws Exception {
      AddressSource source = checkedAfter(Duration.ofDays(1));
      finder(source, NEVER).find(ANY.onInterface("eth7"));
      assertThat(ticker.passed()).isZero();
    }

    @Test
    void isNotPartOfALook() throws Exception {
      finder(checkedAfter(Duration.ofDays(1)), NEVER).look(ANY);
      assertThat(ticker.passed()).isZero();
    }
  }

  @Test
  void failsWhereNoSourceCanBeRead() {
    AddressSource broken =
        () -> {
          throw new IOException("no such thing");
        };
    assertThatThrownBy(() -> finder(broken.orElse(broken), broken).find(ANY))
        .isInstanceOf(IOException.class)
        .hasMessage("no such thing");
  }
}
