package dev.v6cert.dns.guard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The memory that TCP connections may hold together for queries that are incomplete and replies
 * that are not sent. It is lent in small chunks and counted; when too much is out, the connection
 * that holds most is the one to close, among several with about as much the one that holds it
 * longest. One thread at a time.
 *
 * @param <C> a connection
 */
public final class OctetBudget<C> {
  /** The size of a chunk. A connection that holds anything holds at least one. */
  public static final int CHUNK = 512;

  private static final int RANKS = Integer.SIZE;

  private final long most;
  private final IntrusiveList<C>[] ranks;
  private final Deque<byte[]> spare = new ArrayDeque<>();
  private long held;

  /** A budget of {@code most} octets. */
  @SuppressWarnings("unchecked") // The array is of this object alone.
  public OctetBudget(long most) {
    this.most = most;
    this.ranks = Stream.generate(IntrusiveList<C>::new).limit(RANKS).toArray(IntrusiveList[]::new);
  }

  /** Octets of one connection, in the order in which they came. */
  public final class Holding {
    private final IntrusiveList.Link<C> place;
    private final Deque<byte[]> chunks = new ArrayDeque<>(4);
    private int first;
    private int size;
    private int rank = -1;

    private Holding(C owner) {
      this.place = new IntrusiveList.Link<>(owner);
    }

    /** The number of octets. */
    public int size() {
      return size;
    }

    /** Adds octets at the end. */
    public void append(byte[] source, int from, int length) {
      int done = 0;
      while (done < length) {
        int at = (first + size) % CHUNK;
        if (at == 0 && first + size == chunks.size() * CHUNK) {
          chunks.addLast(lend());
        }
        int part = Math.min(CHUNK - at, length - done);
        System.arraycopy(source, from + done, chunks.getLast(), at, part);
        done += part;
        size += part;
      }
      classify();
    }

    /** Copies the first {@code length} octets to {@code at} in {@code target}. */
    public void copy(byte[] target, int at, int length) {
      int done = 0;
      int skipped = first;
      for (byte[] chunk : chunks) {
        int part = Math.min(CHUNK - skipped, length - done);
        System.arraycopy(chunk, skipped, target, at + done, part);
        done += part;
        skipped = 0;
        if (done == length) {
          return;
        }
      }
    }

    /** Takes the first {@code count} octets out. */
    public void drop(int count) {
      first += count;
      size -= count;
      if (size == 0) {
        release();
        return;
      }
      while (first >= CHUNK) {
        first -= CHUNK;
        giveBack(chunks.removeFirst());
      }
      classify();
    }

    /** Takes everything out. */
    public void release() {
      chunks.forEach(OctetBudget.this::giveBack);
      chunks.clear();
      first = 0;
      size = 0;
      rank = -1;
      place.leave();
    }

    private void classify() {
      int now = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(Math.max(chunks.size(), 1));
      if (now != rank) {
        rank = now;
        ranks[now].append(place);
      }
    }
  }

  /** A place for octets of {@code owner}, empty. */
  public Holding open(C owner) {
    return new Holding(owner);
  }

  private byte[] lend() {
    byte[] last = spare.pollLast();
    byte[] chunk = last == null ? new byte[CHUNK] : last;
    held += CHUNK; // Not where there was no memory for it.
    return chunk;
  }

  private void giveBack(byte[] chunk) {
    held -= CHUNK;
    spare.addLast(chunk);
  }

  /** Leaves half of the memory that is not lent now to the garbage collector. */
  public void trim() {
    for (int i = (spare.size() + 1) / 2; i > 0; i--) {
      spare.pollLast();
    }
  }

  /** Whether no memory waits to be lent again. */
  public boolean isTrimmed() {
    return spare.isEmpty();
  }

  /** Whether more is held than may be. */
  public boolean isExceeded() {
    return held > most;
  }

  /** The connection that is to be closed when too much is held. */
  public Optional<C> largest() {
    for (int rank = RANKS - 1; rank >= 0; rank--) {
      Optional<C> holder = ranks[rank].first();
      if (holder.isPresent()) {
        return holder;
      }
    }
    return Optional.empty();
  }

  /** The number of octets that are held, in whole chunks. */
  public long held() {
    return held;
  }

  /** The number of octets that may be held. */
  public long most() {
    return most;
  }
}
