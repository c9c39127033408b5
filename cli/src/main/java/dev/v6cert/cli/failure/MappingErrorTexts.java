package dev.v6cert.cli.failure;

import dev.v6cert.ipv6.router.NoMapping;

/** The texts of a router that leads no port to this machine. */
final class MappingErrorTexts {

  private static final String OTHER_WAYS =
      "switch IPv6 on in the router, or ask the provider for a public address";

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
              "set the outer router to bridge mode, or map port 80 there, too, and pass --address",
              ExitStatus.NO_ADDRESS);
      case NoMapping.BehindCarrier behind ->
          new ErrorText(
              "the router has no public IPv4 address: it is behind the provider's NAT",
              "its outer address is " + behind.outside() + ", where nobody gets in",
              OTHER_WAYS,
              ExitStatus.NO_ADDRESS);
      case NoMapping.Held held ->
          new ErrorText(
              "port " + held.port() + " of the router leads to another machine",
              "a mapping to " + held.holder() + " has it",
              "take that mapping away in the router, or answer on that machine",
              ExitStatus.NOT_PERMITTED);
      case NoMapping.SamePortOnly same ->
          new ErrorText(
              "the router leads its port " + same.port() + " to port " + same.port() + " here only",
              "its answer to UPnP is error 724",
              "leave out --http-port and --tls-port, and run it with sudo",
              ExitStatus.NOT_PERMITTED);
      case NoMapping.Refused refused ->
          new ErrorText(
              "the router leads none of its ports to this machine",
              String.join("; ", refused.reasons()),
              "allow UPnP or PCP for port 80 in the router, or forward it by hand and pass"
                  + " --address",
              ExitStatus.NOT_PERMITTED);
    };
  }
}
