package dev.v6cert.ipv6.detect;

import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;

/**
 * A program that prints what the sources of this machine say and what is chosen, for tests that run
 * it in a network namespace. Arguments: what to print, each {@code proc}, {@code netlink}, {@code
 * jdk}, {@code ipv4}, {@code full4}, {@code look}, {@code closely} or {@code find}; then perhaps
 * {@code if=NAME}, {@code only=ADDRESS}, {@code keep=ADDRESS}, {@code family=IPV4}.
 */
public final class AddressProbe {
  private AddressProbe() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    AddressSelector selector = new AddressSelector();
    for (String argument : arguments) {
      String value = argument.substring(argument.indexOf('=') + 1);
      if (argument.startsWith("if=")) {
        selector = selector.onInterface(value);
      } else if (argument.startsWith("only=")) {
        selector = selector.only(IpAddress.parse(value));
      } else if (argument.startsWith("keep=")) {
        selector = selector.keeping(IpAddress.parse(value));
      } else if (argument.startsWith("family=")) {
        selector = selector.of(IpFamily.valueOf(value));
      }
    }
    for (String argument : arguments) {
      switch (argument) {
        case "proc" -> print(new ProcNetAddressSource().read());
        case "netlink" -> print(new NetlinkAddressSource().read().of(IpFamily.IPV6));
        case "jdk" -> print(new JdkAddressSource().read().of(IpFamily.IPV6));
        case "ipv4" -> print(AddressSources.ofThisMachine().ipv4().read());
        case "full4" -> print(AddressSources.ofThisMachine().full().read().of(IpFamily.IPV4));
        case "look" -> print(new AddressFinder().look(selector));
        case "closely" -> print(new AddressFinder().lookClosely(selector));
        case "find" -> print(new AddressFinder().find(selector));
        default -> {
          // A wish, read above.
        }
      }
    }
  }

  private static void print(AddressListing listing) {
    for (InterfaceAddress one : listing.addresses()) {
      System.out.println(
          String.join(
              "\t",
              listing.source(),
              one.address() + "/" + one.prefixLength(),
              one.on().name(),
              Integer.toString(one.on().index()),
              one.on().up() ? "up" : "down",
              one.on().tunnel() ? "tunnel" : "plain",
              one.flags().toString(),
              one.preferred().toString(),
              one.valid().toString()));
    }
    System.out.println(listing.source() + "\tdefault\t" + listing.defaultRoute().orElse("none"));
    listing.routes().ipv4().ifPresent(it -> System.out.println("IPv4\tdefault\t" + it));
  }

  private static void print(Selection selection) {
    System.out.println("from\t" + selection.listing().source());
    selection.listing().shortfall().ifPresent(why -> System.out.println("shortfall\t" + why));
    switch (selection) {
      case Selection.Chosen chosen -> System.out.println("chosen\t" + chosen.address().address());
      case Selection.NoneSuitable none ->
          System.out.println("none\t" + none.shortage() + "\t" + none.lack().ipv4());
    }
    for (Selection.PassedOver one : selection.passedOver()) {
      System.out.println("not\t" + one.address().address() + "\t" + one.reason());
    }
  }
}
