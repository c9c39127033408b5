package dev.v6cert.dns;

import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.journal.JournalStore;
import dev.v6cert.dns.postgres.PostgresStore;
import java.util.function.Consumer;

/** Record stores by their place. */
public final class RecordStores {
  private RecordStores() {}

  /**
   * The store at a place, which is not open yet.
   *
   * @param warnings told in words of what goes wrong, and when it is over
   */
  public static RecordStore at(StoreLocation location, Consumer<String> warnings) {
    return switch (location) {
      case StoreLocation.Directory(var directory) -> new JournalStore(directory, warnings);
      case StoreLocation.Database database -> new PostgresStore(database, warnings);
    };
  }

  /** Whether there is a store; a database has one from its first opening on. */
  public static boolean exists(StoreLocation location) {
    return switch (location) {
      case StoreLocation.Directory(var directory) -> JournalStore.exists(directory);
      case StoreLocation.Database _ -> true;
    };
  }
}
