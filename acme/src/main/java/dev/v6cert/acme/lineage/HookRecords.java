package dev.v6cert.acme.lineage;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import dev.v6cert.acme.state.DurableFiles;
import dev.v6cert.acme.state.PropertiesText;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.acme.state.StateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** {@code hooks/<lineage>.properties}: the hook records of a state directory. */
public final class HookRecords {

  private static final int FORMAT = 1;
  private static final String OWED = "owed.";
  private static final String TOLD = "told";
  private static final String VARIABLE = ".env.";

  private final StateDirectory directory;

  /** The records in the directory, which need not exist. */
  public HookRecords(StateDirectory directory) {
    this.directory = directory;
  }

  /**
   * The lineage's record. A damaged one counts as none: it must not keep a renewal away.
   *
   * @throws AcmeFailureException when a newer version wrote it
   */
  public HookRecord find(LineageName name) throws AcmeFailureException {
    Path file = file(name);
    if (!Files.exists(file)) {
      return HookRecord.NONE;
    }
    try {
      return record(StateFile.read(file, FORMAT));
    } catch (AcmeFailureException e) {
      if (StateFailures.isCorrupt(e)) {
        return HookRecord.NONE;
      }
      throw e;
    } catch (RuntimeException e) { // Every parser below refuses in its own way.
      return HookRecord.NONE;
    }
  }

  /** The names, of lineages or not, for which there are records. */
  public List<LineageName> names() throws AcmeFailureException {
    List<LineageName> names = new ArrayList<>();
    try {
      for (Path file : DurableFiles.children(directory.hooks())) {
        CertificateStore.name(file, StateFile.SUFFIX).ifPresent(names::add);
      }
      return names;
    } catch (IOException e) {
      throw StateFailures.unreadable(directory.hooks(), e);
    }
  }

  /** Records the hook as pending, before it is run. */
  public void addPending(StateLock lock, LineageName name, HookRecord.PendingHook hook)
      throws AcmeFailureException {
    change(lock, name, record -> record.withPending(hook));
  }

  /** Records that the failure hook is being notified of a failure, before it is run. */
  public void notifyFailure(
      StateLock lock,
      LineageName name,
      HookRecord.NotifiedFailure failure,
      HookRecord.PendingHook hook)
      throws AcmeFailureException {
    change(lock, name, record -> record.notified(failure).withPending(hook));
  }

  /** Records that no failure goes on: the failure hook is not pending any more. */
  public void clearFailure(StateLock lock, LineageName name) throws AcmeFailureException {
    HookRecord record = find(name);
    if (!record.withoutFailure().equals(record)) {
      change(lock, name, HookRecord::withoutFailure);
    }
  }

  /** Records the result of a hook; one that succeeded is no longer pending. */
  public void addResult(StateLock lock, LineageName name, HookResult result)
      throws AcmeFailureException {
    change(lock, name, record -> record.after(result));
  }

  private void change(StateLock lock, LineageName name, UnaryOperator<HookRecord> change)
      throws AcmeFailureException {
    Path file = new HookRecords(lock.directory()).file(name);
    try {
      DurableFiles.write(file, text(change.apply(find(name))));
    } catch (IOException e) {
      throw StateFailures.unwritable(file, e);
    }
  }

  Path file(LineageName name) {
    return directory.hooks().resolve(name.text() + StateFile.SUFFIX);
  }

  private static String text(HookRecord record) throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put(StateFile.VERSION, Integer.toString(FORMAT));
    for (HookRecord.PendingHook hook : record.pending().values()) {
      String prefix = OWED + hook.kind().id();
      values.put(prefix + ".command", hook.command());
      values.put(prefix + ".limit", hook.limit().toString());
      hook.environment().forEach((key, value) -> values.put(prefix + VARIABLE + key, value));
    }
    record
        .notified()
        .ifPresent(failure -> {
          values.put(TOLD + ".kind", failure.kind());
          values.put(TOLD + ".at", failure.at().toString());
        });
    for (HookResult result : record.last().values()) {
      String prefix = result.kind().id();
      values.put(prefix + ".command", result.command());
      values.put(prefix + ".at", result.at().toString());
      values.put(prefix + ".status", Integer.toString(result.status()));
      values.put(prefix + ".timed-out", Boolean.toString(result.timedOut()));
      values.put(prefix + ".took", result.took().toString());
      values.put(prefix + ".output", result.output());
    }
    return PropertiesText.format(values);
  }

  private static HookRecord record(Map<String, String> values) {
    Map<HookKind, HookRecord.PendingHook> pending = new EnumMap<>(HookKind.class);
    Map<HookKind, HookResult> last = new EnumMap<>(HookKind.class);
    for (HookKind kind : HookKind.values()) {
      pending(values, kind).ifPresent(hook -> pending.put(kind, hook));
      result(values, kind).ifPresent(result -> last.put(kind, result));
    }
    return new HookRecord(pending, last, notified(values));
  }

  private static Optional<HookRecord.NotifiedFailure> notified(Map<String, String> values) {
    return Optional.ofNullable(values.get(TOLD + ".kind"))
        .map(kind ->
            new HookRecord.NotifiedFailure(
                kind, Instant.parse(values.getOrDefault(TOLD + ".at", ""))));
  }

  private static Optional<HookRecord.PendingHook> pending(
      Map<String, String> values, HookKind kind) {
    String prefix = OWED + kind.id();
    String command = values.get(prefix + ".command");
    if (command == null) {
      return Optional.empty();
    }
    String variable = prefix + VARIABLE;
    Map<String, String> environment =
        values.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(variable))
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().substring(variable.length()), Map.Entry::getValue));
    Duration limit = Duration.parse(values.getOrDefault(prefix + ".limit", ""));
    return Optional.of(new HookRecord.PendingHook(kind, command, limit, environment));
  }

  private static Optional<HookResult> result(Map<String, String> values, HookKind kind) {
    String prefix = kind.id();
    String command = values.get(prefix + ".command");
    if (command == null) {
      return Optional.empty();
    }
    return Optional.of(
        new HookResult(
            kind,
            command,
            Instant.parse(values.getOrDefault(prefix + ".at", "")),
            Integer.parseInt(values.getOrDefault(prefix + ".status", "")),
            Boolean.parseBoolean(values.get(prefix + ".timed-out")),
            Duration.parse(values.getOrDefault(prefix + ".took", "")),
            values.getOrDefault(prefix + ".output", "")));
  }
}
