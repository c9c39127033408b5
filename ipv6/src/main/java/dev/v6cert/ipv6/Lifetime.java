package dev.v6cert.ipv6;

import java.time.Duration;

/** The time from now for which an address stays preferred or valid (RFC 4862 section 5.5.4). */
public sealed interface Lifetime {

  /** The source of the address does not say. */
  Lifetime UNKNOWN = new Unknown();

  /** Without an end. */
  Lifetime FOREVER = new Forever();

  /** The source of the address does not say. */
  record Unknown() implements Lifetime {
    @Override
    public String toString() {
      return "unknown";
    }
  }

  /** Without an end. */
  record Forever() implements Lifetime {
    @Override
    public String toString() {
      return "forever";
    }
  }

  /**
   * An end that is known.
   *
   * @param left the time left, zero when the end is over
   */
  record Lasting(Duration left) implements Lifetime {
    /** Seconds, as {@code 86400s}. */
    @Override
    public String toString() {
      return left.toSeconds() + "s";
    }
  }

  /** A lifetime of so many seconds from now, not negative. */
  static Lifetime ofSeconds(long seconds) {
    return new Lasting(Duration.ofSeconds(seconds));
  }
}
