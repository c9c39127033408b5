package dev.v6cert.dns.challenge;

import dev.v6cert.dns.credential.BcryptHash;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Checks of keys against bcrypt hashes, one at a time: whoever knows a user name could keep every
 * processor busy with wrong keys. After a wrong key the next check waits four times as long as that
 * one took, half a second at most: all of them together take a fifth of one processor.
 */
final class ThrottledKeyChecks {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int REST = 4;
  private static final Duration LONGEST_REST = Duration.ofMillis(500);

  private final Semaphore turn = new Semaphore(1, true);

  /**
   * Whether the hash is made of the key.
   *
   * @throws StoreUnavailableException when others are before this one for too long
   */
  boolean matches(BcryptHash hash, String key)
      throws StoreUnavailableException, InterruptedException {
    if (!BcryptHash.isKey(key)) {
      return false;
    }
    if (!turn.tryAcquire(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new StoreUnavailableException("too many keys of imported accounts are being checked");
    }
    long begin = System.nanoTime();
    boolean right = false;
    try {
      right = hash.matches(key);
      return right;
    } finally {
      if (right) {
        turn.release();
      } else {
        rest(System.nanoTime() - begin);
      }
    }
  }

  private void rest(long nanos) {
    Thread _ =
        Thread.ofVirtual()
            .name("dns-slow-check")
            .start(() -> {
              try {
                Thread.sleep(Duration.ofNanos(Math.min(nanos * REST, LONGEST_REST.toNanos())));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } finally {
                turn.release();
              }
            });
  }
}
