package dev.v6cert.base;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * The time of the field {@code Date} (RFC 9110 section 5.6.7), for any thread. It is written once a
 * second. Undertow's own stands still once a server has ended within the second that it was made
 * in.
 */
public final class HttpDate {

  private static final long MILLIS = 1000;

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.US);

  private static volatile Second last = new Second(0, "");

  private record Second(long number, String text) {}

  private HttpDate() {}

  /** The present second. */
  public static String now() {
    long number = System.currentTimeMillis() / MILLIS;
    Second second = last;
    if (second.number() != number) {
      second =
          new Second(number, FORMAT.format(Instant.ofEpochSecond(number).atOffset(ZoneOffset.UTC)));
      last = second;
    }
    return second.text();
  }
}
