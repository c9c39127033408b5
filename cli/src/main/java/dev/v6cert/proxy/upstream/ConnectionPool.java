package dev.v6cert.proxy.upstream;

import dev.v6cert.proxy.limit.ConnectionSlots;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.xnio.IoUtils;
import org.xnio.StreamConnection;
import org.xnio.XnioExecutor;
import org.xnio.XnioIoThread;

/**
 * The connections of one I/O thread to one upstream, and what the thread needs to write and read
 * heads. Each connection takes a slot: streams of events hold theirs for hours, so that one who
 * finds none free does not wait for long.
 */
final class ConnectionPool {

  private static final int MAX_IDLE = 64;
  private static final long MAX_IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long SWEEP_SECONDS = 10;
  private static final long WAIT_SECONDS = 10;

  private final XnioIoThread thread;
  private final Dialer dialer;
  private final ConnectionSlots slots;
  private final Deque<UpstreamConnection> idle = new ArrayDeque<>();
  private final Set<Dial> dials = ConcurrentHashMap.newKeySet();
  private final Octets octets = new Octets();
  private final HeaderNames names = new HeaderNames();
  private final Runnable unregister;
  private boolean sweeping;

  ConnectionPool(XnioIoThread thread, Dialer dialer, ConnectionSlots slots) {
    this.thread = thread;
    this.dialer = dialer;
    this.slots = slots;
    this.unregister = slots.onLack(() -> onThread(this::closeIdle));
  }

  /**
   * Gives back the slots of dials whose outcome nobody tells any more, and is asked for no idle
   * connections: the thread has ended, and with it all connections.
   */
  void close() {
    unregister.run();
    for (Dial dial : dials) {
      dial.giveBack();
    }
  }

  Octets octets() {
    return octets;
  }

  HeaderNames names() {
    return names;
  }

  /** The receiver of a connection. */
  interface Taker {
    void connected(UpstreamConnection connection);

    void failed(IOException why);

    /** There was no slot for one. */
    void crowded();

    /** The server did not take one in time. */
    void late();
  }

  /** A taker without a slot. */
  private final class Waiting implements ConnectionSlots.Waiter {
    private final boolean fresh;
    private final Taker taker;

    Waiting(boolean fresh, Taker taker) {
      this.fresh = fresh;
      this.taker = taker;
    }

    boolean takes(ConnectionPool pool) {
      return pool == ConnectionPool.this && !fresh;
    }

    @Override
    public boolean placed() {
      Dial dial = new Dial(taker);
      return onThread(dial::begin) || !dials.remove(dial);
    }

    void giveUp() {
      if (slots.leave(this)) {
        taker.crowded();
      }
    }
  }

  /**
   * A slot that is held for a connection which is not there yet. The slot is held until the dial
   * has ended, which may be later than anybody waits for it.
   */
  private final class Dial implements Dialer.Outcome {
    private final Taker taker;
    private XnioExecutor.@Nullable Key limit;
    private boolean late;

    Dial(Taker taker) {
      this.taker = taker;
      dials.add(this);
    }

    void begin() {
      limit = thread.executeAfter(this::giveUp, Dialer.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      dialer.dial(thread, this);
    }

    private void giveUp() {
      late = true;
      taker.late();
    }

    private void stopClock() {
      if (limit != null) {
        limit.remove();
      }
    }

    @Override
    public void connected(StreamConnection connection) {
      stopClock();
      if (late) {
        giveBack();
      }
      if (dials.remove(this)) {
        taker.connected(new UpstreamConnection(connection, slots::giveBack));
      } else {
        IoUtils.safeClose(connection);
      }
    }

    @Override
    public void failed(IOException why) {
      stopClock();
      giveBack();
      if (!late) {
        taker.failed(why);
      }
    }

    void giveBack() {
      if (dials.remove(this)) {
        slots.giveBack();
      }
    }
  }

  /**
   * Gives a connection, at once or later.
   *
   * @param fresh whether it must be a new one
   */
  void take(boolean fresh, Taker taker) {
    UpstreamConnection known = fresh ? null : idle();
    if (known != null) {
      known.source().suspendReads();
      taker.connected(known);
      return;
    }
    if (slots.tryTake()) {
      new Dial(taker).begin();
      return;
    }
    Waiting waiting = new Waiting(fresh, taker);
    if (slots.await(waiting)) {
      thread.executeAfter(waiting::giveUp, WAIT_SECONDS, TimeUnit.SECONDS);
    } else {
      taker.crowded();
    }
  }

  private boolean onThread(Runnable task) {
    try {
      thread.execute(task);
      return true;
    } catch (RejectedExecutionException e) {
      return false; // The front ends, and with its threads all connections.
    }
  }

  private @Nullable UpstreamConnection idle() {
    UpstreamConnection connection = idle.pollFirst();
    while (connection != null && !connection.isOpen()) {
      connection = idle.pollFirst();
    }
    return connection;
  }

  /** Takes a connection back that is ready for another request. */
  void giveBack(UpstreamConnection connection) {
    if (slots.isLacking()) {
      handOver(connection);
      return;
    }
    if (idle.size() >= MAX_IDLE) {
      connection.close();
      return;
    }
    connection.park(System.nanoTime());
    idle.addFirst(connection);
    if (!sweeping) {
      sweeping = true;
      thread.executeAfter(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  /** To the one who waits longest; where that one wants another upstream, its slot alone. */
  private void handOver(UpstreamConnection connection) {
    Optional<ConnectionSlots.Waiter> next =
        slots.next(waiter -> waiter instanceof Waiting one && one.takes(this));
    if (next.isEmpty()) {
      connection.close();
      return;
    }
    connection.reuse();
    onThread(() -> ((Waiting) next.get()).taker.connected(connection));
  }

  private void closeIdle() {
    idle.forEach(UpstreamConnection::close);
    idle.clear();
  }

  private void sweep() {
    long now = System.nanoTime();
    idle.removeIf(connection -> {
      boolean late = !connection.isOpen() || now - connection.idleSince() > MAX_IDLE_NANOS;
      if (late) {
        connection.close();
      }
      return late;
    });
    sweeping = !idle.isEmpty();
    if (sweeping) {
      thread.executeAfter(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }
}
