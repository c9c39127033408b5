package dev.v6cert.cli.failure;

import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.ipv6.router.NoMapping;
import dev.v6cert.ipv6.router.OuterPort;

/** The texts of a router that leads no port to this machine. */
final class MappingErrorTexts {

  private static final String OTHER_WAYS =
      "turn on IPv6 in the router, or ask the provider for a public address";

  private MappingErrorTexts() {}

  static ErrorText of(NoMapping reason) {
    return switch (reason) {
      case NoMapping.NoRouter _ ->
          new ErrorText(
              "--open-port: there is no IPv4 router to ask",
              "no default route leads to one",
              "ip -4 route shows the routes; leave --open-port out, or pass --address",
              ExitStatus.NO_ADDRESS);
      case NoMapping.BehindAnother behind ->
          new ErrorText(
              "the router has no public IPv4 address: it is behind another router",
              behind
                  .outside()
                  .map(address -> "its outer address is " + address + ", a private one")
                  .orElse("it says that it has no outer address of use"),
              "set the outer router to bridge mode, or map the port there, too, and pass --address",
              ExitStatus.NO_ADDRESS);
      case NoMapping.BehindCarrier behind ->
          new ErrorText(
              "the router has no public IPv4 address: it is behind the provider's NAT",
              "its outer address is " + behind.outside() + ", where nobody gets in",
              OTHER_WAYS,
              ExitStatus.NO_ADDRESS);
      case NoMapping.Held held ->
          new ErrorText(
              held.outer().text() + " of the router leads to another machine",
              "a mapping to " + held.holder() + " has it",
              "take that mapping away in the router, or answer on that machine",
              ExitStatus.NOT_PERMITTED);
      case NoMapping.SamePortOnly same ->
          new ErrorText(
              "the router leads its "
                  + same.outer().text()
                  + " to port "
                  + same.outer().number()
                  + " here only",
              "its answer to UPnP is error 724",
              "leave out --http-port and --tls-port, and run it with sudo",
              ExitStatus.NOT_PERMITTED);
      case NoMapping.Refused refused ->
          new ErrorText(
              "the router does not lead its " + refused.outer().text() + " to this machine",
              String.join("; ", refused.reasons()),
              "allow UPnP or PCP for "
                  + ports(refused.outer())
                  + " in the router, or forward by hand and pass --address",
              ExitStatus.NOT_PERMITTED);
    };
  }

  /** All ports that the challenge needs: for DNS queries those of both protocols. */
  private static String ports(OuterPort one) {
    return one.number() == ValidationTarget.TxtRecord.DNS_PORT
        ? "UDP and TCP port " + one.number()
        : one.text();
  }
}
