package dev.v6cert.acme.store;

import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is known of a lineage's hooks from earlier runs. Whether the deploy hook is owed stands with
 * the lineage itself, because a new certificate makes it so at the same instant.
 *
 * @param owed the hooks to be run once more
 * @param last how the last hook of each kind ended
 */
public record HookRecord(Map<HookKind, OwedHook> owed, Map<HookKind, HookResult> last) {

  /** Nothing was run, and nothing is owed. */
  public static final HookRecord NONE = new HookRecord(Map.of(), Map.of());

  /** Copies the maps. */
  public HookRecord {
    owed = Map.copyOf(owed);
    last = Map.copyOf(last);
  }

  HookRecord owing(OwedHook hook) {
    Map<HookKind, OwedHook> all = new EnumMap<>(HookKind.class);
    all.putAll(owed);
    all.put(hook.kind(), hook);
    return new HookRecord(all, last);
  }

  HookRecord withoutOwed(HookKind kind) {
    Map<HookKind, OwedHook> all = new EnumMap<>(HookKind.class);
    all.putAll(owed);
    all.remove(kind);
    return new HookRecord(all, last);
  }

  HookRecord after(HookResult result) {
    Map<HookKind, HookResult> all = new EnumMap<>(HookKind.class);
    all.putAll(last);
    all.put(result.kind(), result);
    HookRecord record = new HookRecord(owed, all);
    return result.succeeded() ? record.withoutOwed(result.kind()) : record;
  }
}
