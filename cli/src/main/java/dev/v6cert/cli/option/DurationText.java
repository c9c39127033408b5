package dev.v6cert.cli.option;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as people type them: {@code 90}, {@code 90s}, {@code 5min}, {@code 2h}. */
public final class DurationText {

  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(s|min|h)?");

  private DurationText() {}

  /**
   * The duration; a bare number is seconds.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static Duration parse(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("it is not a time such as 90s, 5min or 1h");
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    if (unit == null || unit.equals("s")) {
      return Duration.ofSeconds(number);
    }
    return unit.equals("min") ? Duration.ofMinutes(number) : Duration.ofHours(number);
  }
}
