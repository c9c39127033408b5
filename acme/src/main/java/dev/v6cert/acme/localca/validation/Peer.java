package dev.v6cert.acme.localca.validation;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.localca.order.Problem;
import dev.v6cert.acme.localca.order.ProblemType;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The rule that a subject has to lead to the peer that asks for it. */
final class Peer {

  private Peer() {}

  /**
   * The reason why the subject does not lead to the address; empty where it does. A magic name
   * carries its address, so nobody is asked for it, and no filter of private answers matters.
   */
  static Optional<Problem> fault(
      Subject subject, InetAddress peer, Optional<EmbeddedAddresses> carried, NameLookup lookup) {
    IpAddress own = IpAddress.from(peer);
    List<IpAddress> found;
    try {
      found =
          switch (subject) {
            case Subject.Ip ip -> List.of(ip.address());
            case Subject.Wildcard any ->
                lookup.addresses(any.base()).stream().map(IpAddress::from).toList();
            case Subject.Dns dns ->
                carried.isPresent()
                    ? addresses(carried.get())
                    : lookup.addresses(dns.name()).stream().map(IpAddress::from).toList();
          };
    } catch (IOException e) {
      return Optional.of(
          new Problem(
              ProblemType.DNS, "the name " + subject + " leads nowhere, as seen from here"));
    }
    if (found.contains(own)) {
      return Optional.empty();
    }
    return Optional.of(
        new Problem(
            ProblemType.UNAUTHORIZED,
            subject + " does not lead to " + own + ", from where the request came"));
  }

  private static List<IpAddress> addresses(EmbeddedAddresses carried) {
    return Stream.<Optional<? extends IpAddress>>of(carried.ipv6(), carried.ipv4())
        .flatMap(Optional::stream)
        .<IpAddress>map(address -> address)
        .toList();
  }
}
