package dev.v6cert.dns.postgres;

import dev.v6cert.base.Ticker;
import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.RecordView;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.challenge.StoreFailure.Kind;
import dev.v6cert.dns.challenge.StoreLocation.Database;
import dev.v6cert.dns.challenge.StoreStatus;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.challenge.TransactionQueue;
import dev.v6cert.dns.challenge.ZoneChanges;
import dev.v6cert.dns.challenge.ZoneContent;
import dev.v6cert.dns.content.RecordTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * A record store in a PostgreSQL database, which any number of servers use at the same time. All
 * have everything in memory and answer from there. A writer locks the serial of the content, takes
 * in what others have changed, and commits its own changes; the others are notified.
 *
 * <p>Safe for any number of threads.
 */
public final class PostgresStore implements RecordStore {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresStore.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Database database;
  private final Connections connections;
  private final Replica replica = new Replica();
  private final TransactionQueue queue;
  private final Follower follower;
  private final ReadThrough readThrough;

  /**
   * A store that is empty and refuses changes until it is {@linkplain #open opened}.
   *
   * @param warnings told in words of what goes wrong, and when it is over
   */
  public PostgresStore(Database database, Consumer<String> warnings) {
    this.database = database;
    this.connections = new Connections(database.url());
    this.queue = new TransactionQueue("the database " + database, new Medium(), RETRY, warnings);
    this.follower = new Follower(connections, replica, queue::fails);
    this.readThrough = new ReadThrough(replica::checked, this::looksNow, Ticker.SYSTEM);
  }

  @Override
  public void open() throws StoreFailure {
    try {
      int version = follower.connect();
      if (version != Tables.VERSION) {
        throw new StoreFailure(
            Kind.CONTENT,
            database.toString(),
            "its tables have version " + version + ", this v6cert knows " + Tables.VERSION);
      }
    } catch (SQLException e) {
      throw Failures.atTheStart(database.toString(), e);
    } catch (StoreFailure e) {
      throw e;
    } catch (Tables.TooLargeException e) {
      throw new StoreFailure(Kind.SIZE, database.toString(), Failures.text(e));
    } catch (IOException e) {
      throw new StoreFailure(Kind.CONTENT, database.toString(), Failures.text(e));
    }
    queue.start();
    follower.start();
  }

  /** The database as the queue writes to it. */
  private final class Medium implements TransactionQueue.Medium {
    @Override
    public void commit(Function<RecordView, List<Change>> changes) throws IOException {
      replica.changing.lock();
      try (Connection connection = connections.brief()) {
        RecordTable table = newest(connection);
        List<Change> all = changes.apply(table);
        if (all.isEmpty()) {
          connection.rollback();
          return;
        }
        long serial = table.serial() + 1;
        Tables.write(connection, serial, all);
        connection.commit();
        table.apply(serial, all);
      } catch (SQLException e) {
        throw new IOException(Failures.text(e), e);
      } finally {
        replica.changing.unlock();
      }
    }

    /** The copy after it has become the content, which nobody else changes for now. */
    private RecordTable newest(Connection connection) throws SQLException, IOException {
      long begin = System.nanoTime();
      RecordTable table = replica.table();
      long serial = Tables.lock(connection);
      if (serial < table.serial()) {
        follower.reconnect();
        throw new IOException("it has lost changes that this server knows; it is read anew");
      }
      if (serial > table.serial()) {
        replica.apply(Tables.since(connection, table.serial()));
      }
      replica.check(begin);
      return table;
    }

    @Override
    public void probe() throws IOException {
      if (!follower.isConnected()) {
        throw new IOException(queue.fault().orElse("there is no connection"));
      }
      try (Connection connection = connections.brief()) {
        Tables.touch(connection);
        connection.commit();
      } catch (SQLException e) {
        throw new IOException(Failures.text(e), e);
      }
    }
  }

  @Override
  public <T> T write(Transaction<T> transaction)
      throws StoreUnavailableException, InterruptedException {
    Optional<String> fault = queue.fault();
    if (fault.isPresent()) { // Nobody waits for the time-out of a connection again and again.
      throw new StoreUnavailableException(fault.get());
    }
    return queue.write(transaction);
  }

  @Override
  public void refresh() {
    if (queue.fault().isEmpty()) {
      readThrough.refresh();
    }
  }

  private boolean looksNow() {
    try (Connection connection = connections.brief()) {
      replica.catchUp(connection);
      connection.rollback();
      return true;
    } catch (SQLException | IOException e) {
      LOG.debug("a look into the database", e);
      return false;
    }
  }

  @Override
  public Optional<Account> account(String user) {
    return replica.table().account(user);
  }

  @Override
  public List<HostedRecord> records(Name name) {
    return replica.table().records(name);
  }

  @Override
  public boolean hasRoom() {
    return replica.table().hasRoom();
  }

  @Override
  public boolean exists(Name name) {
    return replica.table().exists(name);
  }

  @Override
  public Collection<Account> accounts() {
    return replica.table().accounts();
  }

  @Override
  public long serial() {
    return replica.table().serial();
  }

  @Override
  public ZoneContent content() {
    return replica.table().records();
  }

  @Override
  public Optional<ZoneChanges> changesSince(long serial) {
    return replica.table().changesSince(serial);
  }

  @Override
  public void onChange(Runnable task) {
    replica.onChange(task);
  }

  @Override
  public StoreStatus status() {
    return queue.status(replica.table().held(), follower.size());
  }

  /** Ends after the transactions that are being written; those that wait still fail. */
  @Override
  public void close() {
    queue.close();
    follower.close();
    connections.close();
  }
}
