package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.router.NoMapping;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The texts of everything that can keep a certificate away. */
final class AcmeErrorTexts {

  private static final String OLD_ONE = "the present certificate, if any, is untouched";

  /** The advice where a CA's certificate is refused for its dates. */
  private static final String CLOCK =
      "set the clock: sudo timedatectl set-ntp true; if it is right, the CA's certificate is wrong";

  /** A line of error that a person still reads to its end. */
  private static final int LONGEST_DETAIL = 160;

  /** The libraries' own words are longer, and may have a whole answer of the CA's in them. */
  private static final int LONGEST_CAUSE = 300;

  /** Opened to every user, it opens the ports above, too. */
  private static final int HTTP_PORT = 80;

  private static final int HTTPS_PORT = 443;

  /** The CA's words for "the account that signed is not that of the certificate". */
  private static final Set<String> LOST_ACCOUNT =
      Set.of("unauthorized", "accountDoesNotExist", "malformed");

  private AcmeErrorTexts() {}

  static ErrorText of(AcmeFailure failure) {
    return switch (failure) {
      case AcmeFailure.ValidationFailed failed -> ValidationErrorTexts.of(failed);
      case AcmeFailure.Refused refused ->
          new ErrorText(
              "the CA refused " + step(refused.step()),
              problem(refused.problem()),
              next(refused),
              ExitStatus.REFUSED);
      case AcmeFailure.RateLimited limited ->
          new ErrorText(
              "a limit of the CA is reached",
              problem(limited.problem()),
              later(limited.retryAfter()),
              ExitStatus.TEMPORARY);
      case AcmeFailure.TooEarly early -> tooEarly(early);
      case AcmeFailure.Unreachable unreachable ->
          new ErrorText(
              "cannot reach the CA at " + unreachable.authority(),
              shortened(unreachable.cause(), LONGEST_CAUSE),
              "check the network and the address; --ca-root FILE trusts a private CA",
              ExitStatus.UNAVAILABLE);
      case AcmeFailure.OutOfDate dates ->
          new ErrorText(
              "the CA at " + dates.authority() + " and this machine's clock disagree",
              dates.dates() + ", and the clock here says " + TimeText.of(dates.now()),
              CLOCK,
              ExitStatus.UNAVAILABLE);
      case AcmeFailure.Unavailable unavailable ->
          new ErrorText(
              "the CA at " + unavailable.authority() + " is unavailable now",
              "it answers with HTTP status " + unavailable.status(),
              later(unavailable.retryAfter()),
              ExitStatus.TEMPORARY);
      case AcmeFailure.NotAcme notAcme ->
          new ErrorText(
              "what answers at " + notAcme.authority() + " is not an ACME CA",
              shortened(notAcme.detail(), LONGEST_CAUSE),
              "check the --ca address, and that no proxy or captive portal answers in its place",
              ExitStatus.UNAVAILABLE);
      case AcmeFailure.TimedOut timedOut ->
          new ErrorText(
              "the CA did not finish in " + TimeText.of(timedOut.limit()),
              "it was at " + step(timedOut.step()),
              "run the same command again: it goes on from there",
              ExitStatus.TEMPORARY);
      case AcmeFailure.CannotBind bind -> bind(bind);
      case AcmeFailure.PortHeld held ->
          MappingErrorTexts.of(new NoMapping.Held(held.outer(), held.holder()));
      case AcmeFailure.AddressElsewhere elsewhere ->
          new ErrorText(
              SocketText.of(elsewhere.at()) + " does not lead to v6cert, and the name carries it",
              shortened(elsewhere.why(), LONGEST_CAUSE),
              "free that port on both addresses, or obtain without --dual",
              ExitStatus.NOT_PERMITTED);
      case AcmeFailure.WebrootUnusable webroot ->
          new ErrorText(
              "cannot put the CA's files into " + webroot.webroot(),
              webroot.why(),
              webroot.link().isPresent()
                  ? around(webroot.link().get())
                  : "--webroot is the directory that the web server serves, writable by this user",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.TermsNotAgreed terms ->
          new ErrorText(
              "the CA's terms of service are not agreed to",
              "they are at " + terms.terms(),
              "read them, and add --agree-tos (or agree-tos=true to the settings)",
              ExitStatus.USAGE);
      case AcmeFailure.ExternalAccountRequired required -> AccountErrorTexts.of(required);
      case AcmeFailure.ExternalAccountRefused refused -> AccountErrorTexts.of(refused);
      case AcmeFailure.Unsupported unsupported ->
          new ErrorText(
              "the CA at " + unsupported.authority() + " has no " + unsupported.feature(),
              "",
              "use another CA, or leave the option out",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.ChallengeNotOffered missing ->
          new ErrorText(
              "the CA at "
                  + missing.authority()
                  + " does not offer "
                  + missing.challenge()
                  + " for "
                  + missing.subject(),
              "it offers " + String.join(", ", missing.offered()),
              offered(missing),
              ExitStatus.CONFIGURATION);
      case AcmeFailure.ProfileNotOffered missing ->
          new ErrorText(
              "the CA at "
                  + missing.authority()
                  + " has no certificate profile \""
                  + missing.profile()
                  + "\"",
              missing.offered().isEmpty()
                  ? "it knows no profiles"
                  : "it has " + String.join(", ", missing.offered()),
              "choose another --profile, or leave it out for the CA's own choice",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.BadCertificate bad ->
          new ErrorText(
              "the CA returned a certificate that was not asked for; it is not installed",
              shortened(bad.fault(), LONGEST_CAUSE),
              OLD_ONE,
              ExitStatus.UNAVAILABLE);
      case AcmeFailure.UnreadableCertificate unreadable ->
          new ErrorText(
              "the CA at "
                  + unreadable.authority()
                  + " returned a certificate that cannot be read; it is not installed",
              shortened(unreadable.fault(), LONGEST_CAUSE),
              "report it to the operator of the CA; " + OLD_ONE,
              ExitStatus.UNAVAILABLE);
      case AcmeFailure.BadRoots roots ->
          new ErrorText(
              "cannot use the roots in " + roots.file(),
              roots.cause(),
              "--ca-root takes a PEM file of certificates",
              ExitStatus.CONFIGURATION);
      case AcmeFailure.NoAccount none -> AccountErrorTexts.of(none);
      case AcmeFailure.LocalAuthorityRefusal refusal -> LocalAuthorityErrorTexts.of(refusal);
      case AcmeFailure.RecordFailure record -> TxtRecordErrorTexts.of(record);
      case StoreFailure store -> StateErrorTexts.of(store);
      case DeployFailure deploy -> HookErrorTexts.of(deploy);
      case AcmeFailure.Interrupted _ ->
          new ErrorText("interrupted", OLD_ONE, "", ExitStatus.TEMPORARY);
    };
  }

  /** The advice after a refusal, by its type (RFC 8555 section 6.7). */
  private static String next(AcmeFailure.Refused refused) {
    AcmeProblem refusal = refused.problem();
    if (refused.step() == AcmeFailure.Step.REVOCATION && LOST_ACCOUNT.contains(refusal.type())) {
      return "add --by-key: the certificate's own key can sign, whatever account it was issued to";
    }
    if (refused.step() == AcmeFailure.Step.REVOCATION_BY_KEY) {
      return "leave --by-key out, so that the account signs; else ask the operator of the CA";
    }
    if (refused.step() == AcmeFailure.Step.ACCOUNT && AccountErrorTexts.isAboutContact(refusal)) {
      return AccountErrorTexts.CONTACT;
    }
    return switch (refusal.type()) {
      case "rejectedIdentifier", "unsupportedIdentifier" ->
          "choose another --zone or --domain: this CA signs for no such name";
      case "unauthorized" ->
          "v6cert account show prints the account as the CA has it; --account NAME opens another";
      case "badCSR", "badPublicKey" -> "choose another --key-type";
      default -> OLD_ONE;
    };
  }

  /** The option for a challenge that is offered. */
  private static String offered(AcmeFailure.ChallengeNotOffered missing) {
    List<ChallengeType> known =
        missing.offered().stream().map(ChallengeType::of).flatMap(Optional::stream).toList();
    boolean byTxt =
        ChallengeType.of(missing.challenge()).filter(ChallengeType::isByTxt).isPresent();
    return known.stream()
        .filter(type -> type.isByTxt() == byTxt)
        .findFirst()
        .or(() -> known.stream().findFirst())
        .map(type -> "obtain it with --challenge " + type.id())
        .orElse("use another CA");
  }

  private static ErrorText tooEarly(AcmeFailure.TooEarly early) {
    String until = TimeText.of(early.until());
    return switch (early.reason()) {
      case AUTHORITY_SAID_SO ->
          new ErrorText(
              "the CA at " + early.authority() + " takes no order before " + until,
              "it said so when it was last asked for the same names; it was not asked now",
              "try again then (v6cert renew does so by itself), or use other names or another --ca",
              ExitStatus.TEMPORARY);
      case AUTHORITY_CLOSED ->
          new ErrorText(
              "the CA at " + early.authority() + " takes no order before " + until,
              "it said so when it was last asked for anything; it was not asked now",
              "try again then (v6cert renew does so by itself), or use another --ca",
              ExitStatus.TEMPORARY);
      case WEEKLY_LIMIT ->
          new ErrorText(
              "the next certificate for exactly these names is possible at " + until,
              "Let's Encrypt gives 5 in 7 days, and they are used up; it was not asked",
              "use the present one; or add a name, or use another --zone, --ip or --ca",
              ExitStatus.TEMPORARY);
    };
  }

  private static String wayOut(AcmeFailure.CannotBind bind) {
    return switch (bind.address().getPort()) {
      case ValidationTarget.TxtRecord.DNS_PORT ->
          NameServerText.wayOut(bind.holders(), bind.address().getAddress());
      case HTTP_PORT, HTTPS_PORT ->
          "sudo v6cert check prints how to answer beside it; up takes --https-port; or stop it";
      default -> "stop it, or choose another port";
    };
  }

  private static ErrorText bind(AcmeFailure.CannotBind bind) {
    String what = "cannot listen on " + SocketText.of(bind.address());
    return switch (bind.problem()) {
      case TAKEN -> new ErrorText(what, holders(bind), wayOut(bind), ExitStatus.NOT_PERMITTED);
      case NOT_PERMITTED ->
          new ErrorText(
              what,
              "this user is not allowed to use port "
                  + bind.address().getPort()
                  + (bind.address().getPort() == HTTPS_PORT
                      ? "; up --https-port 8443 needs no root"
                      : ""),
              "run it with sudo, or: sudo sysctl net.ipv4.ip_unprivileged_port_start="
                  + Math.min(bind.address().getPort(), HTTP_PORT),
              ExitStatus.NOT_PERMITTED);
      case NO_SUCH_ADDRESS ->
          new ErrorText(
              what,
              "this machine does not have the address",
              "v6cert addresses lists the ones it has; type one of them",
              ExitStatus.NOT_PERMITTED);
      case OTHER ->
          new ErrorText(what, "", "run it with --debug for the cause", ExitStatus.NOT_PERMITTED);
    };
  }

  private static String holders(AcmeFailure.CannotBind bind) {
    if (bind.holders().isEmpty()) {
      return "another process has the port; run it with sudo to see which";
    }
    return bind.holders().stream().map(AcmeErrorTexts::holder).collect(Collectors.joining(", "));
  }

  private static String holder(CannotBind.Holder holder) {
    return holder.name() + " (process " + holder.pid() + ") has " + SocketText.of(holder.address());
  }

  /** The problem in the CA's words, made short, with its parts. */
  static String problem(AcmeProblem problem) {
    String parts =
        problem.subproblems().stream().map(AcmeErrorTexts::part).collect(Collectors.joining("; "));
    if (problem.detail().isEmpty()) {
      return shortened(parts.isEmpty() ? "its reason: " + problem.type() : parts);
    }
    String whole = detail(problem) + " (" + shortened(problem.type()) + ")";
    return parts.isEmpty() ? whole : whole + ": " + shortened(parts);
  }

  private static String part(AcmeProblem part) {
    String detail = part.detail().isEmpty() ? part.type() : part.detail();
    return part.subject().map(subject -> subject + ": " + detail).orElse(detail);
  }

  private static String detail(AcmeProblem problem) {
    // Go's HTTP client, in Boulder and Pebble, puts the address before the cause.
    return shortened(problem.detail().replaceFirst("^Get \"[^\"]*\": ", ""));
  }

  private static String shortened(String text) {
    return shortened(text, LONGEST_DETAIL);
  }

  private static String shortened(String text, int limit) {
    return text.length() > limit ? text.substring(0, limit) + "..." : text;
  }

  private static String later(Optional<Duration> retryAfter) {
    return retryAfter
        .map(wait -> "try again in " + TimeText.of(wait))
        .orElse("try again later; v6cert renew does so by itself");
  }

  private static String step(AcmeFailure.Step step) {
    return switch (step) {
      case DIRECTORY -> "the directory";
      case ACCOUNT -> "the account";
      case ORDER -> "the order";
      case AUTHORIZATION -> "the validation";
      case FINALIZE -> "the certificate request";
      case DOWNLOAD -> "the download";
      case REVOCATION -> "the revocation";
      case REVOCATION_BY_KEY -> "the revocation by the certificate's own key";
    };
  }

  private static String around(AcmeFailure.WebrootLink link) {
    return link.instead()
        .map(webroot -> "where it leads can be written to: --webroot " + webroot)
        .orElse(
            "put a directory in the place of the link, or answer beside the web server:"
                + " v6cert check shows how");
  }
}
