package dev.v6cert.dns.challenge;

import dev.v6cert.dns.challenge.RecordStore.Transaction;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of a store that wait for its medium. One thread takes all that wait, runs them
 * one after another, and has their changes made durable together. While the medium fails, it tries
 * again by itself.
 */
public final class TransactionQueue implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransactionQueue.class);

  private static final int MOST_WAITING = 4096;
  private static final int MOST_TOGETHER = 512;
  private static final Duration TOLD_AGAIN = Duration.ofHours(1);

  private final String name;
  private final Medium medium;
  private final Duration retry;
  private final Consumer<String> warnings;
  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread writer = Thread.ofPlatform().daemon().name("dns-store").unstarted(this::run);
  private final LongAdder writes = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile Optional<String> fault = Optional.of("the store is not open yet");
  private volatile boolean closed;
  private OptionalLong told = OptionalLong.empty();

  /** Keeps changes. Only the thread of the queue calls it. */
  public interface Medium {
    /**
     * Makes changes durable, and only then visible to readers. They are made as a whole or not at
     * all.
     *
     * @param changes to be asked once, with the newest content, for what is to be changed; nothing
     *     is written where that is nothing
     * @throws IOException when they cannot be made durable
     */
    void commit(Function<RecordView, List<Change>> changes) throws IOException;

    /**
     * Tries whether changes could be made, after a failure.
     *
     * @throws IOException when they could not
     */
    void probe() throws IOException;
  }

  /** A transaction that waits. */
  private static final class Pending<T> {
    private final Transaction<T> transaction;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Pending(Transaction<T> transaction) {
      this.transaction = transaction;
    }

    /** Runs it over a draft, and leaves its end to be told when the draft is durable. */
    Runnable run(UncommittedChanges draft) {
      UncommittedChanges own = new UncommittedChanges(draft);
      try {
        T value = transaction.apply(own);
        draft.absorb(own);
        return () -> result.complete(value);
      } catch (RuntimeException e) {
        return () -> result.completeExceptionally(e);
      }
    }

    void fail(String reason) {
      result.completeExceptionally(new StoreUnavailableException(reason));
    }
  }

  /**
   * A queue that refuses everything until it is started.
   *
   * @param name of the store in warnings, such as {@code the store in /var/lib/v6cert-dns}
   * @param retry the time between two attempts while the medium fails
   * @param warnings told in words of a failure, and when it is over
   */
  public TransactionQueue(String name, Medium medium, Duration retry, Consumer<String> warnings) {
    this.name = name;
    this.medium = medium;
    this.retry = retry;
    this.warnings = warnings;
  }

  /** Begins to take transactions. */
  public void start() {
    fault = Optional.empty();
    writer.start();
  }

  private void run() {
    List<Pending<?>> together = new ArrayList<>();
    while (!closed) {
      try {
        Pending<?> first = queue.poll(retry.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          together.add(first);
          queue.drainTo(together, MOST_TOGETHER - 1);
        }
        if (!together.isEmpty() || fault.isPresent()) {
          commit(together);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException | Error e) { // Whoever waits is told, and the thread stays.
        LOG.error("while writing to the store", e);
        together.forEach(pending -> pending.fail("a fault of the server: " + e));
      }
      together.clear();
    }
  }

  private void commit(List<Pending<?>> together) {
    List<Runnable> ends = new ArrayList<>();
    try {
      if (fault.isPresent()) {
        medium.probe();
        works();
      }
      if (!together.isEmpty()) {
        medium.commit(content -> {
          tellWhetherFull(content);
          UncommittedChanges draft = new UncommittedChanges(content);
          together.forEach(pending -> ends.add(pending.run(draft)));
          return draft.changes();
        });
      }
    } catch (IOException e) {
      String reason = Optional.ofNullable(e.getMessage()).orElse(e.toString());
      fails(reason);
      failures.add(together.size());
      together.forEach(pending -> pending.fail(reason));
      return;
    }
    writes.add(together.size());
    ends.forEach(Runnable::run);
  }

  /** Warns where registrations are refused from now on; once an hour, lest a few flood the log. */
  private void tellWhetherFull(RecordView content) {
    if (content.hasRoom()) {
      return;
    }
    long now = System.nanoTime();
    if (told.isEmpty() || now - told.getAsLong() > TOLD_AGAIN.toNanos()) {
      told = OptionalLong.of(now);
      warnings.accept(
          name
              + " is full: registrations are refused, since there is no memory for more accounts;"
              + " what it holds is served and changed; for more, start the server with"
              + " V6CERT_JAVA_OPTIONS=-Xmx256m");
    }
  }

  /** Takes note of a fault of the medium that was seen elsewhere; the next attempt may end it. */
  public synchronized void fails(String reason) {
    if (fault.isEmpty()) {
      warnings.accept(
          name
              + " takes no changes: "
              + reason
              + "; what it holds is served, and it is tried again every "
              + (retry.toSeconds() == 1 ? "second" : retry.toSeconds() + " seconds"));
    }
    fault = Optional.of(reason);
  }

  private synchronized void works() {
    warnings.accept(name + " takes changes again");
    fault = Optional.empty();
  }

  /**
   * Waits until a transaction is durable.
   *
   * @return its result
   * @throws StoreUnavailableException when it cannot be made durable now
   */
  public <T> T write(Transaction<T> transaction)
      throws StoreUnavailableException, InterruptedException {
    Pending<T> pending = new Pending<>(transaction);
    if (!writer.isAlive() || closed) {
      throw new StoreUnavailableException(fault.orElse("the store is closed"));
    }
    if (!queue.offer(pending)) {
      throw new StoreUnavailableException("too many changes wait");
    }
    if (closed) {
      drain();
    }
    try {
      return pending.result.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StoreUnavailableException unavailable) {
        throw unavailable;
      }
      throw new IllegalStateException("a fault of a transaction", e.getCause());
    }
  }

  /** The reason for which nothing can be written now; empty where all is well. */
  public Optional<String> fault() {
    return fault;
  }

  /**
   * The state of a store with this queue.
   *
   * @param octets the size of the store on disk
   */
  public StoreStatus status(StoreStatus.Held held, long octets) {
    return new StoreStatus(fault, held, writes.sum(), failures.sum(), octets);
  }

  /** Ends after the transactions that are being written; those that wait still fail. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    Pending<Boolean> last = new Pending<>(_ -> true); // Wakes the thread.
    boolean _ = queue.offer(last);
    boolean interrupted = false;
    try {
      boolean _ = !writer.isAlive() || writer.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    drain();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void drain() {
    List<Pending<?>> rest = new ArrayList<>();
    queue.drainTo(rest);
    rest.forEach(pending -> pending.fail("the server ends"));
  }
}
