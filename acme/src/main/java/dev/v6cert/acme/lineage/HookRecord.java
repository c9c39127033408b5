package dev.v6cert.acme.lineage;

import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a lineage's hooks from earlier runs. Whether the deploy hook is owed stands with
 * the lineage itself, because a new certificate makes it so at the same instant.
 *
 * @param owed the hooks to be run once more
 * @param last how the last hook of each kind ended
 * @param told the failure that goes on, where the failure hook was told of one
 */
public record HookRecord(
    Map<HookKind, OwedHook> owed, Map<HookKind, HookResult> last, Optional<ToldFailure> told) {

  /** Nothing was run, and nothing is owed. */
  public static final HookRecord NONE = new HookRecord(Map.of(), Map.of(), Optional.empty());

  /** Copies the maps. */
  public HookRecord {
    owed = Map.copyOf(owed);
    last = Map.copyOf(last);
  }

  /** Whether the failure hook is to be told: of another failure, or of the same after a day. */
  public boolean isNews(String kind, Instant now) {
    return told.filter(failure -> failure.covers(kind, now)).isEmpty();
  }

  HookRecord telling(ToldFailure failure) {
    return new HookRecord(owed, last, Optional.of(failure));
  }

  /** The failure is over. */
  HookRecord calm() {
    return new HookRecord(withoutOwed(HookKind.FAILURE).owed, last, Optional.empty());
  }

  HookRecord owing(OwedHook hook) {
    Map<HookKind, OwedHook> all = new EnumMap<>(HookKind.class);
    all.putAll(owed);
    all.put(hook.kind(), hook);
    return new HookRecord(all, last, told);
  }

  HookRecord withoutOwed(HookKind kind) {
    Map<HookKind, OwedHook> all = new EnumMap<>(HookKind.class);
    all.putAll(owed);
    all.remove(kind);
    return new HookRecord(all, last, told);
  }

  HookRecord after(HookResult result) {
    Map<HookKind, HookResult> all = new EnumMap<>(HookKind.class);
    all.putAll(last);
    all.put(result.kind(), result);
    HookRecord record = new HookRecord(owed, all, told);
    return result.succeeded() ? record.withoutOwed(result.kind()) : record;
  }
}
