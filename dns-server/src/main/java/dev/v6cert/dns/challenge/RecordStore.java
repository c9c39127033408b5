package dev.v6cert.dns.challenge;

import dev.v6cert.dns.file.FileFailure;
import java.util.Collection;
import java.util.Optional;
import org.xbill.DNS.Name;

/**
 * Accounts and records that outlive the process.
 *
 * <p>Every method may be called from any thread. The methods that read answer from memory and never
 * wait for a disk or a database; the DNS threads call them. {@link #write} waits until the change
 * is durable, and is never called from a thread that answers queries.
 *
 * <p>A transaction sees the changes of all transactions before it, by whichever server, and is
 * applied as a whole or not at all. When {@code write} returns, its changes survive a kill of the
 * process and a loss of power, and are visible to every reader of this store. When it throws,
 * nobody ever sees any of them; only a store in a database may have made all of them, where the
 * connection broke while it committed, so a repeat must do no harm. After a crash in the middle of
 * {@code write}, all of its changes are there at the next start, or none.
 *
 * <p>While the medium fails, reads go on from memory, each {@code write} throws, and {@link
 * #status} says so. The store tries again by itself, at least every five seconds.
 */
public interface RecordStore extends RecordView, AutoCloseable {

  /**
   * Reads what is stored, and begins to take changes. Until then a store is empty and refuses them.
   *
   * @throws FileFailure when a file is damaged, cannot be used, or is used by another process
   * @throws StoreFailure when a database cannot be used
   */
  void open() throws FileFailure, StoreFailure;

  /**
   * Brings the content up to date where others may have changed it a while ago, before a name is
   * answered for. Called by the threads that answer queries, so it waits for a fraction of a second
   * at most, and leaves the content as it is when that is not enough.
   */
  default void refresh() {}

  /**
   * Runs a transaction and makes its changes durable.
   *
   * @return the result of the transaction
   * @throws StoreUnavailableException when the changes cannot be made durable now
   * @throws InterruptedException when the calling thread is interrupted; the changes may be made
   */
  <T> T write(Transaction<T> transaction) throws StoreUnavailableException, InterruptedException;

  /** Whether the name has records, stands above one that has, or belongs to an account. */
  boolean exists(Name name);

  /** All accounts, in no order. */
  Collection<Account> accounts();

  /** The number of changes so far, from 1; the serial of the zone. */
  long serial();

  /** All records, and the serial at which they are what they are. It waits for memory alone. */
  ZoneContent content();

  /**
   * The difference to the state at an earlier serial.
   *
   * @return empty where the serial is unknown, or longer ago than the history reaches
   */
  Optional<ZoneChanges> changesSince(long serial);

  /** Has a short task run whenever a change has become visible; on any thread. */
  void onChange(Runnable task);

  /** The state of the medium, and what it holds. */
  StoreStatus status();

  @Override
  void close();

  /**
   * A change that depends on what is there. It may be run on another thread and more than once, so
   * it has no effect but on its draft.
   */
  @FunctionalInterface
  interface Transaction<T> {
    /** Reads and changes the draft; a result that says why nothing was changed is as good. */
    T apply(Draft draft);
  }

  /** The content as one transaction sees and changes it. */
  interface Draft extends RecordView {
    /** Adds an account, or replaces the one of the same user. */
    void put(Account account);

    /** Removes the account of a user; its records stay. */
    void remove(String user);

    /** Replaces all records of a name, of all types. */
    void set(Name name, Collection<HostedRecord> records);
  }
}
