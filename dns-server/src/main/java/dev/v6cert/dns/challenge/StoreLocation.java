package dev.v6cert.dns.challenge;

import java.nio.file.Path;

/** The place of a record store. */
public sealed interface StoreLocation {

  /** The directory of this server's own files: the registration token, and the journal. */
  Path directory();

  /** A directory with a journal, of one server. */
  record Directory(Path directory) implements StoreLocation {}

  /**
   * A PostgreSQL database, of any number of servers.
   *
   * @param url its JDBC URL; it may contain a password
   */
  record Database(String url, Path directory) implements StoreLocation {
    /** The scheme of all URLs. */
    public static final String SCHEME = "jdbc:postgresql:";

    /** Checks the scheme. */
    public Database {
      if (!url.startsWith(SCHEME) || url.length() == SCHEME.length()) {
        throw new IllegalArgumentException(
            "a database is " + SCHEME + "//HOST/DATABASE?user=USER; others are not supported");
      }
    }

    /** Whether the URL itself has a password. */
    public boolean hasPassword() {
      return url.matches(".*[?&](ssl)?password=.*");
    }

    /** The URL without its parameters. */
    @Override
    public String toString() {
      int parameters = url.indexOf('?');
      return parameters < 0 ? url : url.substring(0, parameters);
    }
  }
}
