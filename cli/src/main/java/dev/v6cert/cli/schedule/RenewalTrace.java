package dev.v6cert.cli.schedule;

import dev.v6cert.cli.terminal.TimeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The times at which {@code renew} last ran unattended: they tell of schedules that are not ours,
 * such as the loop of a container. A line of the file is the name of a lineage that was renewed by
 * itself, or {@code *} for all, with the time of the last run and of the one before it.
 */
public final class RenewalTrace {

  private static final String FILE = "last-renew";

  private static final String ALL = "*";

  /** Schedules of once a day count, and a machine that was off for a few hours. */
  private static final Duration LONGEST = Duration.ofHours(30);

  /** The longest time between two runs that is taken for a schedule: a week, and a day more. */
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(8);

  /**
   * Two runs.
   *
   * @param before the one before the last; the last itself where there was none
   */
  private record Runs(Instant last, Instant before) {

    /** Until when the next is not missing: a quarter later than it came the last time. */
    Instant until() {
      Duration interval = Duration.between(before, last);
      Duration wait = interval.plus(interval.dividedBy(4));
      boolean schedule = interval.compareTo(LONGEST_INTERVAL) <= 0 && wait.compareTo(LONGEST) > 0;
      return last.plus(schedule ? wait : LONGEST);
    }
  }

  private RenewalTrace() {}

  /**
   * Leaves it in the state directory; where nothing can be written, it is missing.
   *
   * @param only the lineage that was renewed by itself; empty for all
   */
  public static void leave(Path state, Optional<String> only, Instant now) {
    Path file = state.resolve(FILE);
    try {
      Map<String, Runs> runs = read(file);
      String name = only.orElse(ALL);
      Runs known = runs.getOrDefault(name, new Runs(now, now));
      runs.put(name, new Runs(now, known.last()));
      StringBuilder text = new StringBuilder();
      runs.forEach((of, run) -> text.append(of + " " + run.last() + " " + run.before() + "\n"));
      Path fresh = state.resolve(FILE + ".tmp");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return; // Such as a state directory that is not there yet.
    }
  }

  /**
   * The time of the last run, for people, where all lineages were renewed not long ago.
   *
   * @param lineages the names of all
   */
  static Optional<String> recent(Path state, Set<String> lineages, Instant now) {
    Map<String, Runs> runs;
    try {
      runs = read(state.resolve(FILE));
    } catch (IOException e) {
      return Optional.empty();
    }
    runs.values().removeIf(run -> !now.isBefore(run.until()));
    boolean each = !lineages.isEmpty() && runs.keySet().containsAll(lineages);
    return runs.containsKey(ALL) || each
        ? runs.values().stream().map(Runs::last).max(Instant::compareTo).map(TimeText::of)
        : Optional.empty();
  }

  /** The runs of each name. An older v6cert left an empty file, whose time is that of all. */
  private static Map<String, Runs> read(Path file) throws IOException {
    Map<String, Runs> runs = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        String[] words = line.split(" ", 3);
        runs.put(words[0], new Runs(Instant.parse(words[1]), Instant.parse(words[2])));
      }
      if (runs.isEmpty()) {
        Instant at = Files.getLastModifiedTime(file).toInstant();
        runs.put(ALL, new Runs(at, at));
      }
    } catch (NoSuchFileException | DateTimeException | ArrayIndexOutOfBoundsException e) {
      return runs; // The first run; or what somebody else wrote.
    }
    return runs;
  }
}
