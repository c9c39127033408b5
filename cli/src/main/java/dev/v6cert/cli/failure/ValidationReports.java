package dev.v6cert.cli.failure;

import dev.v6cert.acme.AcmeFailure;

/** The reports of a failed validation: what the CA says, joined with what the responder saw. */
final class ValidationReports {

  private ValidationReports() {}

  static Report report(AcmeFailure.ValidationFailed failed) {
    AcmeFailure.FailedValidation first = failed.validations().getFirst();
    String others =
        failed.validations().size() == 1
            ? ""
            : " and " + (failed.validations().size() - 1) + " more";
    return new Report(
        "the CA could not validate " + first.subject() + others,
        seen(first),
        next(first),
        ExitStatus.REFUSED);
  }

  private static String seen(AcmeFailure.FailedValidation one) {
    String problem = AcmeReports.problem(one.problem());
    return switch (one.diagnosis()) {
      case NOBODY_CONNECTED -> "nobody connected to port 80 here: " + problem;
      case ASKED_ANOTHER_TOKEN -> "it asked here for a token that is not ours: " + problem;
      case ANOTHER_SERVER_ANSWERED -> "another server answered in our place: " + problem;
      case NAME_NOT_RESOLVED -> "the CA cannot resolve the name: " + problem;
      case ANSWERED_YET_REFUSED -> "it was answered here, yet: " + problem;
      case FORBIDDEN_BY_CAA -> "a CAA record forbids this CA: " + problem;
      case UNKNOWN -> problem;
    };
  }

  private static String next(AcmeFailure.FailedValidation one) {
    return switch (one.diagnosis()) {
      case NOBODY_CONNECTED ->
          "open port 80 for IPv6 in the firewall and the router (ufw allow 80/tcp), then try again";
      case ASKED_ANOTHER_TOKEN ->
          "stop the other ACME client that works for this name, then try again";
      case ANOTHER_SERVER_ANSWERED ->
          "see who answers http://" + host(one) + "/ from outside; the DNS or a proxy leads there";
      case NAME_NOT_RESOLVED -> "check that the zone works: dig AAAA " + one.subject();
      case ANSWERED_YET_REFUSED, UNKNOWN -> "try again in a few minutes; --dry-run costs no quota";
      case FORBIDDEN_BY_CAA -> "use another --zone or --ca, or correct the CAA record";
    };
  }

  private static String host(AcmeFailure.FailedValidation one) {
    String subject = one.subject().toString();
    return subject.contains(":") ? "[" + subject + "]" : subject;
  }
}
