package dev.v6cert.dns.postgres;

import dev.v6cert.dns.content.RecordTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The copy of the database in memory. Whoever changes it holds its lock; readers need none. It is
 * always the content of the database at one serial.
 */
final class Replica {
  /** Held while the copy is changed, and by the writer from its reading to its commit. */
  final ReentrantLock changing = new ReentrantLock();

  private volatile RecordTable table = new RecordTable();
  private volatile long checked = System.nanoTime();
  private final List<Runnable> listeners = new ArrayList<>();

  /** The content, which the holder of the lock may change. */
  RecordTable table() {
    return table;
  }

  /** The time at which the copy was last known to be the content, by {@link System#nanoTime}. */
  long checked() {
    return checked;
  }

  /** Takes note that the copy was the content at a time. */
  void check(long time) {
    checked = time;
  }

  /** Has a task run after each change, also one that comes with everything anew. */
  void onChange(Runnable task) {
    changing.lock();
    try {
      listeners.add(task);
      table.onChange(task);
    } finally {
      changing.unlock();
    }
  }

  /** Reads everything anew, also what the database has lost. */
  void reread(Connection connection) throws SQLException, IOException {
    changing.lock();
    try {
      long begin = System.nanoTime();
      RecordTable next = table.successor();
      Tables.read(connection, next);
      next.complete();
      listeners.forEach(next::onChange);
      table = next;
      checked = begin;
      listeners.forEach(Runnable::run);
    } finally {
      changing.unlock();
    }
  }

  /**
   * Takes in what has changed in the database.
   *
   * @throws IOException when the database has less than this copy, or something unknown
   */
  void catchUp(Connection connection) throws SQLException, IOException {
    long begin = System.nanoTime();
    RecordTable from = table;
    long known = from.serial(); // Once: a writer of this server may raise it meanwhile.
    Tables.Since since = Tables.since(connection, known);
    if (since.serial() < known) {
      throw new IOException("it has lost changes that this server knows");
    }
    changing.lock();
    try {
      if (table != from) {
        return; // It was read anew meanwhile.
      }
      apply(since);
      checked = begin;
    } finally {
      changing.unlock();
    }
  }

  /**
   * Takes in changes, unless the copy has become newer than they are; by the holder of the lock.
   */
  void apply(Tables.Since since) {
    if (since.serial() > table.serial()) {
      table.apply(since.serial(), since.changes());
    }
  }
}
