package dev.v6cert.cli.failure;

/** The reports of a machine without a usable address: what it lacks, and where to look. */
final class AddressReports {

  private static final String LOOK = "v6cert addresses shows every address and why it will not do";

  private AddressReports() {}

  static Report report(CliFailure.NoAddress failure) {
    String wanted = failure.wanted().orElse("");
    return switch (failure.shortage()) {
      case NO_ADDRESS ->
          none(
              "this machine has no IPv6 address",
              "no interface has one beyond loopback",
              "switch IPv6 on in the router, or ask the provider for it");
      case ONLY_LINK_LOCAL ->
          none(
              "this machine has no global IPv6 address",
              "it has link-local ones (fe80::) only: no router on the link announces a prefix",
              "switch IPv6 on in the router, or ask the provider for it");
      case ONLY_UNIQUE_LOCAL ->
          none(
              "this machine has no global IPv6 address",
              "it has unique local ones (fd00::) only: mostly a container, or NAT66",
              "run it with host networking, or pass the outer address with --address");
      case ONLY_SPECIAL_PURPOSE ->
          none(
              "this machine has no IPv6 address that a CA signs",
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
      case INTERFACE_ABSENT -> none("no interface " + wanted + " with an IPv6 address", "", LOOK);
      case ADDRESS_ABSENT -> none(wanted + " is no address of this machine", "", LOOK);
    };
  }

  private static Report none(String what, String why, String next) {
    return new Report(what, why, next, ExitStatus.NO_ADDRESS);
  }
}
