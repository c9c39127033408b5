package dev.v6cert.acme.client;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * The {@code Retry-After} header (RFC 9110 section 10.2.3) as a time from now, whatever the local
 * clock says: a date in it is compared with the {@code Date} beside it. Garbage counts as none.
 *
 * <p>acme4j hands it on as an instant; ours is that much after the epoch.
 */
public final class RetryAfter {

  /** A year: beyond any sense, and far from overflow. */
  private static final long LONGEST_SECONDS = 365L * 24 * 60 * 60;

  private RetryAfter() {}

  static Optional<Duration> of(HttpHeaders headers) {
    return headers.firstValue("Retry-After").map(String::strip).flatMap(it -> parse(it, headers));
  }

  private static Optional<Duration> parse(String text, HttpHeaders headers) {
    if (text.matches("[0-9]{1,18}")) {
      return Optional.of(Duration.ofSeconds(Math.min(Long.parseLong(text), LONGEST_SECONDS)));
    }
    return date(text)
        .map(then -> Duration.between(date(headers).orElseGet(Instant::now), then))
        .map(pause -> pause.isNegative() ? Duration.ZERO : pause);
  }

  /** The authority's clock when it answered. */
  static Optional<Instant> date(HttpHeaders headers) {
    return headers.firstValue("Date").flatMap(RetryAfter::date);
  }

  static Optional<Instant> date(String text) {
    try {
      return Optional.of(
          ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static Instant encode(Duration pause) {
    return Instant.EPOCH.plus(pause);
  }

  /** The pause in what acme4j hands on. */
  public static Duration decode(Instant encoded) {
    return Duration.between(Instant.EPOCH, encoded);
  }
}
