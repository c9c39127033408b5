package dev.v6cert.cli.failure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.BindProblem;
import dev.v6cert.acme.AcmeFailure.CannotBind;
import dev.v6cert.acme.AcmeFailure.Step;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.DeployFailure;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.StoreFailure;
import dev.v6cert.acme.StoreFailure.StateProblem;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.verify.Endpoint;
import dev.v6cert.acme.verify.ServedCertificate;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.router.OuterPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.FieldSource;

class ErrorTextsTest {

  private static final URI CA = URI.create("https://ca.example/dir");
  private static final AcmeProblem PROBLEM = AcmeProblem.of("connection", "no route to host");
  private static final InetSocketAddress SOCKET =
      new InetSocketAddress(InetAddress.ofLiteral("2001:db8::1"), 80);

  private static final HookResult PRE_HOOK =
      new HookResult(
          HookKind.PRE, "x", Instant.EPOCH, 3, false, Duration.ofSeconds(1), "a\nbad luck\n");

  record Row(AcmeFailure failure, ExitStatus status, String fragment) {}

  private static AcmeFailure refusal(String type) {
    return new AcmeFailure.Refused(Step.ORDER, AcmeProblem.of(type, "no"));
  }

  private static AcmeFailure webrootWithLink(Optional<Path> instead) {
    AcmeFailure.WebrootLink link =
        new AcmeFailure.WebrootLink(Path.of("/srv/.well-known"), instead);
    return new AcmeFailure.WebrootUnusable(Path.of("/srv"), "it is a link", Optional.of(link));
  }

