package dev.v6cert.dns.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.ds.common.BaseDataSource;

/**
 * Connections to one database: four in a pool for what is over in a moment, and those that stay.
 * Time-outs of the URL go before these.
 */
final class Connections implements AutoCloseable {
  private static final int POOL = 4;
  private static final String INVALID = "42000"; // A syntax error, as databases number it.
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration STATEMENT = Duration.ofSeconds(2);
  private static final Duration VALIDATION = Duration.ofSeconds(1);
  private static final Duration KEEP_ALIVE = Duration.ofMinutes(1);

  /** The longest silence of the server while a large answer is read. */
  private static final Duration LONG_STATEMENT = Duration.ofSeconds(15);

  /**
   * A commit is on disk when it returns, whatever the default of the database is; and a server that
   * hangs in a transaction keeps the others waiting for seconds only.
   */
  private static final String SESSION =
      "select set_config('synchronous_commit', 'on', false)"
          + " where current_setting('synchronous_commit') = 'off';"
          + " set idle_in_transaction_session_timeout = 5000";

  private static final String SHORT_SESSION = SESSION + "; set statement_timeout = 2000";

  private final String url;
  private @Nullable HikariDataSource pool;

  /** Connections that are opened when they are needed, as the user that the process is then. */
  Connections(String url) {
    this.url = url;
  }

  private synchronized HikariDataSource pool() throws SQLException {
    HikariDataSource there = pool;
    if (there == null) {
      there = newPool();
      pool = there;
    }
    return there;
  }

  private HikariDataSource newPool() throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setDataSource(source(url, STATEMENT));
    config.setConnectionInitSql(SHORT_SESSION);
    config.setPoolName("dns-store");
    config.setMaximumPoolSize(POOL);
    config.setMinimumIdle(1);
    config.setConnectionTimeout(CONNECT.toMillis());
    config.setValidationTimeout(VALIDATION.toMillis());
    config.setKeepaliveTime(KEEP_ALIVE.toMillis());
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(false);
    return new HikariDataSource(config);
  }

  private static PGSimpleDataSource source(String url, Duration silence) throws SQLException {
    PGSimpleDataSource source = new PGSimpleDataSource();
    try {
      source.setUrl(url);
    } catch (IllegalArgumentException e) {
      throw new SQLException("the URL is malformed", INVALID, e);
    }
    source.setTcpKeepAlive(true);
    if (source.getSocketTimeout() == 0) {
      source.setSocketTimeout((int) silence.toSeconds());
    }
    if (!url.contains("connectTimeout=")) {
      source.setConnectTimeout((int) CONNECT.toSeconds());
    }
    nameProgram(source);
    return source;
  }

  private static void nameProgram(BaseDataSource source) {
    if (source.getApplicationName() == null) {
      source.setApplicationName("v6cert");
    }
  }

  /** A connection of the pool, whose statements have two seconds; in a transaction. */
  Connection brief() throws SQLException {
    return pool().getConnection();
  }

  /** A new connection that is kept; each statement commits by itself. */
  Connection lasting() throws SQLException {
    Connection connection = source(url, LONG_STATEMENT).getConnection();
    try (Statement statement = connection.createStatement()) {
      boolean _ = statement.execute(SESSION);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public synchronized void close() {
    if (pool != null) {
      pool.close();
    }
  }
}
