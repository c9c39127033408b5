package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeProblem;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.ChallengeRequest.Answer;
import dev.v6cert.acme.Diagnosis;
import dev.v6cert.acme.ValidationTarget;
import dev.v6cert.ipv6.IpAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from both ends of a failed validation where it broke. */
final class Diagnostics {

  /** Pebble and step-ca call a name without address a fault of the connection. */
  private static final Pattern UNRESOLVED =
      Pattern.compile("no such host|resolving URL|not resolve|lookup ", Pattern.CASE_INSENSITIVE);

  /** Pebble's words for TLS-ALPN-01 when nobody listens. */
  private static final Pattern UNCONNECTED = Pattern.compile("^Failed to connect to ");

  private static final Pattern REFUSED =
      Pattern.compile("connection refused|connection reset", Pattern.CASE_INSENSITIVE);

  /** Boulder asks from several places, and says when only some of them were content. */
  private static final Pattern IN_PART =
      Pattern.compile("secondary|perspective|remote", Pattern.CASE_INSENSITIVE);

  /** Boulder starts with the address that it connected to, and Go's network errors have it. */
  private static final Pattern CONNECTED_TO =
      Pattern.compile(
          "(?:^|dial tcp |^Failed to connect to )\\[?([0-9A-Fa-f:.]{3,45})\\]?(?::\\d{1,5})?(?:: |"
              + " for )");

  /** A local CA validates at the address that the order came from, and says which one that is. */
  private static final Pattern SENDER =
      Pattern.compile(
          "port \\d{1,5} of ([0-9A-Fa-f:.]{3,45}) does not answer"
              + "|does not lead to ([0-9A-Fa-f:.]{3,45}), from where the request came");

  private Diagnostics() {}

  /**
   * The diagnosis.
   *
   * @param port where the authority connects to
   * @param requests what the responder saw
   * @param listening where it listens; empty where a web server answers in its place
   */
  static Diagnosis of(
      AcmeProblem problem,
      int port,
      List<ChallengeRequest> requests,
      List<InetSocketAddress> listening) {
    if (problem.type().equals("caa")) {
      return Diagnosis.FORBIDDEN_BY_CAA;
    }
    if (seen(requests, Answer.KEY_AUTHORIZATION)) {
      return IN_PART.matcher(problem.detail()).find()
          ? Diagnosis.ANSWERED_IN_PART
          : Diagnosis.ANSWERED_YET_REFUSED;
    }
    if (seen(requests, Answer.UNKNOWN_TOKEN)) {
      return Diagnosis.ASKED_ANOTHER_TOKEN;
    }
    Matcher sender = SENDER.matcher(problem.detail());
    if (sender.find()) {
      Optional<Diagnosis> ofAddress = ofSender(sender, listening);
      if (ofAddress.isPresent()) {
        return ofAddress.get();
      }
    }
    return switch (problem.type()) {
      case "dns" -> Diagnosis.NAME_NOT_RESOLVED;
      case "unauthorized", "incorrectResponse" -> answer(problem, port, listening);
      case "connection", "tls" -> connection(problem, port, listening);
      default -> Diagnosis.UNKNOWN;
    };
  }

  /** The diagnosis where the answer is a TXT record. */
  static Diagnosis of(
      AcmeProblem problem, ValidationTarget.TxtRecord record, List<ChallengeRequest> queries) {
    if (problem.type().equals("caa")) {
      return Diagnosis.FORBIDDEN_BY_CAA;
    }
    if (!record.here()) {
      return Diagnosis.RECORD_NOT_SEEN;
    }
    if (queries.stream().noneMatch(Diagnostics::isQuery)) {
      return Diagnosis.NOBODY_ASKED;
    }
    return IN_PART.matcher(problem.detail()).find()
        ? Diagnosis.ANSWERED_IN_PART
        : Diagnosis.ANSWERED_YET_REFUSED;
  }

  private static boolean isQuery(ChallengeRequest request) {
    return request.isByDns() && request.answer() == Answer.KEY_AUTHORIZATION;
  }

  /** Empty where the authority asked at an address that we answer at. */
  private static Optional<Diagnosis> ofSender(Matcher sender, List<InetSocketAddress> listening) {
    boolean connected = sender.group(1) != null;
    Optional<IpAddress> address = IpAddress.tryParse(connected ? sender.group(1) : sender.group(2));
    boolean ours =
        listening.isEmpty()
            || address.isEmpty()
            || listening.stream()
                .map(InetSocketAddress::getAddress)
                .anyMatch(one ->
                    one.isAnyLocalAddress()
                        || one.isLoopbackAddress()
                        || IpAddress.from(one).equals(address.get()));
    if (!ours) {
      return Optional.of(Diagnosis.ANOTHER_ADDRESS_OF_OURS);
    }
    return connected ? Optional.empty() : Optional.of(Diagnosis.LED_ELSEWHERE);
  }

  /** It read an answer, which was not ours. */
  private static Diagnosis answer(
      AcmeProblem problem, int port, List<InetSocketAddress> listening) {
    if (UNCONNECTED.matcher(problem.detail()).find()) {
      return connection(problem, port, listening);
    }
    return listening.isEmpty() ? Diagnosis.FILE_NOT_SERVED : Diagnosis.ANOTHER_SERVER_ANSWERED;
  }

  private static Diagnosis connection(
      AcmeProblem problem, int port, List<InetSocketAddress> listening) {
    if (UNRESOLVED.matcher(problem.detail()).find()) {
      return Diagnosis.NAME_NOT_RESOLVED;
    }
    if (listening.isEmpty()) {
      return Diagnosis.WEB_SERVER_SILENT;
    }
    if (isElsewhere(problem, listening)) {
      return Diagnosis.CONNECTED_ELSEWHERE;
    }
    if (!REFUSED.matcher(problem.detail()).find()) {
      return Diagnosis.NOBODY_CONNECTED;
    }
    return listening.stream().allMatch(one -> one.getPort() == port)
        ? Diagnosis.CONNECTION_REFUSED
        : Diagnosis.NOTHING_HANDS_ON;
  }

  /** Only an exact public address of ours can tell: behind a proxy or NAT they differ rightly. */
  private static boolean isElsewhere(AcmeProblem problem, List<InetSocketAddress> listening) {
    Matcher matcher = CONNECTED_TO.matcher(problem.detail());
    List<IpAddress> ours = new ArrayList<>();
    for (InetSocketAddress one : listening) {
      IpAddress address = IpAddress.from(one.getAddress());
      if (address.scope().isPublic()) {
        ours.add(address);
      }
    }
    if (ours.isEmpty() || !matcher.find()) {
      return false;
    }
    Optional<IpAddress> theirs = IpAddress.tryParse(matcher.group(1));
    return theirs.isPresent() && !ours.contains(theirs.get());
  }

  private static boolean seen(List<ChallengeRequest> requests, Answer answer) {
    return requests.stream().anyMatch(request -> request.answer() == answer);
  }
}
