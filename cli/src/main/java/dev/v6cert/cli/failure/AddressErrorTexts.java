package dev.v6cert.cli.failure;

import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.selection.Rejection;
import dev.v6cert.ipv6.selection.Selection.Lack;
import dev.v6cert.ipv6.selection.Selection.Shortage;
import java.util.ArrayList;
import java.util.List;

/** The texts of a machine without a usable address: what it lacks, and where to look. */
final class AddressErrorTexts {

  private static final String LOOK = "v6cert addresses shows each and why not";

  /** The way on without a public address. */
  private static final String LOCALLY = "for the LAN alone: v6cert obtain --ca local";

  /** The ways that need no public address here, short enough for lines of 80 columns. */
  private static final String ELSEWHERE = "a VPS, --domain, up --local or --ca local";

  private AddressErrorTexts() {}

  static ErrorText of(CliFailure.NoAddress failure) {
    return failure.address().map(AddressErrorTexts::refused).orElseGet(() -> lack(failure));
  }

  static ErrorText of(CliFailure.OneFamily failure) {
    IpFamily there = failure.missing() == IpFamily.IPV6 ? IpFamily.IPV4 : IpFamily.IPV6;
    return none(
        "--dual takes a public address of each family, and this machine has none of "
            + failure.missing(),
        seen(failure.shortage(), failure.missing()),
        failure.other() ? "leave --dual out for a name of the " + there + " address" : LOOK);
  }

  private static ErrorText refused(CliFailure.Refused refused) {
    IpAddress address = refused.address();
    if (refused.why().isEmpty()) {
      return address.scope().isPublic()
          ? none(address + " is not an address of this machine", "", LOOK)
          : none(
              address + " is not a public address",
              "it is set aside: " + address.scope(),
              "pass the one that the Internet sees; " + LOOK);
    }
    return switch (refused.why().get()) {
      case Rejection.InterfaceDown down ->
          none(address + " cannot be used", down.toString(), "ip link set " + down.name() + " up");
      case Rejection.Tentative tentative ->
          none(address + " is not usable yet", tentative.toString(), "try again in a few seconds");
      case Rejection.NotPublic why ->
          none(address + " cannot be used", why.toString(), "choose another one; " + LOCALLY);
      case Rejection why ->
          none(address + " cannot be used", why.toString(), "choose another one; " + LOOK);
    };
  }

  private static ErrorText lack(CliFailure.NoAddress failure) {
    String here = failure.onInterface().map(name -> "the interface " + name).orElse("this machine");
    Lack lack = failure.lack();
    return switch (lack.nearest()) {
      case INTERFACE_DOWN ->
          none("the interface of the public address is down", "", "ip link set IFACE up; " + LOOK);
      case DUPLICATE ->
          none(
              "another host on the link has this machine's IPv6 address",
              "duplicate address detection failed",
              "give one of the two another address, or take the interface down and up again");
      case TENTATIVE ->
          none(
              "the IPv6 address is not usable yet",
              "duplicate address detection did not end in time",
              "try again in a few seconds; " + LOOK);
      case INTERFACE_ABSENT, ADDRESS_ABSENT ->
          none(here + " is not there, or has no address", "", LOOK);
      default ->
          none(
              here + " has no public" + family(lack) + " address",
              seen(lack),
              failure.onInterface().isPresent() ? LOOK : next(lack));
    };
  }

  private static String family(Lack lack) {
    return lack.ipv4() == Shortage.NOT_WANTED
        ? " " + IpFamily.IPV6
        : lack.ipv6() == Shortage.NOT_WANTED ? " " + IpFamily.IPV4 : "";
  }

  /** The addresses that there are, family by family. */
  private static String seen(Lack lack) {
    List<String> families = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      if (lack.of(family) != Shortage.NOT_WANTED) {
        families.add(family + ": " + seen(lack.of(family), family));
      }
    }
    return String.join("; ", families);
  }

  private static String seen(Shortage shortage, IpFamily family) {
    return switch (shortage) {
      case NO_ADDRESS -> "none beyond loopback";
      case ONLY_LINK_LOCAL ->
          family == IpFamily.IPV6 ? "link-local (fe80::) only" : "link-local (169.254.0.0/16) only";
      case ONLY_UNIQUE_LOCAL -> "unique local (fd00::) only";
      case ONLY_CARRIERS -> "provider's NAT (100.64.0.0/10) only";
      case ONLY_PRIVATE -> "private only: a router or a container";
      default -> "special purposes only";
    };
  }

  private static String next(Lack lack) {
    if (lack.ipv4() == Shortage.ONLY_PRIVATE) {
      return "use --open-port, host networking, " + ELSEWHERE;
    }
    if (lack.ipv6() == Shortage.ONLY_UNIQUE_LOCAL) {
      return "use host networking, --address, " + ELSEWHERE;
    }
    if (lack.ipv6() == Shortage.NOT_WANTED && lack.ipv4() != Shortage.ONLY_CARRIERS) {
      return "leave out --family ipv4, or use " + ELSEWHERE;
    }
    return switch (lack.ipv4()) {
      case NOT_WANTED -> "turn on IPv6 in the router, or leave out --family ipv6";
      case ONLY_CARRIERS -> "ask the provider for IPv6, or use " + ELSEWHERE;
      default -> "turn on IPv6 in the router, or use " + ELSEWHERE;
    };
  }

  private static ErrorText none(String what, String why, String next) {
    return new ErrorText(what, why, next, ExitStatus.NO_ADDRESS);
  }
}
