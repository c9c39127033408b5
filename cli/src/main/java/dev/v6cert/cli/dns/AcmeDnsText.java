package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.dns.http.AcmeDnsClient.FailedException;
import dev.v6cert.dns.http.AcmeDnsClient.Problem;
import dev.v6cert.ipv6.name.HostName;
import java.nio.file.Path;
import java.util.List;

/** The texts about acme-dns servers. */
final class AcmeDnsText {

  private static final String ADDRESS = "check the address of --acme-dns";

  private AcmeDnsText() {}

  static AcmeFailureException notRegistered(FailedException e, String server) {
    return switch (e.problem()) {
      case REFUSED ->
          failure(
              e,
              server + " does not let this machine register",
              "put its token into the address: --acme-dns https://HOST/TOKEN, or ask its operator");
      default -> general(e, server);
    };
  }

  static AcmeFailureException notSet(FailedException e, HostName name, String server, Path file) {
    return switch (e.problem()) {
      case REFUSED ->
          failure(
              e,
              server + " did not set TXT " + name,
              "the account in "
                  + file
                  + " may be gone: take its entry out, and a new one is opened");
      default -> general(e, server);
    };
  }

  private static AcmeFailureException general(FailedException e, String server) {
    return switch (e.problem()) {
      case SILENT -> failure(e, "the acme-dns server " + server + " does not answer", ADDRESS);
      case BUSY ->
          failure(e, "the acme-dns server " + server + " cannot do it now", "try again later");
      case NOT_ACME_DNS, REFUSED -> failure(e, server + " is not an acme-dns server", ADDRESS);
    };
  }

  private static AcmeFailureException failure(FailedException e, String fault, String advice) {
    RecordProblem problem =
        e.problem() == Problem.REFUSED ? RecordProblem.NOT_PERMITTED : RecordProblem.UNAVAILABLE;
    return new AcmeFailureException(
        new AcmeFailure.RecordNotTaken(problem, fault, e.detail(), advice), e);
  }

  /**
   * The failure where names do not lead to their accounts.
   *
   * @param records the CNAME records, one at least
   */
  static AcmeFailureException aliasMissing(List<String> records) {
    String first = records.getFirst();
    return new AcmeFailureException(
        new AcmeFailure.RecordNotTaken(
            RecordProblem.NOT_YET,
            first.substring(0, first.indexOf(". ")) + " does not lead to the acme-dns server yet",
            "set once: " + String.join("; ", records),
            "then run the same command again; the account is kept"));
  }
}
