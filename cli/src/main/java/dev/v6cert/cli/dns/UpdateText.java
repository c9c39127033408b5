package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.dns.update.UpdateClient;
import dev.v6cert.dns.update.UpdateFailedException;
import dev.v6cert.dns.update.UpdateFailedException.Problem;
import dev.v6cert.ipv6.name.HostName;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The texts about updates that a name server did not take. */
final class UpdateText {

  private UpdateText() {}

  /**
   * The failure.
   *
   * @param zone the zone that was to be changed, or the name where none was found
   * @param name the owner of a record
   */
  static AcmeFailureException failure(
      UpdateFailedException e, UpdateClient client, HostName zone, HostName name) {
    return failure(e, client, zone, name + ". TXT");
  }

  /**
   * The failure.
   *
   * @param granted a name and types, as a grant of BIND has them
   */
  static AcmeFailureException failure(
      UpdateFailedException e, UpdateClient client, HostName zone, String granted) {
    RecordProblem problem =
        switch (e.problem()) {
          case UNKNOWN_SERVER, SILENT, SERVER_FAILURE, OTHER -> RecordProblem.UNAVAILABLE;
          default -> RecordProblem.NOT_PERMITTED;
        };
    return new AcmeFailureException(
        new AcmeFailure.RecordNotTaken(
            problem, text(e, client, zone), detail(e), advice(e.problem(), client, zone, granted)),
        e);
  }

  /** The reason as a clause. */
  static String text(UpdateFailedException e, UpdateClient client, HostName zone) {
    String server = client.server().toString();
    String key = "the key \"" + client.keyName() + "\"";
    return switch (e.problem()) {
      case UNKNOWN_SERVER -> "the name server " + server + " has no address";
      case SILENT -> "the name server " + server + " does not answer by TCP";
      case NO_ZONE -> server + " is the name server of no zone with " + zone;
      case DELEGATED -> server + " delegates " + e.detail();
      case REFUSED -> server + " refused the update of " + zone;
      case BAD_KEY -> server + " does not accept " + key + " for " + zone + " (BADKEY)";
      case BAD_SIGNATURE -> server + " has another secret for " + key + " (" + e.detail() + ")";
      case BAD_TIME -> "the clocks of " + server + " and this machine differ (BADTIME)";
      case NOT_AUTHORITATIVE -> server + " takes no updates of " + zone + " (NOTAUTH)";
      case NOT_IN_ZONE -> server + " says that the name is not in " + zone + " (NOTZONE)";
      case NO_UPDATES -> server + " takes no updates (NOTIMP)";
      case SERVER_FAILURE -> server + " could not update " + zone + " (SERVFAIL)";
      case UNSIGNED -> "the answer of " + server + " is not signed by " + key;
      case OTHER -> server + " did not update " + zone + " (" + e.detail() + ")";
    };
  }

  private static String detail(UpdateFailedException e) {
    return switch (e.problem()) {
      case SILENT -> e.detail();
      case BAD_TIME ->
          (e.detail().isEmpty() ? "" : "there it is " + e.detail() + ", ")
              + "here it is "
              + Instant.now().truncatedTo(ChronoUnit.SECONDS);
      default -> "";
    };
  }

  private static String advice(
      Problem problem, UpdateClient client, HostName zone, String granted) {
    return switch (problem) {
      case UNKNOWN_SERVER -> "correct --rfc2136";
      case SILENT -> "see that it runs and that its TCP port is open from here";
      case NO_ZONE -> "name the primary server of the zone with --rfc2136";
      case DELEGATED -> "name that server with --rfc2136";
      case REFUSED ->
          "permit it, in BIND: update-policy { grant "
              + client.keyName()
              + " name "
              + granted
              + "; };";
      case BAD_KEY -> "let the server have this key, with the same name and algorithm";
      case BAD_SIGNATURE -> "copy the server's key file here again";
      case BAD_TIME -> "set the clock: timedatectl set-ntp true";
      case NOT_AUTHORITATIVE, NO_UPDATES ->
          "name the primary server with --rfc2136, and permit updates of " + zone + " there";
      case NOT_IN_ZONE -> "name the server of the name's own zone with --rfc2136";
      case SERVER_FAILURE, OTHER -> "the server's log says why";
      case UNSIGNED ->
          "something between here and the server answers in its place, or it is broken";
    };
  }
}
