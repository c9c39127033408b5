package dev.v6cert.dns.postgres;

import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.content.ChangeCodec;
import dev.v6cert.dns.content.RecordTable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * The tables. One row has the serial of the content, and every writer locks it until its commit: so
 * serials become visible in their order, and what has changed since a serial is found by comparing
 * numbers. Each account and each name is one row, with the serial of its last change; one that was
 * removed stays for an hour as a row without data.
 */
final class Tables {
  /** The version of the tables. */
  static final int VERSION = 1;

  /** The channel of the notifications, whose payload is the new serial. */
  static final String CHANNEL = "v6cert_dns";

  private static final int ACCOUNT = 1;
  private static final int NAME = 2;
  private static final int ROWS_AT_ONCE = 5000;

  /** Servers that start together make the tables one after another. */
  private static final long LOCK = 0x7636_6365_7274L;

  /** The content is more than this process can hold. */
  static final class TooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    TooLargeException() {
      super("its accounts do not fit into the memory of this process");
    }
  }

  private Tables() {}

  /**
   * The changes since a serial.
   *
   * @param serial the serial of the content in which that is so
   */
  record Since(long serial, List<Change> changes) {}

  /**
   * Makes the tables where they are missing.
   *
   * @return their version
   */
  static int create(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      boolean _ = statement.execute("select pg_advisory_xact_lock(" + LOCK + ")");
      if (!exist(statement)) {
        boolean _ =
            statement.execute(
                """
                create table v6cert_dns_state (
                  one boolean primary key default true check (one),
                  version integer not null,
                  serial bigint not null);
                create table v6cert_dns_entry (
                  kind smallint not null,
                  key text not null,
                  serial bigint not null,
                  changed timestamptz not null default now(),
                  data bytea,
                  primary key (kind, key));
                create index v6cert_dns_entry_serial on v6cert_dns_entry (serial);
                insert into v6cert_dns_state (version, serial) values (%d, 1)
                """
                    .formatted(VERSION));
      }
      int version = (int) number(statement, "select version from v6cert_dns_state");
      connection.commit();
      return version;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private static boolean exist(Statement statement) throws SQLException {
    return number(statement, "select count(to_regclass('v6cert_dns_state'))") > 0;
  }

  private static long number(Statement statement, String query) throws SQLException {
    try (ResultSet rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new SQLException("the table v6cert_dns_state is empty");
      }
      return rows.getLong(1);
    }
  }

  /**
   * Reads all content, in one moment.
   *
   * @param table an empty one
   * @throws TooLargeException when it is more than this process can hold
   * @throws IOException when something in it is unknown
   */
  static void read(Connection connection, RecordTable table) throws SQLException, IOException {
    connection.setAutoCommit(false); // Rows come in portions within a transaction only.
    try (Statement statement = connection.createStatement()) {
      boolean _ = statement.execute("set transaction isolation level repeatable read read only");
      long serial = number(statement, "select serial from v6cert_dns_state");
      table.apply(serial, List.of());
      statement.setFetchSize(ROWS_AT_ONCE);
      try (ResultSet rows =
          statement.executeQuery(
              "select kind, key, data from v6cert_dns_entry where data is not null")) {
        while (rows.next()) {
          table.apply(serial, List.of(change(rows.getInt(1), rows.getString(2), rows.getBytes(3))));
          if (table.isTooLarge()) {
            throw new TooLargeException();
          }
        }
      }
      connection.commit();
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /** The newest state of everything that has changed since a serial. */
  static Since since(Connection connection, long serial) throws SQLException, IOException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select s.serial, e.kind, e.key, e.data from v6cert_dns_state s"
                + " left join v6cert_dns_entry e on e.serial > ?")) {
      statement.setLong(1, serial);
      try (ResultSet rows = statement.executeQuery()) {
        List<Change> changes = new ArrayList<>();
        long newest = serial;
        while (rows.next()) {
          newest = rows.getLong(1);
          String key = rows.getString(3);
          if (key != null) {
            changes.add(change(rows.getInt(2), key, rows.getBytes(4)));
          }
        }
        return new Since(newest, changes);
      }
    }
  }

  private static Change change(int kind, String key, byte @Nullable [] data) throws IOException {
    if (data != null) {
      return ChangeCodec.decodeOne(data);
    }
    return switch (kind) {
      case ACCOUNT -> new Change.AccountRemoved(key);
      case NAME -> new Change.RecordsSet(Name.fromString(key), List.of());
      default -> throw new IOException("the table v6cert_dns_entry has a row of kind " + kind);
    };
  }

  /** The serial, which no other writer changes until the end of this transaction. */
  static long lock(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return number(statement, "select serial from v6cert_dns_state for update");
    }
  }

  /** Sets the serial to what it is, as a writer would. */
  static void touch(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int _ = statement.executeUpdate("update v6cert_dns_state set serial = serial");
    }
  }

  /** A row; without content, what it was about is removed. */
  private record Row(int kind, String key, Optional<Change> content) {}

  /** Writes changes, and has the other servers told of them at the commit. */
  static void write(Connection connection, long serial, List<Change> changes) throws SQLException {
    Map<String, Row> rows = new LinkedHashMap<>(); // The last change of a key is its state.
    for (Change change : changes) {
      Row row = row(change);
      rows.put(row.kind() + row.key(), row);
    }
    Object[] kinds = rows.values().stream().map(Row::kind).toArray();
    Object[] keys = rows.values().stream().map(Row::key).toArray();
    byte[][] data =
        rows.values().stream()
            .map(row -> row.content().map(ChangeCodec::encode).orElse(null))
            .toArray(byte[][]::new);
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            update v6cert_dns_state set serial = ?;
            select pg_notify('%s', ?);
            insert into v6cert_dns_entry (kind, key, serial, data)
              select k, n, ?, d from unnest(?, ?, ?) as row (k, n, d)
              on conflict (kind, key) do update
              set serial = excluded.serial, changed = now(), data = excluded.data
            """
                .formatted(CHANNEL))) {
      statement.setLong(1, serial);
      statement.setString(2, Long.toString(serial));
      statement.setLong(3, serial);
      statement.setArray(4, connection.createArrayOf("int2", kinds));
      statement.setArray(5, connection.createArrayOf("text", keys));
      statement.setArray(6, connection.createArrayOf("bytea", data));
      boolean _ = statement.execute();
    }
  }

  private static Row row(Change change) {
    return switch (change) {
      case Change.AccountPut(var account) -> new Row(ACCOUNT, account.user(), Optional.of(change));
      case Change.AccountRemoved(var user) -> new Row(ACCOUNT, user, Optional.empty());
      case Change.RecordsSet(var name, var records) ->
          new Row(
              NAME,
              name.canonicalize().toString(),
              records.isEmpty() ? Optional.empty() : Optional.of(change));
    };
  }

  /** Removes what has been without data for an hour: every server has seen it. */
  static void prune(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int _ =
          statement.executeUpdate(
              "delete from v6cert_dns_entry"
                  + " where data is null and changed < now() - interval '1 hour'");
    }
  }

  /** The size of the entries with their index, in octets. */
  static long size(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return number(statement, "select pg_total_relation_size('v6cert_dns_entry')");
    }
  }
}