  static final List<Row> ROWS =
      List.of(
          new Row(
              ValidationErrorTextsTest.failed(Diagnosis.UNKNOWN),
              ExitStatus.REFUSED,
              "www.example.org"),
          new Row(new AcmeFailure.Refused(Step.ORDER, PROBLEM), ExitStatus.REFUSED, "the order"),
          new Row(
              new AcmeFailure.RateLimited(Step.ORDER, PROBLEM, Optional.of(Duration.ofHours(3))),
              ExitStatus.TEMPORARY,
              "3h"),
          new Row(
              new AcmeFailure.Unreachable(CA, "connection refused"),
              ExitStatus.UNAVAILABLE,
              CA.toString()),
          new Row(
              new AcmeFailure.Unavailable(CA, 503, Optional.empty()), ExitStatus.TEMPORARY, "503"),
          new Row(new AcmeFailure.NotAcme(CA, "HTML"), ExitStatus.UNAVAILABLE, "not an ACME CA"),
          new Row(
              new AcmeFailure.TimedOut(Step.DOWNLOAD, Duration.ofMinutes(5)),
              ExitStatus.TEMPORARY,
              "5min"),
          new Row(
              new AcmeFailure.CannotBind(
                  SOCKET, BindProblem.TAKEN, List.of(new CannotBind.Holder(SOCKET, 42, "nginx"))),
              ExitStatus.NOT_PERMITTED,
              "nginx (process 42) has [2001:db8::1]:80"),
          new Row(
              new AcmeFailure.CannotBind(SOCKET, BindProblem.NOT_PERMITTED, List.of()),
              ExitStatus.NOT_PERMITTED,
              "is not allowed to use port 80"),
          new Row(
              new AcmeFailure.CannotBind(
                  new InetSocketAddress(SOCKET.getAddress(), 443),
                  BindProblem.NOT_PERMITTED,
                  List.of()),
              ExitStatus.NOT_PERMITTED,
              "port 443; up --https-port 8443 needs no root"),
          new Row(
              new AcmeFailure.PortHeld(OuterPort.tcp(80), "192.168.1.7:8080"),
              ExitStatus.NOT_PERMITTED,
              "192.168.1.7"),
          new Row(
              new AcmeFailure.AddressElsewhere(SOCKET, "HTTP 404"),
              ExitStatus.NOT_PERMITTED,
              "[2001:db8::1]:80 does not lead to v6cert"),
          new Row(
              new AcmeFailure.WebrootUnusable(Path.of("/srv"), "it is a file"),
              ExitStatus.CONFIGURATION,
              "/srv"),
          new Row(
              webrootWithLink(Optional.of(Path.of("/var/acme"))),
              ExitStatus.CONFIGURATION,
              "--webroot /var/acme"),
          new Row(
              webrootWithLink(Optional.empty()),
              ExitStatus.CONFIGURATION,
              "v6cert check shows how"),
          new Row(
              new AcmeFailure.RecordHookFailed(
                  HostName.of("a.test"), 3, false, Duration.ofSeconds(1), "bad luck"),
              ExitStatus.TEMPORARY,
              "failed with status 3"),
          new Row(
              new AcmeFailure.RecordHookFailed(
                  HostName.of("a.test"), -1, true, Duration.ofSeconds(9), ""),
              ExitStatus.TEMPORARY,
              "cut off after 9s"),
          new Row(
              new AcmeFailure.RecordNotShown(
                  HostName.of("_acme-challenge.a.test"),
                  Duration.ofMinutes(5),
                  List.of("ns.a.test (::1) does not have it")),
              ExitStatus.TEMPORARY,
              "ns.a.test (::1)"),
          new Row(
              new AcmeFailure.RecordNotTaken(
                  AcmeFailure.RecordProblem.UNAVAILABLE, "ns1 does not", "its words", "do this"),
              ExitStatus.UNAVAILABLE,
              "ns1 does not"),
          new Row(
              new AcmeFailure.RecordNotTaken(
                  AcmeFailure.RecordProblem.NOT_PERMITTED, "ns1 does not", "its words", "do this"),
              ExitStatus.NOT_PERMITTED,
              "ns1 does not"),
          new Row(
              new AcmeFailure.RecordNotTaken(
                  AcmeFailure.RecordProblem.CONFIGURATION, "ns1 does not", "its words", "do this"),
              ExitStatus.CONFIGURATION,
              "ns1 does not"),
          new Row(
              new StoreFailure.Busy(Path.of("/state"), Optional.of(7L)),
              ExitStatus.TEMPORARY,
              "process 7"),
          new Row(new AcmeFailure.TermsNotAgreed(CA), ExitStatus.USAGE, "--agree-tos"),
          new Row(
              new AcmeFailure.ExternalAccountRequired(CA), ExitStatus.CONFIGURATION, "--eab-kid"),
          new Row(
              new AcmeFailure.Unsupported(CA, "http-01"),
              ExitStatus.CONFIGURATION,
              "has no http-01"),
          new Row(
              new AcmeFailure.ChallengeNotOffered(
                  CA,
                  Subject.parse("*.a.test"),
                  "dns-account-01",
                  List.of("new-01", "http-01", "dns-01")),
              ExitStatus.CONFIGURATION,
              "it offers new-01, http-01, dns-01\nobtain it with --challenge dns-01"),
          new Row(
              new AcmeFailure.TooEarly(
                  CA, List.of(), Instant.EPOCH, AcmeFailure.EarlyReason.WEEKLY_LIMIT),
              ExitStatus.TEMPORARY,
              "possible at 1970-01-01 00:00 UTC"),
          new Row(
              new AcmeFailure.ProfileNotOffered(CA, "tiny", List.of("classic", "shortlived")),
              ExitStatus.CONFIGURATION,
              "it has classic, shortlived"),
          new Row(
              new AcmeFailure.UnreadableCertificate(CA, "the subject is empty"),
              ExitStatus.UNAVAILABLE,
              "the subject is empty"),
          new Row(
              new AcmeFailure.OutOfDate(CA, "its certificate was valid until then", Instant.EPOCH),
              ExitStatus.UNAVAILABLE,
              "set the clock"),
          new Row(
              new AcmeFailure.BadCertificate("another key"),
              ExitStatus.UNAVAILABLE,
              "not installed"),
          new Row(
              new AcmeFailure.BadRoots(Path.of("ca.pem"), "no PEM"),
              ExitStatus.CONFIGURATION,
              "ca.pem"),
          new Row(
              new DeployFailure.HookFailed(new LineageName("web"), PRE_HOOK),
              ExitStatus.TEMPORARY,
              "bad luck"),
          new Row(
              new DeployFailure.NotServed(
                  new LineageName("web"),
                  new Endpoint("::1", 443),
                  Optional.of(new ServedCertificate("beef", "CN=old", Instant.EPOCH)),
                  ""),
              ExitStatus.TEMPORARY,
              "serial beef"),
          new Row(
              new StoreFailure.FileExists(Path.of("a.p12")), ExitStatus.CONFIGURATION, "--force"),
          new Row(
              new StoreFailure.FileUnwritable(Path.of("a.p12"), "disk full"),
              ExitStatus.CONFIGURATION,
              "--out"),
          new Row(
              new StoreFailure.FileUnusable(Path.of("a.pem"), "it is empty"),
              ExitStatus.CONFIGURATION,
              "PKCS#8"),
          new Row(
              new AcmeFailure.ChallengeNotOffered(
                  CA,
                  Subject.parse("*.a.test"),
                  "dns-account-01",
                  List.of("new-01", "http-01", "dns-01")),
              ExitStatus.CONFIGURATION,
              "it offers new-01, http-01, dns-01\nobtain it with --challenge dns-01"),
          new Row(
              new AcmeFailure.TooEarly(
                  CA, List.of(), Instant.EPOCH, AcmeFailure.EarlyReason.AUTHORITY_CLOSED),
              ExitStatus.TEMPORARY,
              "takes no order before 1970-01-01 00:00 UTC"),
          new Row(refusal("rejectedIdentifier"), ExitStatus.REFUSED, "another --zone"),
          new Row(refusal("unauthorized"), ExitStatus.REFUSED, "--account NAME"),
          new Row(
              new AcmeFailure.Refused(Step.REVOCATION, AcmeProblem.of("unauthorized", "no")),
              ExitStatus.REFUSED,
              "--by-key"),
          new Row(
              new AcmeFailure.Refused(Step.ACCOUNT, AcmeProblem.of("malformed", "no e-mail")),
              ExitStatus.REFUSED,
              "--email"),
          new Row(
              new AcmeFailure.ExternalAccountRefused(CA, PROBLEM), ExitStatus.REFUSED, "--eab-kid"),
          new Row(
              new AcmeFailure.ExternalAccountRefused(CA, AcmeProblem.of("serverInternal", "")),
              ExitStatus.TEMPORARY,
              "--eab-kid"),
          new Row(
              new AcmeFailure.Refused(
                  Step.REVOCATION_BY_KEY, AcmeProblem.of("accountDoesNotExist", "")),
              ExitStatus.REFUSED,
              "leave --by-key out"),
          new Row(refusal("badCSR"), ExitStatus.REFUSED, "another --key-type"),
          new Row(new AcmeFailure.NoAccount(CA), ExitStatus.CONFIGURATION, "--by-key"),
          new Row(
              new StoreFailure.GroupUnusable("ssl-cert", false, ""),
              ExitStatus.CONFIGURATION,
              "no group ssl-cert"),
          new Row(
              new AcmeFailure.NotPrivate(Subject.parse("www.test"), "it is public"),
              ExitStatus.USAGE,
              "leave out --ca local"),
          new Row(
              new AcmeFailure.BeforeRoot(Instant.EPOCH, Instant.EPOCH.plusSeconds(1)),
              ExitStatus.CONFIGURATION,
              "set the clock"),
          new Row(
              new AcmeFailure.RootEnded(Instant.EPOCH),
              ExitStatus.CONFIGURATION,
              "v6cert local-ca rotate"),
          new Row(
              new AcmeFailure.NoLocalAuthority(),
              ExitStatus.CONFIGURATION,
              "v6cert obtain --ca local"),
          new Row(new AcmeFailure.Interrupted(), ExitStatus.TEMPORARY, "interrupted"));

