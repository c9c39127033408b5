package dev.v6cert.acme.lineage;

import dev.v6cert.acme.hook.HookCommands;
import dev.v6cert.acme.hook.HookKind;
import dev.v6cert.acme.hook.HookResult;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * The record of a lineage's hooks in earlier runs. Whether the deploy hook is pending stands with
 * the lineage itself, because a new certificate makes it so at the same instant.
 *
 * @param pending the hooks to be run once more
 * @param last the result of the last hook of each kind
 * @param notified the failure that goes on, where the failure hook was notified of one
 */
public record HookRecord(
    Map<HookKind, PendingHook> pending,
    Map<HookKind, HookResult> last,
    Optional<NotifiedFailure> notified) {

  /** The record of a lineage of which no hook has run and none is pending. */
  public static final HookRecord NONE = new HookRecord(Map.of(), Map.of(), Optional.empty());

  /** Copies the maps. */
  public HookRecord {
    pending = Map.copyOf(pending);
    last = Map.copyOf(last);
  }

  /** Whether the failure hook is to be notified: of another failure, or of the same after a day. */
  public boolean isNews(String kind, Instant now) {
    return notified.filter(failure -> failure.covers(kind, now)).isEmpty();
  }

  HookRecord notified(NotifiedFailure failure) {
    return new HookRecord(pending, last, Optional.of(failure));
  }

  /** This record once the failure is over. */
  HookRecord withoutFailure() {
    return new HookRecord(withoutPending(HookKind.FAILURE).pending, last, Optional.empty());
  }

  HookRecord withPending(PendingHook hook) {
    Map<HookKind, PendingHook> all = new EnumMap<>(HookKind.class);
    all.putAll(pending);
    all.put(hook.kind(), hook);
    return new HookRecord(all, last, notified);
  }

  HookRecord withoutPending(HookKind kind) {
    Map<HookKind, PendingHook> all = new EnumMap<>(HookKind.class);
    all.putAll(pending);
    all.remove(kind);
    return new HookRecord(all, last, notified);
  }

  HookRecord after(HookResult result) {
    Map<HookKind, HookResult> all = new EnumMap<>(HookKind.class);
    all.putAll(last);
    all.put(result.kind(), result);
    HookRecord record = new HookRecord(pending, all, notified);
    return result.succeeded() ? record.withoutPending(result.kind()) : record;
  }

  /**
   * A hook that must run once more: no run of it has succeeded since it became due.
   *
   * @param environment the variables that the hook gets
   */
  public record PendingHook(
      HookKind kind, String command, Duration limit, Map<String, String> environment) {

    /** Copies the environment. */
    public PendingHook {
      environment = Map.copyOf(environment);
    }

    /** The hook alone, ready to run. */
    public HookCommands commands() {
      return new HookCommands(Map.of(kind, command), limit);
    }
  }

  /**
   * A failure that goes on, and of which the failure hook was notified.
   *
   * @param kind the kind of failure, in a word
   * @param at the moment of the last notification
   */
  public record NotifiedFailure(String kind, Instant at) {

    /** A little less than a day, so that a timer that runs daily does not miss every other one. */
    static final Duration SILENCE = Duration.ofHours(23);

    /** Whether this covers the failure; one in the future was notified by a wrong clock. */
    boolean covers(String other, Instant now) {
      return kind.equals(other) && !now.isBefore(at) && now.isBefore(at.plus(SILENCE));
    }
  }
}
