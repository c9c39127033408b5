package dev.v6cert.dns.challenge;

import dev.v6cert.dns.challenge.ChangeCodec.Batch;
import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * A record store in a journal on disk. One thread writes: it takes all transactions that wait,
 * appends their changes as one frame, makes it durable, and only then shows them to readers. When
 * the journal has become four times as large as its content, it is written anew beside the old one
 * and renamed.
 */
public final class JournalStore implements RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(JournalStore.class);

  private static final int MOST_WAITING = 4096;
  private static final int MOST_TOGETHER = 512;
  private static final int CHANGES_IN_A_FRAME = 10_000;
  private static final int SMALLEST_TO_COMPACT = 1 << 20;
  private static final int GROWTH = 4;
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Path directory;
  private final Consumer<String> warnings;
  private final RecordTable table = new RecordTable();
  private final BlockingQueue<Pending<?>> queue = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread writer = Thread.ofPlatform().daemon().name("dns-store").unstarted(this::run);
  private @Nullable JournalFile journal;
  private final int smallestToCompact;
  private long compactAt;
  private volatile Optional<String> fault = Optional.of("the store is not open yet");
  private volatile boolean closed;
  private volatile long length;
  private final LongAdder writes = new LongAdder();
  private final LongAdder failures = new LongAdder();

  /** A transaction that waits. */
  private static final class Pending<T> {
    private final Transaction<T> transaction;
    private final CompletableFuture<T> result = new CompletableFuture<>();

    Pending(Transaction<T> transaction) {
      this.transaction = transaction;
    }

    /** Runs it over a draft, and leaves its end to be told when the draft is durable. */
    Runnable run(Overlay draft) {
      Overlay own = new Overlay(draft);
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
   * A store that is empty and refuses changes until it is {@linkplain #open opened}.
   *
   * @param directory where its files are; made where it is missing
   * @param warnings told in words of what goes wrong, and when it is over
   */
  public JournalStore(Path directory, Consumer<String> warnings) {
    this(directory, warnings, SMALLEST_TO_COMPACT);
  }

  /** A store whose journal is written anew only when it is larger than some octets. */
  JournalStore(Path directory, Consumer<String> warnings, int smallestToCompact) {
    this.directory = directory;
    this.warnings = warnings;
    this.smallestToCompact = smallestToCompact;
  }

  /**
   * Reads the journal, and begins to take changes.
   *
   * @throws FileFailure when another process uses it, when it is damaged or cannot be used
   */
  public void open() throws FileFailure {
    JournalFile.Opened opened =
        JournalFile.open(
            directory,
            content -> {
              Batch batch = ChangeCodec.decode(content);
              table.apply(batch.serial(), batch.changes());
            });
    journal = opened.journal();
    length = journal.length();
    compactAt = Math.max(smallestToCompact, length * GROWTH);
    if (opened.cut() > 0) {
      warnings.accept(
          "the last start ended in a write: "
              + opened.cut()
              + " octets that nobody was promised are cut off the journal in "
              + directory);
    }
    fault = Optional.empty();
    writer.start();
  }

  private void run() {
    List<Pending<?>> together = new ArrayList<>();
    while (!closed) {
      try {
        Pending<?> first = queue.poll(RETRY.toMillis(), TimeUnit.MILLISECONDS);
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
    Overlay draft = new Overlay(table);
    List<Runnable> ends = together.stream().<Runnable>map(pending -> pending.run(draft)).toList();
    List<Change> changes = draft.changes();
    try {
      if (!changes.isEmpty() || fault.isPresent()) {
        write(new Batch(table.serial() + (changes.isEmpty() ? 0 : 1), changes));
      }
    } catch (IOException e) {
      failed(together, e);
      return;
    }
    if (fault.isPresent()) {
      warnings.accept("the store in " + directory + " takes changes again");
      fault = Optional.empty();
    }
    writes.add(together.size());
    ends.forEach(Runnable::run);
  }

  private void write(Batch batch) throws IOException {
    JournalFile file = Objects.requireNonNull(journal);
    file.append(ChangeCodec.encode(batch));
    table.apply(batch.serial(), batch.changes());
    if (file.length() > compactAt) {
      compact(file);
    }
    length = file.length();
  }

  private void failed(List<Pending<?>> together, IOException reason) {
    String text = Optional.ofNullable(reason.getMessage()).orElse(reason.toString());
    if (fault.isEmpty()) {
      warnings.accept(
          "the store in "
              + directory
              + " takes no changes: "
              + text
              + "; what it holds is served, and it is tried again every "
              + RETRY.toSeconds()
              + " seconds");
    }
    fault = Optional.of(text);
    failures.add(together.size());
    together.forEach(pending -> pending.fail(text));
  }

  /** Writes the journal anew. The old one is as good, so that a failure only costs room. */
  private void compact(JournalFile file) {
    List<Change> content = table.content();
    List<byte[]> frames = new ArrayList<>();
    int from = 0;
    do { // One frame at least, for the serial.
      int to = Math.min(from + CHANGES_IN_A_FRAME, content.size());
      frames.add(ChangeCodec.encode(new Batch(table.serial(), content.subList(from, to))));
      from = to;
    } while (from < content.size());
    try {
      file.replace(frames);
    } catch (IOException e) {
      LOG.warn("the journal stays as large as it is", e);
    }
    compactAt = Math.max(smallestToCompact, file.length() * GROWTH);
  }

  @Override
  public <T> T write(Transaction<T> transaction)
      throws StoreUnavailableException, InterruptedException {
    Pending<T> pending = new Pending<>(transaction);
    if (!writer.isAlive() || closed) {
      throw new StoreUnavailableException(fault.orElse("the store is closed"));
    }
    if (!queue.offer(pending)) {
      throw new StoreUnavailableException("too many changes wait for the disk");
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

  @Override
  public Optional<Account> account(String user) {
    return table.account(user);
  }

  @Override
  public List<HostedRecord> records(Name name) {
    return table.records(name);
  }

  @Override
  public boolean exists(Name name) {
    return table.exists(name);
  }

  @Override
  public Collection<Account> accounts() {
    return table.accounts();
  }

  @Override
  public long serial() {
    return table.serial();
  }

  @Override
  public ZoneContent content() {
    return table.records();
  }

  @Override
  public Optional<ZoneChanges> changesSince(long serial) {
    return table.changesSince(serial);
  }

  @Override
  public void onChange(Runnable task) {
    table.onChange(task);
  }

  @Override
  public StoreStatus status() {
    return new StoreStatus(
        fault, table.countAccounts(), table.countNames(), writes.sum(), failures.sum(), length);
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
      writer.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      interrupted = true;
    }
    drain();
    if (journal != null) {
      journal.close();
    }
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
