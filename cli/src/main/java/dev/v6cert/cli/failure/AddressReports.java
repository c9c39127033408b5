package dev.v6cert.cli.failure;

import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.selection.Rejection;

/** The reports of a machine without a usable address: what it lacks, and where to look. */
final class AddressReports {

  private static final String LOOK = "v6cert addresses shows every address and why it will not do";

  private AddressReports() {}

  static Report report(CliFailure.NoAddress failure) {
    return failure.address().map(AddressReports::refused).orElseGet(() -> lack(failure));
  }

  private static Report refused(CliFailure.Refused refused) {
    Ipv6Address address = refused.address();
    if (refused.why().isEmpty()) {
      return none(address + " is no address of this machine", "", LOOK);
    }
    return switch (refused.why().get()) {
      case Rejection.InterfaceDown down ->
          none(address + " cannot be used", down.toString(), "ip link set " + down.name() + " up");
      case Rejection.Tentative tentative ->
          none(address + " is not usable yet", tentative.toString(), "try again in a few seconds");
      case Rejection why ->
          none(address + " cannot be used", why.toString(), "choose another one; " + LOOK);
    };
  }

  private static Report lack(CliFailure.NoAddress failure) {
    String here = failure.onInterface().map(name -> "the interface " + name).orElse("this machine");
    return switch (failure.shortage()) {
      case NO_ADDRESS ->
          failure.onInterface().isPresent()
              ? none(here + " has no IPv6 address beyond loopback", "", LOOK)
              : none(
                  here + " has no IPv6 address",
                  "no interface has one beyond loopback",
                  "switch IPv6 on in the router, or ask the provider for it");
      case ONLY_LINK_LOCAL ->
          none(
              here + " has no global IPv6 address",
              "it has link-local ones (fe80::) only: no router on the link announces a prefix",
              "switch IPv6 on in the router, or ask the provider for it");
      case ONLY_UNIQUE_LOCAL ->
          none(
              here + " has no global IPv6 address",
              "it has unique local ones (fd00::) only: mostly a container, or NAT66",
              "run it with host networking, or pass the outer address with --address");
      case ONLY_SPECIAL_PURPOSE ->
          none(
              here + " has no IPv6 address that a CA signs",
              "each of its addresses is set aside for a special purpose",
              LOOK);
      case INTERFACE_DOWN ->
          none(
              "the interface of the global IPv6 address is down",
              "",
              "ip link set IFACE up; " + LOOK);
      case DUPLICATE ->
          none(
              "another host on the link has this machine's IPv6 address",
              "duplicate address detection failed",
              "give one of the two another address, or take the interface down and up again");
      case TENTATIVE ->
          none(
              "the IPv6 address is not usable yet",
              "the check that nobody else on the link has it has not ended in time",
              "try again in a few seconds; " + LOOK);
      case INTERFACE_ABSENT, ADDRESS_ABSENT ->
          none(here + " is not there, or has no IPv6 address", "", LOOK);
    };
  }

  private static Report none(String what, String why, String next) {
    return new Report(what, why, next, ExitStatus.NO_ADDRESS);
  }
}
