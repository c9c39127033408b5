package dev.v6cert.acme.lineage;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The answer of an authority about when to renew a certificate (RFC 9773). */
public sealed interface RenewalAnswer {

  /**
   * A window, as the authority gave it, right or wrong.
   *
   * @param start the first good moment
   * @param end the last one
   * @param explanation where the authority says why, if it does
   * @param retryAfter when to ask again, as a time from now
   * @param authorityNow the authority's clock
   */
  record Window(
      Instant start,
      Instant end,
      Optional<URI> explanation,
      Optional<Duration> retryAfter,
      Instant authorityNow)
      implements RenewalAnswer {}

  /** The authority's directory has no renewal information: it need not be asked again. */
  record NotOffered() implements RenewalAnswer {}

  /**
   * There was no answer, or none that can be understood.
   *
   * @param retryAfter when to ask again, if that was said
   */
  record Silent(Optional<Duration> retryAfter) implements RenewalAnswer {}
}
