package dev.v6cert.proxy.limit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

/**
 * The slots for connections to servers behind; who finds none free waits in turn. Every I/O thread
 * calls it, and it blocks none.
 */
public final class ConnectionSlots {

  /** As many requests wait at a time; one more is told so at once. */
  private static final int MOST_WAITING = 2_000;

  private final int most;
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private final List<Runnable> savings = new CopyOnWriteArrayList<>();
  private int taken;
  private volatile boolean lacking;

  ConnectionSlots(int most) {
    this.most = most;
  }

  /** Somebody who waits for a slot. */
  public interface Waiter {

    /**
     * Takes a slot. Called by the thread that gives it back, or asks for it.
     *
     * @return whether it is of use; if not, another gets it
     */
    boolean placed();
  }

  /** The number of slots. */
  public int most() {
    return most;
  }

  /**
   * Registers a way to give back slots that are held in reserve; called when they lack.
   *
   * @return ends that
   */
  public Runnable onLack(Runnable saving) {
    savings.add(saving);
    return () -> savings.remove(saving);
  }

  /** Takes a slot, if one is free and nobody waits for it. */
  public synchronized boolean tryTake() {
    if (taken >= most || lacking) {
      return false;
    }
    taken++;
    return true;
  }

  /**
   * Waits for a slot; one that has become free meanwhile is the waiter's at once.
   *
   * @return whether there is room to wait
   */
  public boolean await(Waiter waiter) {
    boolean free;
    boolean first;
    synchronized (this) {
      if (waiting.size() >= MOST_WAITING) {
        return false;
      }
      free = tryTake();
      first = !free && waiting.isEmpty();
      if (!free) {
        waiting.add(waiter);
        lacking = true;
      }
    }
    if (free) {
      hand(waiter);
    } else if (first) {
      savings.forEach(Runnable::run);
    }
    return true;
  }

  /** Waits no longer; returns whether it still did. */
  public synchronized boolean leave(Waiter waiter) {
    boolean there = waiting.remove(waiter);
    lacking = !waiting.isEmpty();
    return there;
  }

  /** Whether somebody waits. */
  public boolean isLacking() {
    return lacking;
  }

  /** Takes the one whose turn it is out of the queue, if it is wanted. */
  public synchronized Optional<Waiter> next(Predicate<Waiter> wanted) {
    Waiter first = waiting.peek();
    if (first == null || !wanted.test(first)) {
      return Optional.empty();
    }
    leave(first);
    return Optional.of(first);
  }

  /** Gives a slot back, to the one who has waited longest. */
  public void giveBack() {
    Optional<Waiter> next = nextOrFree();
    next.ifPresent(this::hand);
  }

  private void hand(Waiter waiter) {
    Optional<Waiter> next = Optional.of(waiter);
    while (next.isPresent() && !next.get().placed()) {
      next = nextOrFree();
    }
  }

  private synchronized Optional<Waiter> nextOrFree() {
    Waiter next = waiting.poll();
    lacking = !waiting.isEmpty();
    if (next == null) {
      taken--;
    }
    return Optional.ofNullable(next);
  }
}
