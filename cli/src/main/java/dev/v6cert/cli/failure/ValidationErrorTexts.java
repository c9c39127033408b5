package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The texts of a failed validation: what the CA says, joined with what the responder saw. */
final class ValidationErrorTexts {

  private static final String AGAIN = ", then try again";

  private ValidationErrorTexts() {}

  static ErrorText of(AcmeFailure.ValidationFailed failed) {
    AcmeFailure.FailedValidation first = failed.validations().getFirst();
    String others =
        failed.validations().size() == 1
            ? ""
            : " and " + (failed.validations().size() - 1) + " more";
    return new ErrorText(
        "the CA could not validate " + first.subject() + others,
        seen(first) + AcmeErrorTexts.problem(first.problem()),
        next(first),
        ExitStatus.REFUSED);
  }

  /** The port of this machine that the CA, or its resolver, was to come in at. */
  private static int port(AcmeFailure.FailedValidation one) {
    return one.target() instanceof ValidationTarget.Port(int number)
        ? number
        : ValidationTarget.TxtRecord.DNS_PORT;
  }

  private static String seen(AcmeFailure.FailedValidation one) {
    int port = port(one);
    if (!one.filter().isEmpty()) {
      return FirewallText.reason(one.filter()) + ": ";
    }
    return switch (one.diagnosis()) {
      case NOBODY_CONNECTED ->
          "nobody connected to port " + port + " here, and the CA got no answer: ";
      case CONNECTION_REFUSED ->
          "nobody connected to port " + port + " here, and the CA was turned away: ";
      case NOTHING_HANDS_ON ->
          "nothing took the CA's connection to port " + port + " and forwarded it to v6cert: ";
      case CONNECTED_ELSEWHERE -> "the CA connected to an address that is not this machine's: ";
      case ANOTHER_ADDRESS_OF_OURS ->
          "the CA asks at the address that the order came from, and v6cert answered at another: ";
      case LED_ELSEWHERE -> "the name does not lead here: ";
      case ASKED_ANOTHER_TOKEN -> "it asked here for a token that is not ours: ";
      case ANOTHER_SERVER_ANSWERED -> "another server answered in our place: ";
      case FILE_NOT_SERVED -> "the web server does not serve what is put into --webroot: ";
      case WEB_SERVER_SILENT -> "the CA cannot connect to the web server of --webroot: ";
      case NAME_NOT_RESOLVED -> "the CA cannot resolve the name: ";
      case ANSWERED_IN_PART -> answered(one.requests()) + " were answered here, others not: ";
      case ANSWERED_YET_REFUSED -> answered(one.requests()) + " were answered here, yet: ";
      case NOBODY_ASKED -> "no DNS query for the record reached port 53 here: ";
      case RECORD_NOT_SEEN -> "the CA did not see the TXT record that was published: ";
      case FORBIDDEN_BY_CAA -> "a CAA record forbids this CA: ";
      case UNKNOWN -> "";
    };
  }

  private static String answered(List<ChallengeRequest> requests) {
    List<ChallengeRequest> answered =
        requests.stream()
            .filter(request -> request.answer() == ChallengeRequest.Answer.KEY_AUTHORIZATION)
            .toList();
    String from =
        answered.stream()
            .map(request -> text(request.from().getAddress()))
            .distinct()
            .limit(3)
            .collect(Collectors.joining(", "));
    return answered.size() + " requests" + (from.isEmpty() ? "" : " from " + from);
  }

  private static String text(InetAddress address) {
    return Ipv6Address.from(address).map(Ipv6Address::toString).orElse(address.getHostAddress());
  }

  /** The one most likely cure. */
  private static String next(AcmeFailure.FailedValidation one) {
    int port = port(one);
    if (!one.filter().isEmpty()) {
      return one.filter().stream().map(FirewallText::opening).collect(Collectors.joining(" && "));
    }
    return switch (one.diagnosis()) {
      case NOBODY_CONNECTED ->
          "open TCP port "
              + port
              + family(one.subject())
              + " in the router (or --open-port); v6cert check looks at this machine";
      case CONNECTION_REFUSED ->
          "a firewall rejects port "
              + port
              + ", this machine's or the router's; v6cert check looks at this machine's";
      case NOTHING_HANDS_ON ->
          "start the web server that forwards port "
              + port
              + ", or leave out --"
              + (port == 443 ? "tls" : "http")
              + "-port; a router that maps it may have another outer address than it says";
      case CONNECTED_ELSEWHERE ->
          "take the addresses of other machines, IPv4 too, out of the DNS of " + one.subject();
      case ANOTHER_ADDRESS_OF_OURS ->
          "choose the address that the CA names: --address, without --family and --interface";
      case LED_ELSEWHERE ->
          "have the CA's host look " + one.subject() + " up as this machine's address, or use --ip";
      case ASKED_ANOTHER_TOKEN -> "stop the other ACME client that validates this name" + AGAIN;
      case ANOTHER_SERVER_ANSWERED ->
          "see who answers "
              + (port == 443 ? "https://" : "http://")
              + host(one)
              + "/ from outside; the DNS or a proxy leads there";
      case FILE_NOT_SERVED ->
          "name the directory that it serves as http://" + host(one) + "/, or use --http-port";
      case WEB_SERVER_SILENT ->
          "check that it listens on [::]:"
              + port
              + ", and that the router and the firewall let the CA in";
      case NAME_NOT_RESOLVED -> "check that the zone works: v6cert check asks its name servers";
      case NOBODY_ASKED ->
          "open UDP and TCP port 53"
              + family(one.subject())
              + " in the router (or --open-port); v6cert check --wildcard looks at this machine";
      case RECORD_NOT_SEEN ->
          "see what the zone's name servers say: dig TXT _acme-challenge." + base(one);
      case ANSWERED_IN_PART ->
          "open port " + port + " to the whole world, no country or network left out" + AGAIN;
      case ANSWERED_YET_REFUSED, UNKNOWN -> "try again in a few minutes; --dry-run costs no quota";
      case FORBIDDEN_BY_CAA -> "use another --zone or --ca, or correct the CAA record";
    };
  }

  /** The family that the subject leads to, where it carries its address. */
  private static String family(Subject subject) {
    Optional<IpFamily> family =
        switch (subject) {
          case Subject.Ip ip -> Optional.of(ip.address().family());
          case Subject.Dns dns -> family(dns.name());
          case Subject.Wildcard any -> family(any.base());
        };
    return family.map(one -> " for " + one).orElse("");
  }

  private static Optional<IpFamily> family(HostName name) {
    EmbeddedAddresses carried = MagicName.parse(name.text());
    return carried.ipv6().isPresent()
        ? Optional.of(IpFamily.IPV6)
        : carried.ipv4().map(_ -> IpFamily.IPV4);
  }

  private static String base(AcmeFailure.FailedValidation one) {
    return one.subject() instanceof Subject.Wildcard any
        ? any.base().text()
        : one.subject().value();
  }

  private static String host(AcmeFailure.FailedValidation one) {
    String subject = one.subject().toString();
    return subject.contains(":") ? "[" + subject + "]" : subject;
  }
}
