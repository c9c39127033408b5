package dev.v6cert.testing;

import dev.v6cert.base.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only while somebody waits. */
public final class HandTicker implements Ticker {

  private final List<Duration> pauses = new CopyOnWriteArrayList<>();
  private final AtomicLong now = new AtomicLong();

  @Override
  public long nanos() {
    return now.get();
  }

  @Override
  public void pause(Duration pause) {
    pauses.add(pause);
    now.addAndGet(pause.toNanos());
  }

  /** Every wait so far, in order. */
  public List<Duration> pauses() {
    return pauses;
  }
}
