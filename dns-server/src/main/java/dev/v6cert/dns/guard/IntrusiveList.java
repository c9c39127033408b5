package dev.v6cert.dns.guard;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Items in the order in which they were appended, the oldest first. An item joins and leaves in
 * constant time through its {@link Link}, and joining allocates nothing. One thread at a time.
 */
public final class IntrusiveList<T> {
  private final Link<T> ends = new Link<>(null);

  /** The place of an item in one chain at a time. */
  public static final class Link<T> {
    private final @Nullable T item;
    private Link<T> previous = this;
    private Link<T> next = this;

    /** A link of {@code item}, in no chain. */
    public Link(@Nullable T item) {
      this.item = item;
    }

    /** Leaves the chain; does nothing where it is in none. */
    public void leave() {
      previous.next = next;
      next.previous = previous;
      previous = this;
      next = this;
    }
  }

  /** Puts an item last, wherever it was before. */
  public void append(Link<T> link) {
    link.leave();
    link.previous = ends.previous;
    link.next = ends;
    ends.previous.next = link;
    ends.previous = link;
  }

  /** The item that was appended longest ago. */
  public Optional<T> first() {
    return Optional.ofNullable(ends.next.item);
  }
}
