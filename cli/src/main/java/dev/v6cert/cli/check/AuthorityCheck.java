package dev.v6cert.cli.check;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.client.AuthorityProbe;
import dev.v6cert.acme.client.CertificateDates;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.terminal.TimeText;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the CA answers, over each family of addresses that it has, and what time it has.
 *
 * @param findings about the CA, and about this machine's clock where the CA told the time
 * @param identities the CA's domains in CAA records, as far as it told
 */
public record AuthorityCheck(List<Finding> findings, List<String> identities) {

  private static final String CHECK = "ca";
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(1);

  public AuthorityCheck {
    findings = List.copyOf(findings);
    identities = List.copyOf(identities);
  }

  /** The result of one address family. */
  private record Try(
      String family, Optional<AuthorityProbe> probe, String failure, Optional<String> dates) {

    String text() {
      return probe.isPresent() ? "over " + family : "not over " + family + " (" + failure + ")";
    }
  }

  /** Asks the CA. */
  public static AuthorityCheck of(CertificateAuthority authority, Clock clock) {
    String host = AuthorityProbe.host(authority);
    List<Try> tries = new ArrayList<>();
    try {
      List<InetAddress> addresses = List.of(InetAddress.getAllByName(host));
      for (boolean v6 : new boolean[] {true, false}) {
        Optional<InetAddress> first =
            addresses.stream().filter(it -> it instanceof Inet6Address == v6).findFirst();
        if (first.isPresent()) {
          tries.add(attempt(authority, first.get(), v6 ? "IPv6" : "IPv4"));
        }
      }
    } catch (UnknownHostException e) {
      return failed("no address found for " + host);
    } catch (AcmeFailureException e) {
      return new AuthorityCheck(
          List.of(Finding.fail(CHECK, ErrorTexts.of(e.failure()))), List.of());
    }
    return tries.stream()
        .map(Try::dates)
        .flatMap(Optional::stream)
        .findFirst()
        .map(dates -> new AcmeFailure.OutOfDate(authority.directory(), dates, clock.instant()))
        .map(failure -> Finding.fail("clock", ErrorTexts.of(failure)))
        .map(finding -> new AuthorityCheck(List.of(finding), List.of()))
        .orElseGet(() -> of(host, tries, clock));
  }

  private static Try attempt(CertificateAuthority authority, InetAddress address, String family)
      throws AcmeFailureException {
    try {
      return new Try(
          family, Optional.of(AuthorityProbe.at(authority, address)), "", Optional.empty());
    } catch (IOException e) {
      String message = e.getMessage();
      String why = message == null ? e.getClass().getSimpleName() : message;
      return new Try(family, Optional.empty(), why, CertificateDates.fault(e));
    }
  }

  private static AuthorityCheck of(String host, List<Try> tries, Clock clock) {
    Optional<AuthorityProbe> answer =
        tries.stream().map(Try::probe).flatMap(Optional::stream).findFirst();
    String text = String.join(", ", tries.stream().map(Try::text).toList());
    if (answer.isEmpty()) {
      return failed(host + " answers " + text);
    }
    List<Finding> findings = new ArrayList<>();
    boolean only4 = tries.getFirst().family().equals("IPv6") && tries.getFirst().probe().isEmpty();
    findings.add(
        only4
            ? Finding.warn(
                CHECK,
                host + " answers " + text,
                "see why IPv6 fails outward: the CA's connections to this machine may fail, too")
            : Finding.ok(CHECK, host + " answers " + text));
    answer
        .get()
        .time()
        .ifPresent(theirs -> findings.add(clock(Duration.between(theirs, clock.instant()))));
    return new AuthorityCheck(findings, answer.get().identities());
  }

  private static AuthorityCheck failed(String text) {
    return new AuthorityCheck(
        List.of(
            Finding.fail(
                CHECK,
                text,
                "check the network and the --ca address; --ca-root FILE trusts a private CA",
                ExitStatus.UNAVAILABLE)),
        List.of());
  }

  private static Finding clock(Duration ahead) {
    String difference = TimeText.of(ahead.abs()) + (ahead.isNegative() ? " behind" : " ahead of");
    return ahead.abs().compareTo(TOLERATED_SKEW) > 0
        ? Finding.warn(
            "clock",
            "this machine's clock is " + difference + " the CA's",
            "set it: timedatectl set-ntp true")
        : Finding.ok("clock", "this machine's clock agrees with the CA's");
  }
}