  @Test
  void whatALibraryBeginsWhenTheProcessEndsIsNoFault() {
    Throwable late =
        new ExceptionInInitializerError(new IllegalStateException("Shutdown in progress"));

    assertThat(ErrorTexts.of(late).what()).isEqualTo("interrupted");
    assertThat(ErrorTexts.of(new IllegalStateException("else")).status()).isEqualTo(ExitStatus.BUG);
  }

  @Test
  void anInterruptionThatALibraryWrapsIsNoFault() {
    Throwable wrapped = new IllegalStateException(new InterruptedException());

    assertThat(ErrorTexts.of(wrapped).what()).isEqualTo("interrupted");
  }

  @ParameterizedTest
  @FieldSource("ROWS")
  void aFailureHasItsCodeAndAtMostThreeLines(Row row) {
    ErrorText error = ErrorTexts.of(new AcmeFailureException(row.failure()));

    assertThat(error.status()).isEqualTo(row.status());
    assertThat(error.lines()).hasSizeBetween(1, 3);
    assertThat(String.join("\n", error.lines())).contains(row.fragment());
  }

  @Test
  void noKindOfFailureIsLeftOutOfTheseRows() {
    Set<Class<?>> kinds = kinds(AcmeFailure.class);
    assertThat(kinds).contains(StoreFailure.Busy.class, DeployFailure.NotServed.class);
    ROWS.forEach(row -> kinds.remove(row.failure().getClass()));

    assertThat(kinds).containsExactly(StoreFailure.StateUnusable.class);
  }

