package dev.v6cert.acme.issue;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.EarlyReason;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.IssuanceRequest;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Our books of what authorities issued in the last week, and of when they said "not before", so
 * that nothing is asked of one that is known to refuse. For every lineage of a state directory: the
 * limit is on the names, whatever they are kept under.
 */
public final class OrderLedger {

  /** Let's Encrypt gives so many certificates for exactly the same names in {@link #WEEK}. */
  static final int WEEKLY_LIMIT = 5;

  static final Duration WEEK = Duration.ofDays(7);

  /** The longest Retry-After that is believed. */
  static final Duration LONGEST_WAIT = Duration.ofDays(7);

  private static final int FORMAT = 1;

  /** In place of names: an authority that takes no request at all before an instant. */
  private static final String ANYTHING = "*";

  private final Path file;

  /** The books of the locked directory. */
  public OrderLedger(StateLock lock) {
    this(lock.directory());
  }

  private OrderLedger(StateDirectory directory) {
    file = directory.ledger();
  }

  /** The certificates that an authority still gives this week for a request. */
  public sealed interface Budget {

    /** There is something left; {@code issued} are what the books have of the last week. */
    record Left(int issued, int limit) implements Budget {}

    /** The authority has no such limit that is known; {@code issued} as above. */
    record Unlimited(int issued) implements Budget {}

    /** It would be refused now. */
    record Refused(AcmeFailure.TooEarly failure) implements Budget {}
  }

  /** The budget of a request, read without a lock. */
  public static Budget budget(StateDirectory directory, IssuanceRequest request, Instant now) {
    OrderLedger ledger = new OrderLedger(directory);
    try {
      ledger.check(request, false, now);
    } catch (AcmeFailureException e) {
      if (e.failure() instanceof AcmeFailure.TooEarly early) {
        return new Budget.Refused(early);
      }
    }
    int issued = issued(ledger.counting(request, now)).size();
    return isLimited(request)
        ? new Budget.Left(issued, WEEKLY_LIMIT)
        : new Budget.Unlimited(issued);
  }

  private enum Kind {
    ISSUED,
    NOT_BEFORE
  }

  /**
   * A line of the books.
   *
   * @param noted when it was written
   * @param until until when it counts
   */
  private record Entry(Kind kind, Instant noted, Instant until, String directory, String subjects) {

    boolean isOf(IssuanceRequest request) {
      return directory.equals(directoryOf(request))
          && (isOfAnything() || subjects.equals(text(request.subjects())));
    }

    boolean isOfAnything() {
      return subjects.equals(ANYTHING);
    }

    /** A line from the future is of a clock that was wrong. */
    boolean counts(Instant now) {
      return !noted.isAfter(now) && now.isBefore(until);
    }
  }

  /**
   * Refuses what the authority would refuse.
   *
   * @param exempt whether the order is free of the authority's limits, as a replacement in the
   *     window that it suggested
   * @throws AcmeFailureException as {@code TooEarly}; as {@code StateUnusable} when a newer version
   *     keeps the books
   */
  public void check(IssuanceRequest request, boolean exempt, Instant now)
      throws AcmeFailureException {
    StateFile.refuseNewer(file, FORMAT);
    List<Entry> own = counting(request, now);
    Optional<Entry> refused =
        own.stream()
            .filter(entry -> entry.kind() == Kind.NOT_BEFORE)
            .reduce((one, other) -> one.until().isAfter(other.until()) ? one : other);
    if (refused.isPresent()) {
      EarlyReason reason =
          refused.get().isOfAnything()
              ? EarlyReason.AUTHORITY_CLOSED
              : EarlyReason.AUTHORITY_SAID_SO;
      throw tooEarly(request, refused.get().until(), reason);
    }
    List<Instant> issued = issued(own);
    if (isLimited(request) && !exempt && issued.size() >= WEEKLY_LIMIT) {
      throw tooEarly(request, issued.get(issued.size() - WEEKLY_LIMIT), EarlyReason.WEEKLY_LIMIT);
    }
  }

  private List<Entry> counting(IssuanceRequest request, Instant now) {
    return read().stream()
        .filter(entry -> entry.isOf(request))
        .filter(it -> it.counts(now))
        .toList();
  }

  /** Until when each certificate counts, in order. */
  private static List<Instant> issued(List<Entry> entries) {
    return entries.stream()
        .filter(entry -> entry.kind() == Kind.ISSUED)
        .map(Entry::until)
        .sorted()
        .toList();
  }

  private static boolean isLimited(IssuanceRequest request) {
    return request.authority().directory().equals(CertificateAuthority.LETS_ENCRYPT.directory());
  }

  private static AcmeFailureException tooEarly(
      IssuanceRequest request, Instant until, EarlyReason reason) {
    URI authority = request.authority().directory();
    return new AcmeFailureException(
        new AcmeFailure.TooEarly(authority, request.subjects(), until, reason));
  }

  /** Notes that a certificate was issued. */
  public void issued(IssuanceRequest request, Instant now) throws AcmeFailureException {
    add(Kind.ISSUED, directoryOf(request), text(request.subjects()), now, WEEK);
  }

  /**
   * Notes that the authority takes no order for a while for these names, or for anything where the
   * failure was none of theirs; at most a week of it counts. Without such a wish there is nothing
   * to note.
   */
  public void notBefore(IssuanceRequest request, AcmeFailure failure, Instant now)
      throws AcmeFailureException {
    boolean onNames = failure instanceof AcmeFailure.RateLimited limited && limited.isOnNames();
    String subjects = onNames ? text(request.subjects()) : ANYTHING;
    if (failure.retryAfter().isPresent()) {
      Duration wait = failure.retryAfter().get();
      Duration counts = wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
      add(Kind.NOT_BEFORE, directoryOf(request), subjects, now, counts);
    }
  }

  private void add(Kind kind, String directory, String subjects, Instant now, Duration counts)
      throws AcmeFailureException {
    StateFile.refuseNewer(file, FORMAT);
    List<Entry> entries =
        new ArrayList<>(read().stream().filter(entry -> entry.counts(now)).toList());
    entries.add(new Entry(kind, now, now.plus(counts), directory, subjects));
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      values.put(
          String.format(Locale.ROOT, "entry-%04d", i),
          String.join(
              " ",
              entry.kind().name(),
              entry.noted().toString(),
              entry.until().toString(),
              entry.directory(),
              entry.subjects()));
    }
    try {
      DurableFiles.write(file, PropertiesText.format(values));
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  /** The lines; what is damaged counts as none, for the authority has its own books. */
  private List<Entry> read() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<Entry> entries = new ArrayList<>();
    try {
      for (Map.Entry<String, String> value : PropertiesText.read(file).entrySet()) {
        if (!value.getKey().equals(StateFile.VERSION)) {
          entries.add(entry(value.getValue()));
        }
      }
      return entries;
    } catch (AcmeFailureException | RuntimeException e) {
      return List.of();
    }
  }

  private static Entry entry(String line) {
    String[] words = line.split(" ", 5);
    return new Entry(
        Kind.valueOf(words[0]),
        Instant.parse(words[1]),
        Instant.parse(words[2]),
        words[3],
        words[4]);
  }

  private static String directoryOf(IssuanceRequest request) {
    return request.authority().directory().toString();
  }

  private static String text(List<Subject> subjects) {
    return subjects.stream().map(Subject::value).sorted().collect(Collectors.joining(" "));
  }
}
