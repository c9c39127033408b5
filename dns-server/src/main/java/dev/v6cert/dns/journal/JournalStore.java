package dev.v6cert.dns.journal;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.RecordView;
import dev.v6cert.dns.challenge.StoreStatus;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.challenge.TransactionQueue;
import dev.v6cert.dns.challenge.ZoneChanges;
import dev.v6cert.dns.challenge.ZoneContent;
import dev.v6cert.dns.content.ChangeCodec;
import dev.v6cert.dns.content.ChangeCodec.Batch;
import dev.v6cert.dns.content.MemoryLimit;
import dev.v6cert.dns.content.RecordTable;
import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * A record store in a journal on disk. Changes that are made together are appended as one frame,
 * which is made durable before they are shown to readers. When the journal has become four times as
 * large as its content, it is written anew beside the old one and renamed.
 */
public final class JournalStore implements RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(JournalStore.class);

  private static final int CHANGES_IN_A_FRAME = 1000;
  private static final int SMALLEST_TO_COMPACT = 1 << 20;
  private static final int GROWTH = 4;
  private static final Duration RETRY = Duration.ofSeconds(5);

  private final Path directory;
  private final Consumer<String> warnings;
  private final RecordTable table;
  private final TransactionQueue queue;
  private final int smallestToCompact;
  private @Nullable JournalFile journal;
  private long compactAt;
  private volatile long length;

  /**
   * A store that is empty and refuses changes until it is {@linkplain #open opened}.
   *
   * @param directory where its files are; made where it is missing
   * @param warnings told in words of what goes wrong, and when it is over
   */
  public JournalStore(Path directory, Consumer<String> warnings) {
    this(directory, warnings, SMALLEST_TO_COMPACT, MemoryLimit.ofThisProcess());
  }

  /** A store whose journal is written anew only when it is larger than some octets. */
  JournalStore(Path directory, Consumer<String> warnings, int smallestToCompact) {
    this(directory, warnings, smallestToCompact, MemoryLimit.ofThisProcess());
  }

  /** A store whose content has so much memory. */
  JournalStore(
      Path directory, Consumer<String> warnings, int smallestToCompact, MemoryLimit limit) {
    this.table = new RecordTable(limit);
    this.directory = directory;
    this.warnings = warnings;
    this.smallestToCompact = smallestToCompact;
    this.queue = new TransactionQueue("the store in " + directory, new Journal(), RETRY, warnings);
  }

  /** Whether a directory holds a journal. */
  public static boolean exists(Path directory) {
    return JournalFile.exists(directory);
  }

  /**
   * Reads the journal, and begins to take changes.
   *
   * @throws FileFailure when another process uses it, when it is damaged or cannot be used
   */
  @Override
  public void open() throws FileFailure {
    JournalFile.Opened opened =
        JournalFile.open(
            directory,
            content -> {
              Batch batch = ChangeCodec.decode(content);
              table.apply(batch.serial(), batch.changes());
              if (table.isTooLarge()) {
                throw FileFailure.tooLarge(directory);
              }
            });
    journal = opened.journal();
    length = journal.length();
    // The journal may have been about to be written anew; what it holds is not larger than in
    // memory.
    compactAt = Math.max(smallestToCompact, Math.min(length, table.held().octets()) * GROWTH);
    if (opened.cut() > 0) {
      warnings.accept(
          "the last start ended in a write: "
              + opened.cut()
              + " octets that nobody was promised are cut off the journal in "
              + directory);
    }
    queue.start();
  }

  /** The journal as the queue writes to it. */
  private final class Journal implements TransactionQueue.Medium {
    @Override
    public void commit(Function<RecordView, List<Change>> changes) throws IOException {
      List<Change> all = changes.apply(table);
      if (!all.isEmpty()) {
        write(new Batch(table.serial() + 1, all));
      }
    }

    @Override
    public void probe() throws IOException {
      write(new Batch(table.serial(), List.of()));
    }
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

  /** Writes the journal anew. The old one is as good, so that a failure only costs room. */
  private void compact(JournalFile file) {
    List<Change> content = table.content();
    int frames = Math.max(1, Math.ceilDiv(content.size(), CHANGES_IN_A_FRAME)); // For the serial.
    try {
      file.replace(() -> IntStream.range(0, frames).mapToObj(n -> frame(content, n)).iterator());
    } catch (IOException e) {
      LOG.warn("the journal stays as large as it is", e);
    }
    compactAt = Math.max(smallestToCompact, file.length() * GROWTH);
  }

  /** A frame of the journal when it is written anew; all of them do not fit into memory. */
  private byte[] frame(List<Change> content, int number) {
    int from = number * CHANGES_IN_A_FRAME;
    int to = Math.min(from + CHANGES_IN_A_FRAME, content.size());
    return ChangeCodec.encode(new Batch(table.serial(), content.subList(from, to)));
  }

  @Override
  public <T> T write(Transaction<T> transaction)
      throws StoreUnavailableException, InterruptedException {
    return queue.write(transaction);
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
  public boolean hasRoom() {
    return table.hasRoom();
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
    return queue.status(table.held(), length);
  }

  /** Ends after the transactions that are being written; those that wait still fail. */
  @Override
  public void close() {
    queue.close();
    if (journal != null) {
      journal.close();
    }
  }
}
