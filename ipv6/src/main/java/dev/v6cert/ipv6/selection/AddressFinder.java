package dev.v6cert.ipv6.selection;

import dev.v6cert.base.Ticker;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.detect.AddressListing.Detail;
import dev.v6cert.ipv6.detect.AddressSources;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds the address of this machine to get a certificate for. It asks the quick source first, the
 * full one only where what it knows decides, and waits while a check for duplicates is running that
 * could change the choice.
 */
public final class AddressFinder {
  /** The longest wait for addresses that are being checked for duplicates. */
  public static final Duration TENTATIVE_LIMIT = Duration.ofSeconds(10);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  private final AddressSources sources;
  private final Ticker ticker;

  /** A finder for this machine. */
  public AddressFinder() {
    this(AddressSources.ofThisMachine(), Ticker.SYSTEM);
  }

  /** A finder that reads the given sources and waits by {@code ticker}. */
  public AddressFinder(AddressSources sources, Ticker ticker) {
    this.sources = sources;
    this.ticker = ticker;
  }

  /**
   * The choice, after a wait of up to {@link #TENTATIVE_LIMIT} where an address that is still being
   * checked would be chosen once the check has ended well.
   *
   * @throws IOException when no source can be read
   */
  public Selection find(AddressSelector selector) throws IOException, InterruptedException {
    long start = ticker.nanos();
    Selection selection = look(selector);
    while (wouldChangeOnceChecked(selector, selection)
        && ticker.nanos() - start < TENTATIVE_LIMIT.toNanos()) {
      ticker.pause(BETWEEN_LOOKS);
      selection = look(selector);
    }
    return selection;
  }

  /**
   * The choice as things are now, with as much detail as decides.
   *
   * @throws IOException when no source can be read
   */
  public Selection look(AddressSelector selector) throws IOException {
    Selection selection = selector.select(listing(selector));
    return moreWouldDecide(selection) ? lookClosely(selector) : selection;
  }

  /** The addresses of IPv6, and where none of them will do, those of IPv4, too. */
  private AddressListing listing(AddressSelector selector) throws IOException {
    if (!selector.wants(IpFamily.IPV6)) {
      return sources.ipv4().read();
    }
    AddressListing ipv6 = sources.quick().read();
    boolean done =
        !selector.wants(IpFamily.IPV4)
            || (!selector.keepsIpv4() && selector.select(ipv6) instanceof Selection.Chosen);
    return done ? ipv6 : ipv6.of(IpFamily.IPV6).and(sources.ipv4().read());
  }

  /**
   * The choice as things are now, with every detail there is of every address.
   *
   * @throws IOException when no source can be read
   */
  public Selection lookClosely(AddressSelector selector) throws IOException {
    return selector.select(sources.full().read());
  }

  /** Whether the choice fell only because the source knows too little. */
  private static boolean moreWouldDecide(Selection selection) {
    for (Selection.PassedOver one : selection.passedOver()) {
      if (one.reason() instanceof Rejection.Outranked outranked
          && isPremature(outranked.rule(), selection.listing().detail())) {
        return true;
      }
    }
    return false;
  }

  /** Whether an earlier rule than {@code rule} could decide if all was known. */
  private static boolean isPremature(RankingRule rule, Detail known) {
    return switch (known) {
      case ADDRESSES -> true;
      case FLAGS -> rule == RankingRule.NUMERIC;
      case LIFETIMES -> false;
    };
  }

  private static boolean wouldChangeOnceChecked(AddressSelector selector, Selection selection) {
    boolean waiting = false;
    for (Selection.PassedOver one : selection.passedOver()) {
      waiting |= one.reason() instanceof Rejection.Tentative;
    }
    return waiting
        && selector.select(checked(selection.listing())) instanceof Selection.Chosen best
        && !(selection instanceof Selection.Chosen now
            && now.address().address().equals(best.address().address()));
  }

  /** The listing as it will be when every check for duplicates has ended well. */
  private static AddressListing checked(AddressListing listing) {
    List<InterfaceAddress> addresses = new ArrayList<>();
    for (InterfaceAddress one : listing.addresses()) {
      Set<AddressFlag> flags = new TreeSet<>(one.flags());
      flags.remove(AddressFlag.TENTATIVE);
      addresses.add(
          new InterfaceAddress(
              one.address(), one.prefixLength(), one.on(), flags, one.preferred(), one.valid()));
    }
    return new AddressListing(
        listing.source(), listing.detail(), addresses, listing.routes(), listing.shortfall());
  }
}
