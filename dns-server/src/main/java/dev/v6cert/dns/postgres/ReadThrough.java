package dev.v6cert.dns.postgres;

import dev.v6cert.base.Ticker;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks into the database before an answer, where the copy is older than a second: a client may
 * have told another server of a value, and the CA asks this one before the notification is here.
 * All who wait share one look; it takes 300 ms at most, and after one that took longer or failed,
 * answers come from the copy alone for five seconds.
 */
final class ReadThrough {
  private static final Duration FRESH = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofMillis(300);
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final int MOST_WAITING = 4;

  private final LongSupplier checked;
  private final Look look;
  private final Ticker clock;
  private final Semaphore places = new Semaphore(MOST_WAITING);
  private final AtomicReference<@Nullable CompletableFuture<Boolean>> running =
      new AtomicReference<>();
  private volatile long pauseEnd;

  /** Brings the copy up to date. */
  @FunctionalInterface
  interface Look {
    /** Whether that succeeded. */
    boolean succeeds();
  }

  /**
   * A look of this kind.
   *
   * @param checked the time at which the copy was last known to be the content
   */
  ReadThrough(LongSupplier checked, Look look, Ticker clock) {
    this.checked = checked;
    this.look = look;
    this.clock = clock;
    this.pauseEnd = clock.nanos();
  }

  /** Brings the copy up to date where it is old and that is done soon. */
  void refresh() {
    long now = clock.nanos();
    if (now - checked.getAsLong() < FRESH.toNanos() || now - pauseEnd < 0) {
      return;
    }
    if (!places.tryAcquire()) {
      return;
    }
    try {
      if (!current().get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        pauseEnd = clock.nanos() + PAUSE.toNanos();
      }
    } catch (TimeoutException | ExecutionException e) {
      pauseEnd = clock.nanos() + PAUSE.toNanos();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      places.release();
    }
  }

  private CompletableFuture<Boolean> current() {
    CompletableFuture<Boolean> own = new CompletableFuture<>();
    @Nullable CompletableFuture<Boolean> other = running.compareAndExchange(null, own);
    if (other != null) {
      return other;
    }
    Thread _ =
        Thread.ofVirtual()
            .name("dns-store-look")
            .start(() -> {
              boolean done = false;
              try {
                done = look.succeeds();
              } finally {
                running.set(null);
                boolean _ = own.complete(done);
              }
            });
    return own;
  }
}
