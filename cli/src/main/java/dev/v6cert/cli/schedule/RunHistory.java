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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The times at which {@code renew} last ran unattended: they tell of schedules that are not seen,
 * such as the loop of a container. Where a timer is seen they are not kept: once that is switched
 * off, they would go on telling of it. A line of the file is the name of a lineage that was renewed
 * by itself, or {@code *} for all, with the times of its last runs, the latest first.
 *
 * <p>Two gaps between runs tell a schedule. One gap does not: the first run of a weekly job is
 * often one by hand, to try it. Until then a week and a day are waited for the next run.
 */
public final class RunHistory {

  private static final String FILE = "last-renew";

  private static final String ALL = "*";

  /** Schedules of once a day count, and a machine that was off for a few hours. */
  private static final Duration SHORTEST_WAIT = Duration.ofHours(30);

  /** The longest time between two runs that is taken for a schedule: a week, and a day more. */
  private static final Duration LONGEST_GAP = Duration.ofDays(8);

  /** The number of runs that tell a schedule. */
  private static final int ENOUGH = 3;

  /**
   * The last runs.
   *
   * @param times one to three, the latest first
   */
  private record Runs(List<Instant> times) {

    /** Runs of which only the last is known. */
    static Runs first(Instant time) {
      return new Runs(List.of(time));
    }

    Instant last() {
      return times.getFirst();
    }

    /** These with another, later one. */
    Runs then(Instant time) {
      return new Runs(Stream.concat(Stream.of(time), times.stream()).limit(ENOUGH).toList());
    }

    /** The instant from which on the next run is missing. */
    Instant until() {
      if (times.size() == 1) {
        return last().plus(LONGEST_GAP);
      }
      Optional<Duration> longest =
          IntStream.range(1, times.size())
              .mapToObj(i -> Duration.between(times.get(i), times.get(i - 1)))
              .filter(gap -> gap.compareTo(LONGEST_GAP) <= 0)
              .max(Duration::compareTo);
      if (longest.isPresent() && times.size() < ENOUGH) {
        return last().plus(LONGEST_GAP);
      }
      Duration wait = longest.map(gap -> gap.plus(gap.dividedBy(4))).orElse(SHORTEST_WAIT);
      return last().plus(wait.compareTo(SHORTEST_WAIT) > 0 ? wait : SHORTEST_WAIT);
    }

    @Override
    public String toString() {
      return times.stream().map(Instant::toString).collect(Collectors.joining(" "));
    }
  }

  private RunHistory() {}

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
      runs.merge(name, Runs.first(now), (known, _) -> known.then(now));
      StringBuilder text = new StringBuilder();
      runs.forEach((of, run) -> text.append(of + " " + run + "\n"));
      Path fresh = state.resolve(FILE + ".tmp");
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      return; // Such as a state directory that is not there yet.
    }
  }

  /** Forgets them, as a schedule is seen. */
  public static void forget(Path state) {
    try {
      Files.deleteIfExists(state.resolve(FILE));
    } catch (IOException e) {
      return; // They count for a while, then.
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

  /** The runs of each name. An older v6cert left an empty file at each run of an hourly timer. */
  private static Map<String, Runs> read(Path file) throws IOException {
    Map<String, Runs> runs = new TreeMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        List<String> words = List.of(line.split(" ", -1));
        List<Instant> times =
            words.stream().skip(1).map(Instant::parse).distinct().limit(ENOUGH).toList();
        if (!times.isEmpty()) {
          runs.put(words.getFirst(), new Runs(times));
        }
      }
      if (Files.size(file) == 0) {
        Instant at = Files.getLastModifiedTime(file).toInstant();
        runs.put(ALL, new Runs(List.of(at, at, at)));
      }
    } catch (NoSuchFileException | DateTimeException e) {
      return runs; // The first run; or what somebody else wrote.
    }
    return runs;
  }
}
