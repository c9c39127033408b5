package dev.v6cert.dns.challenge;

import java.util.OptionalLong;

/**
 * The serial of a zone, which goes on at 0 after 4294967295 (RFC 1982).
 *
 * @param bits 0 to 4294967295
 */
public record Serial(long bits) {
  private static final long MASK = 0xffff_ffffL;

  /** The serial of the zone at a serial of the store. */
  public static Serial of(long stored) {
    return new Serial(stored & MASK);
  }

  /** Whether this one is older than another. */
  public boolean isBefore(Serial other) {
    return (int) (bits - other.bits) < 0;
  }

  /** The serial of the store that this one was made of; empty where it is newer than the store. */
  public OptionalLong stored(long now) {
    return of(now).isBefore(this)
        ? OptionalLong.empty()
        : OptionalLong.of(now - ((now - bits) & MASK));
  }
}
