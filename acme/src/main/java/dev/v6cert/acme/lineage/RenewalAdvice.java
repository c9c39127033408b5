package dev.v6cert.acme.lineage;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * When the authority would have a certificate renewed (RFC 9773), and the instant that was chosen
 * from that: once, and kept as long as the window has it.
 *
 * @param serial of the certificate that it is about, in hexadecimal
 * @param account the account that the certificate was issued to, where known
 * @param window empty where the authority gave none, or a wrong one
 * @param fetchedAt the local clock at the last answer
 * @param refetchAt when to ask again by the local clock; empty for never
 */
public record RenewalAdvice(
    String serial,
    Optional<URI> account,
    Optional<Window> window,
    Instant fetchedAt,
    Optional<Instant> refetchAt) {

  /**
   * A window that was accepted.
   *
   * @param renewAt the instant chosen in it
   * @param urgent whether the authority moved it into the past: renew at once
   * @param explanation where the authority says why, if it does
   */
  public record Window(
      Instant start, Instant end, Instant renewAt, boolean urgent, Optional<URI> explanation) {}

  /** The word of an authority on when a certificate is to be renewed (RFC 9773). */
  public sealed interface Answer {

    /**
     * A window, as the authority gave it, right or wrong.
     *
     * @param start the first good moment
     * @param end the last one
     * @param explanation where the authority says why, if it does
     * @param retryAfter when to ask again, as a time from now
     * @param authorityNow the authority's clock
     */
    record Offered(
        Instant start,
        Instant end,
        Optional<URI> explanation,
        Optional<Duration> retryAfter,
        Instant authorityNow)
        implements Answer {}

    /** The authority's directory has no renewal information: it need not be asked again. */
    record NotOffered() implements Answer {}

    /**
     * There was no answer, or none that can be understood.
     *
     * @param retryAfter when to ask again, if that was said
     */
    record Silent(Optional<Duration> retryAfter) implements Answer {}
  }

  private static final String SERIAL = "advice-serial";
  private static final String ACCOUNT = "advice-account";
  private static final String START = "advice-start";
  private static final String END = "advice-end";
  private static final String RENEW_AT = "advice-renew-at";
  private static final String URGENT = "advice-urgent";
  private static final String EXPLANATION = "advice-explanation";
  private static final String FETCHED_AT = "advice-fetched-at";
  private static final String REFETCH_AT = "advice-refetch-at";

  /** Between one question and the next, whatever the Retry-After (RFC 9773 section 4.3.2). */
  static final Duration SHORTEST_PAUSE = Duration.ofMinutes(1);

  static final Duration LONGEST_PAUSE = Duration.ofDays(1);

  private static final Duration USUAL_PAUSE = Duration.ofHours(6);

  /** The window is cut where this part of the lifetime is left, which is for outages. */
  private static final int RESERVE = 6;

  /** A window for a new certificate that opens in this part of its lifetime is wrong. */
  private static final int YOUNG = 4;

  /**
   * The advice after an answer.
   *
   * <p>The first window that is heard of a certificate must lie ahead, and not in the first quarter
   * of its lifetime: an authority that always names the past would be asked for one certificate
   * after the other. One that was moved later may lie in the past: that is how an authority calls
   * in what it is about to revoke.
   *
   * @param account the account that the certificate was issued to, where known
   * @param before the advice so far; ignored when it is of another certificate
   * @param now the local clock
   */
  public static RenewalAdvice after(
      Generation generation,
      Optional<URI> account,
      Optional<RenewalAdvice> before,
      Answer answer,
      Instant now,
      RandomGenerator random) {
    Optional<RenewalAdvice> own = before.filter(it -> it.isOf(generation));
    Optional<Window> known = own.flatMap(RenewalAdvice::window);
    Optional<Window> window =
        answer instanceof Answer.Offered offered
            ? accepted(generation, known, offered, random).or(() -> known)
            : known;
    return new RenewalAdvice(
        generation.serial(),
        account.or(() -> own.flatMap(RenewalAdvice::account)),
        window,
        now,
        pause(generation, answer).map(now::plus));
  }

  private static Optional<Window> accepted(
      Generation generation,
      Optional<Window> known,
      Answer.Offered offered,
      RandomGenerator random) {
    Instant last = generation.notAfter().minus(generation.lifetime().dividedBy(RESERVE));
    Instant end = offered.end().isBefore(last) ? offered.end() : last;
    boolean ordered = offered.start().isBefore(offered.end()) && offered.start().isBefore(end);
    if (!ordered || offered.end().isAfter(generation.notAfter())) {
      return Optional.empty();
    }
    Instant renewAt =
        known
            .map(Window::renewAt)
            .filter(it -> !it.isBefore(offered.start()) && !it.isAfter(end))
            .orElseGet(() -> between(offered.start(), end, random));
    boolean past = !renewAt.isAfter(offered.authorityNow());
    Instant grown = generation.notBefore().plus(generation.lifetime().dividedBy(YOUNG));
    if (known.isEmpty() && (past || offered.start().isBefore(grown))) {
      return Optional.empty();
    }
    boolean moved = known.filter(it -> !it.start().equals(offered.start())).isPresent();
    boolean urgent = moved ? past : known.filter(Window::urgent).isPresent();
    return Optional.of(
        new Window(offered.start(), offered.end(), renewAt, urgent, offered.explanation()));
  }

  private static Instant between(Instant start, Instant end, RandomGenerator random) {
    return start.plusMillis(random.nextLong(Duration.between(start, end).toMillis() + 1));
  }

  private static Optional<Duration> pause(Generation generation, Answer answer) {
    Duration often = generation.lifetime().dividedBy(40);
    Duration usual = often.compareTo(USUAL_PAUSE) < 0 ? often : USUAL_PAUSE;
    return switch (answer) {
      case Answer.NotOffered _ -> Optional.empty();
      case Answer.Silent silent -> Optional.of(bounded(silent.retryAfter().orElse(usual)));
      case Answer.Offered window -> Optional.of(bounded(window.retryAfter().orElse(usual)));
    };
  }

  private static Duration bounded(Duration pause) {
    if (pause.compareTo(SHORTEST_PAUSE) < 0) {
      return SHORTEST_PAUSE;
    }
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }

  /** Whether it is about this certificate. */
  public boolean isOf(Generation generation) {
    return serial.equals(generation.serial());
  }

  /** Whether the authority is to be asked again; also when the clock was set back meanwhile. */
  public boolean isStale(Instant now) {
    return refetchAt.isPresent() && (!now.isBefore(refetchAt.get()) || now.isBefore(fetchedAt));
  }

  /** Puts the advice among the values of a lineage's file, each under {@code advice-}. */
  void put(Map<String, String> values) {
    values.put(SERIAL, serial);
    account.ifPresent(account -> values.put(ACCOUNT, account.toString()));
    values.put(FETCHED_AT, fetchedAt.toString());
    refetchAt.ifPresent(when -> values.put(REFETCH_AT, when.toString()));
    if (window.isPresent()) {
      Window accepted = window.get();
      values.put(START, accepted.start().toString());
      values.put(END, accepted.end().toString());
      values.put(RENEW_AT, accepted.renewAt().toString());
      values.put(URGENT, Boolean.toString(accepted.urgent()));
      accepted.explanation().ifPresent(page -> values.put(EXPLANATION, page.toString()));
    }
  }

  /** The advice; empty where it is damaged: the authority gives it again. */
  static Optional<RenewalAdvice> read(Map<String, String> values) {
    String serial = values.get(SERIAL);
    if (serial == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new RenewalAdvice(
              serial,
              Optional.ofNullable(values.get(ACCOUNT)).map(URI::create),
              window(values),
              LineageFile.instant(values, FETCHED_AT).orElse(Instant.EPOCH),
              LineageFile.instant(values, REFETCH_AT)));
    } catch (RuntimeException e) { // Instants and addresses are refused each in their own way.
      return Optional.empty();
    }
  }

  private static Optional<Window> window(Map<String, String> values) {
    Optional<Instant> start = LineageFile.instant(values, START);
    Optional<Instant> end = LineageFile.instant(values, END);
    Optional<Instant> renewAt = LineageFile.instant(values, RENEW_AT);
    if (start.isEmpty() || end.isEmpty() || renewAt.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Window(
            start.get(),
            end.get(),
            renewAt.get(),
            Boolean.parseBoolean(values.get(URGENT)),
            Optional.ofNullable(values.get(EXPLANATION)).map(URI::create)));
  }
}
