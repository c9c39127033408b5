package dev.v6cert.cli.check;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.Responder;
import dev.v6cert.cli.check.WebServer.ServedNames;
import dev.v6cert.cli.failure.ErrorText;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.failure.FirewallText;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.firewall.Firewall;
import dev.v6cert.ipv6.firewall.FirewallVerdict;
import dev.v6cert.ipv6.firewall.InboundConnection;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The checks that look at this machine alone, and so cost next to nothing. */
public final class LocalChecks {

  /** The name of the check of the packet filter. */
  public static final String FIREWALL = "firewall";

  private static final String PORT = "port";

  private LocalChecks() {}

  /** Whether packets find their way to the Internet. */
  public static Finding route(IpFamily family) throws IOException {
    Optional<String> through =
        new AddressFinder().look(new AddressSelector().of(family)).listing().routes().of(family);
    return through
        .map(name -> Finding.ok("route", "the default route goes through " + name))
        .orElseGet(() ->
            Finding.warn(
                "route",
                "there is no default route for " + family + ": the CA's connections get no answer",
                "ip -"
                    + (family == IpFamily.IPV6 ? 6 : 4)
                    + " route shows the routes; the router or the provider has to announce one"));
  }

  /**
   * Whether the place to answer the CA is free: it is taken for a moment.
   *
   * @param subjects what the certificate is to be for, by any of the names that may be taken
   */
  public static Finding port(ChallengeSolver solver, Collection<Subject> subjects) {
    try (Responder responder = solver.start(_ -> {})) {
      return Finding.ok(
          PORT,
          responder.addresses().isEmpty()
              ? elsewhere(solver)
              : "can answer the CA on " + SocketText.of(responder.addresses()));
    } catch (AcmeFailureException e) {
      Finding finding = Finding.fail(PORT, taken(ErrorTexts.of(e.failure()), e.failure()));
      return e.failure() instanceof AcmeFailure.CannotBind bind
              && solver.port() == ChallengeType.HTTP_01.port()
          ? beside(finding, bind.holders(), subjects)
          : finding;
    }
  }

  private static String elsewhere(ChallengeSolver solver) {
    return solver.port() == ChallengeType.DNS_01.port()
        ? "v6cert dns-server has port 53, and answers the CA with records of obtain"
        : "the files for the CA can be put into the web server's directory";
  }

  /** The error, with what to type where another process has the port. */
  private static ErrorText taken(ErrorText error, AcmeFailure failure) {
    return failure instanceof AcmeFailure.CannotBind bind
            && bind.problem() == AcmeFailure.BindProblem.TAKEN
            && bind.address().getPort() != ChallengeType.DNS_01.port()
        ? new ErrorText(
            error.what(),
            error.why(),
            "stop it for a moment (--pre-hook, --post-hook); or answer beside it:"
                + " --webroot DIR, --http-port PORT"
                + (bind.address().getPort() == ChallengeType.TLS_ALPN_01.port()
                    ? ""
                    : ", --challenge tls-alpn-01"),
            error.status())
        : error;
  }

  /** The lines that let the CA through to us behind a web server that has the port. */
  private static Finding beside(
      Finding finding, List<CannotBind.Holder> holders, Collection<Subject> subjects) {
    ServedNames site = ServedNames.of(subjects);
    return holders.stream()
        .map(holder -> WebServer.of(holder.name()))
        .flatMap(Optional::stream)
        .findFirst()
        .map(server ->
            finding.pasting(
                "sudo v6cert obtain --http-port "
                    + WebServer.BEHIND_PORT
                    + " --http-address "
                    + WebServer.BEHIND_ADDRESS
                    + ", with these lines in "
                    + server.file(),
                server.lines(site)))
        .orElse(finding);
  }

  /** Whether this machine's own packet filter lets the CA in. */
  public static Finding firewall(InboundConnection connection) throws InterruptedException {
    String port = connection.portText();
    return switch (Firewall.read(connection)) {
      case FirewallVerdict.Open open ->
          Finding.ok(FIREWALL, FirewallText.name(open.keeper()) + " lets " + port + " in");
      case FirewallVerdict.NoRules _ -> Finding.ok(FIREWALL, "this machine filters nothing");
      case FirewallVerdict.Closed closed ->
          Finding.fail(
              FIREWALL,
              FirewallText.reason(closed, connection.transport(), connection.port()),
              FirewallText.opening(
                  closed.keeper(), closed.chain(), connection.transport(), connection.port()),
              ExitStatus.NOT_PERMITTED);
      case FirewallVerdict.Unclear unclear ->
          Finding.warn(
              FIREWALL,
              (unclear.open() ? "lets " : "keeps ")
                  + port
                  + (unclear.open() ? " in" : " out")
                  + ", unless this rule of "
                  + unclear.chain()
                  + " says otherwise: "
                  + unclear.rules().getFirst(),
              unclear.open()
                  ? "v6cert check --staging-order proves whether the CA gets in"
                  : FirewallText.opening(
                      unclear.keeper(),
                      unclear.chain(),
                      connection.transport(),
                      connection.port()));
      case FirewallVerdict.Unreadable unreadable ->
          Finding.warn(
              FIREWALL,
              "the rules of this machine's packet filter cannot be read: " + unreadable.why(),
              "sudo v6cert check");
    };
  }
}