  private static Set<Class<?>> kinds(Class<?> sealed) {
    Set<Class<?>> kinds = new HashSet<>();
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (kind.isSealed()) {
        kinds.addAll(kinds(kind));
      } else {
        kinds.add(kind);
      }
    }
    return kinds;
  }

  @ParameterizedTest
  @EnumSource(StateProblem.class)
  void everyProblemWithTheStateIsOneOfConfiguration(StateProblem problem) {
    ErrorText error =
        ErrorTexts.of(new StoreFailure.StateUnusable(Path.of("/state"), problem, "why"));

    assertThat(error.status()).isEqualTo(ExitStatus.CONFIGURATION);
    assertThat(error.lines()).hasSize(3);
  }

  @Test
  void everyPartOfARefusalIsToldWithTheNameThatItIsAbout() {
    AcmeProblem problem =
        new AcmeProblem(
            "rejectedIdentifier",
            "Error creating new order",
            Optional.empty(),
            List.of(
                part("a.example.org", "forbidden by policy"),
                part("b.example.org", "not a public suffix")));

    ErrorText error = ErrorTexts.of(new AcmeFailure.Refused(Step.ORDER, problem));

    assertThat(error.why())
        .isEqualTo(
            "Error creating new order (rejectedIdentifier):"
                + " a.example.org: forbidden by policy; b.example.org: not a public suffix");
  }

  private static AcmeProblem part(String subject, String detail) {
    return new AcmeProblem("rejectedIdentifier", detail, Optional.of(subject), List.of());
  }

  /** A user's own check ends at port 80 before it has seen who has it. */
  @Test
  void aTakenPortLeadsToACheckByRoot() {
    ErrorText error =
        ErrorTexts.of(new AcmeFailure.CannotBind(SOCKET, BindProblem.TAKEN, List.of()));

    assertThat(error.next()).startsWith("sudo v6cert check ");
  }

  @Test
  void aUserWithoutCertificatesIsLedToThoseOfRoot() {
    Path own = Path.of("/home/ada/.local/state/v6cert");

    assertThat(next(new CliFailure.NoCertificates(own, Optional.of("those of root are elsewhere"))))
        .isEqualTo("sudo v6cert status");
    assertThat(next(new CliFailure.NoCertificates(own, Optional.empty())))
        .startsWith("v6cert obtain");
    assertThat(next(new CliFailure.NoSuchLineage("a", own, Optional.empty())))
        .contains("sudo v6cert list");
    assertThat(
            next(new CliFailure.NoSuchLineage("a", Path.of("/var/lib/v6cert"), Optional.empty())))
        .doesNotContain("sudo");
  }

  private static String next(CliFailure failure) {
    return ErrorTexts.of(new CliFailureException(failure)).next();
  }

  @Test
  void anythingElseIsAFaultOfOurs() {
    ErrorText error = ErrorTexts.of(new IllegalStateException("oops"));

    assertThat(error.status()).isEqualTo(ExitStatus.BUG);
    assertThat(error.what()).contains("oops");
    assertThat(ErrorTexts.of(new IOException("disk")).status()).isEqualTo(ExitStatus.CONFIGURATION);
  }

  @Test
  void aFileOfTheDnsServerIsExplainedInItsOwnDocument() {
    Path file = Path.of("/etc/v6cert/keys");

    assertThat(ErrorTexts.of(new FileFailure(file, 3, "no type")).next())
        .contains("docs/operating-dns.md");
    assertThat(ErrorTexts.of(FileFailure.ofService(file, 3, "no grant")).next())
        .contains("docs/dns-01-service.md");
    assertThat(ErrorTexts.of(FileFailure.exposed(file)).next())
        .isEqualTo("chmod o-rwx /etc/v6cert/keys");
  }
}
