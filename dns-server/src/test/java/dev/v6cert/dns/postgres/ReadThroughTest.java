package dev.v6cert.dns.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.base.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Looks into a database, by the clock of the test. */
class ReadThroughTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final AtomicLong now = new AtomicLong(-5 * SECOND);
  private volatile long checked = now.get();
  private volatile boolean succeeds = true;
  private final AtomicInteger looks = new AtomicInteger();
  private final CountDownLatch release = new CountDownLatch(1);

  private final Ticker clock =
      new Ticker() {
        @Override
        public long nanos() {
          return now.get();
        }

        @Override
        public void pause(Duration time) {
          throw new UnsupportedOperationException();
        }
      };

  private final ReadThrough readThrough =
      new ReadThrough(
          () -> checked,
          () -> {
            int _ = looks.incrementAndGet();
            checked = succeeds ? now.get() : checked;
            return succeeds;
          },
          clock);

  @Test
  void isMadeOnceASecond() {
    readThrough.refresh();
    assertThat(looks).hasValue(0);
    now.addAndGet(SECOND);
    readThrough.refresh();
    readThrough.refresh();
    assertThat(looks).hasValue(1);
    now.addAndGet(SECOND);
    readThrough.refresh();
    assertThat(looks).hasValue(2);
  }

  @Test
  void isNotMadeForFiveSecondsAfterAFailure() {
    succeeds = false;
    now.addAndGet(SECOND);
    readThrough.refresh();
    now.addAndGet(5 * SECOND - 1);
    readThrough.refresh();
    assertThat(looks).hasValue(1);
    now.addAndGet(1);
    readThrough.refresh();
    assertThat(looks).hasValue(2);
  }

  @Test
  void keepsFourWaitingForThirtyHundredthsAtMost() throws Exception {
    ReadThrough stuck =
        new ReadThrough(
            () -> checked,
            () -> {
              int _ = looks.incrementAndGet();
              try {
                release.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return true;
            },
            clock);
    now.addAndGet(SECOND);
    List<Future<Duration>> waits = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
      for (int i = 0; i < 20; i++) {
        waits.add(
            threads.submit(() -> {
              long begin = System.nanoTime();
              stuck.refresh();
              return Duration.ofNanos(System.nanoTime() - begin);
            }));
      }
      int waited = 0;
      for (Future<Duration> wait : waits) {
        waited += wait.get().toMillis() >= 290 ? 1 : 0;
      }
      assertThat(waited).isBetween(1, 4);
    }
    assertThat(looks).hasValue(1);
    release.countDown();
  }
}
