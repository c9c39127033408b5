package dev.v6cert.acme.localca.order;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import java.net.InetAddress;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The proof that an account controls a subject, with its challenges, which share a token.
 *
 * @param attempt the challenge that the account chose, once it did
 * @param problem the reason why it failed
 */
public record Authorization(
    Subject subject,
    String token,
    State state,
    Optional<Attempt> attempt,
    Optional<Problem> problem) {

  /** The states of an authorization (RFC 8555 section 7.1.6). */
  public enum State {
    PENDING,
    /** Being validated, or to be validated again by a server that was started anew. */
    PROCESSING,
    VALID,
    INVALID,
    DEACTIVATED;

    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A validation.
   *
   * @param peer the address that asked for it, and the only one that is connected to
   * @param since when it was asked for, or ended
   */
  public record Attempt(ChallengeType type, InetAddress peer, Instant since) {}

  public static Authorization pending(Subject subject, String token) {
    return new Authorization(subject, token, State.PENDING, Optional.empty(), Optional.empty());
  }

  public Authorization attempted(Attempt by) {
    return new Authorization(subject, token, State.PROCESSING, Optional.of(by), Optional.empty());
  }

  /** Its end: valid without a problem. */
  public Authorization ended(Optional<Problem> found, Instant now) {
    return new Authorization(
        subject,
        token,
        found.isEmpty() ? State.VALID : State.INVALID,
        attempt.map(started -> new Attempt(started.type(), started.peer(), now)),
        found);
  }

  public Authorization deactivated() {
    return new Authorization(subject, token, State.DEACTIVATED, attempt, problem);
  }

  /** Adds its values, under the prefix, to those of its order's file. */
  public void addTo(Map<String, String> values, String prefix) {
    values.put(prefix + "subject", subject.value());
    values.put(prefix + "token", token);
    values.put(prefix + "state", state.name());
    attempt.ifPresent(by -> {
      values.put(prefix + "challenge", by.type().name());
      values.put(prefix + "peer", by.peer().getHostAddress());
      values.put(prefix + "since", by.since().toString());
    });
    problem.ifPresent(found -> {
      values.put(prefix + "problem", found.type().name());
      values.put(prefix + "detail", found.detail());
    });
  }

  /**
   * The authorization that was written as these values.
   *
   * @throws IllegalArgumentException when they are not whole
   */
  public static Authorization of(Map<String, String> values, String prefix) {
    Optional<Attempt> attempt = Optional.empty();
    if (values.containsKey(prefix + "challenge")) {
      attempt =
          Optional.of(
              new Attempt(
                  ChallengeType.valueOf(PropertiesDirectory.need(values, prefix + "challenge")),
                  InetAddress.ofLiteral(PropertiesDirectory.need(values, prefix + "peer")),
                  PropertiesDirectory.instant(values, prefix + "since")));
    }
    Optional<Problem> problem = Optional.empty();
    if (values.containsKey(prefix + "problem")) {
      problem =
          Optional.of(
              new Problem(
                  ProblemType.valueOf(PropertiesDirectory.need(values, prefix + "problem")),
                  PropertiesDirectory.need(values, prefix + "detail")));
    }
    return new Authorization(
        Subject.parse(PropertiesDirectory.need(values, prefix + "subject")),
        PropertiesDirectory.need(values, prefix + "token"),
        State.valueOf(PropertiesDirectory.need(values, prefix + "state")),
        attempt,
        problem);
  }
}
