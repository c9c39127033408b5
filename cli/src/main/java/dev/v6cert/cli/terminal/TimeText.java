package dev.v6cert.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times as people read them: the two largest units of a duration, an instant to the minute. */
public final class TimeText {

  private static final long MINUTE = 60;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;

  private TimeText() {}

  /**
   * The duration in its two largest units, such as {@code 29d 12h}; below a second in milliseconds;
   * a negative one is {@code 0ms}.
   */
  public static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds >= DAY) {
      return two(seconds / DAY, "d", seconds % DAY / HOUR, "h");
    }
    if (seconds >= HOUR) {
      return two(seconds / HOUR, "h", seconds % HOUR / MINUTE, "min");
    }
    return seconds >= MINUTE
        ? two(seconds / MINUTE, "min", seconds % MINUTE, "s")
        : seconds > 0 ? seconds + "s" : Math.max(0, duration.toMillis()) + "ms";
  }

  private static String two(long many, String unit, long few, String smaller) {
    return many + unit + (few == 0 ? "" : " " + few + smaller);
  }

  /** The instant to the minute, in UTC: {@code 2026-11-22 02:15 UTC}. */
  public static String of(Instant instant) {
    String text = DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(instant.atOffset(ZoneOffset.UTC));
    return text.substring(0, 10) + " " + text.substring(11, 16) + " UTC";
  }
}
