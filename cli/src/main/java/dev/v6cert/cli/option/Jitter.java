package dev.v6cert.cli.option;

import dev.v6cert.acme.renew.Renewer.StartJitter;
import dev.v6cert.base.Ticker;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.TimeText;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** A random wait before a renewal that nobody watches: timers all fire at the same second. */
public final class Jitter {

  private static final Duration LONGEST = Duration.ofHours(1);

  /** The longest wait. */
  public static final Setting<Duration> JITTER =
      Setting.of("jitter", "TIME", Jitter::limit)
          .orElse("5min")
          .help("without a terminal, wait up to TIME before something that is due is renewed");

  /** Whether there is none. */
  public static final Setting<Boolean> NO_JITTER =
      Setting.ofSwitch("no-jitter").help("renew at once, terminal or not");

  private Jitter() {}

  private static Duration limit(String text) {
    Duration limit = DurationText.parse(text);
    if (limit.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("it is more than 1h");
    }
    return limit;
  }

  /** The wait of this run. */
  public static StartJitter start(
      Settings settings, Console console, Ticker ticker, RandomGenerator random) {
    boolean none =
        settings.value(NO_JITTER)
            || settings.value(CertificateSettings.FORCE)
            || console.isAttended();
    Duration time = none ? Duration.ZERO : time(settings.value(JITTER), random);
    return () -> {
      if (time.isPositive()) {
        console.note(
            "waiting "
                + TimeText.of(time)
                + ", so that timers do not all ask the CA at once"
                + " (--no-jitter renews at once)");
        ticker.pause(time);
      }
    };
  }

  /** A random time, up to the limit. */
  static Duration time(Duration limit, RandomGenerator random) {
    return Duration.ofMillis(random.nextLong(limit.toMillis() + 1));
  }
}
