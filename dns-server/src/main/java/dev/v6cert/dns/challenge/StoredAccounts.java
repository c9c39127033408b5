package dev.v6cert.dns.challenge;

import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.challenge.ChallengeAccounts.Registered;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.Cidr;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.xbill.DNS.Name;

/** The accounts of a store that no server has open. */
public final class StoredAccounts implements AutoCloseable {
  private final Path directory;
  private final JournalStore store;

  private StoredAccounts(Path directory, JournalStore store) {
    this.directory = directory;
    this.store = store;
  }

  /**
   * Opens the store in a directory, and keeps servers from it until it is closed.
   *
   * @param warnings told in words of what goes wrong
   * @throws FileFailure when a server uses it, when it is damaged or cannot be used
   */
  public static StoredAccounts open(Path directory, Consumer<String> warnings) throws FileFailure {
    JournalStore store = new JournalStore(directory, warnings);
    store.open();
    return new StoredAccounts(directory, store);
  }

  /** Whether the directory holds a store. */
  public static boolean exist(Path directory) {
    return JournalFile.exists(directory);
  }

  /** All accounts, the oldest first. */
  public List<Account> all() {
    return store.accounts().stream()
        .sorted(Comparator.comparing(Account::created).thenComparing(Account::user))
        .toList();
  }

  /** The account with this user name, name in the zone, or label of that name. */
  public Optional<Account> find(String text) {
    return store
        .account(text)
        .or(() ->
            store.accounts().stream()
                .filter(account ->
                    account.domain().equalsIgnoreCase(text)
                        || account.subdomain().equalsIgnoreCase(text))
                .findFirst());
  }

  /** The number of TXT values that an account has set and that are still served. */
  public int countValues(Account account) {
    return in(zone(account)).values(account).size();
  }

  /**
   * Adds an account.
   *
   * @param zone the challenge zone
   * @param allowed the networks that it may be used from; any where empty
   * @throws FileFailure when it cannot be written
   */
  public Registered add(Zone zone, List<Cidr> allowed) throws FileFailure, InterruptedException {
    try {
      return in(ZoneSetup.name(zone.apex())).register(allowed);
    } catch (StoreUnavailableException e) {
      throw unusable(e);
    }
  }

  /**
   * Removes an account, and the records of its name.
   *
   * @throws FileFailure when that cannot be written
   */
  public void remove(Account account) throws FileFailure, InterruptedException {
    try {
      in(zone(account)).remove(account);
    } catch (StoreUnavailableException e) {
      throw unusable(e);
    }
  }

  private FileFailure unusable(StoreUnavailableException e) {
    return FileFailure.unusable(directory, new IOException(e.getMessage(), e));
  }

  private static Name zone(Account account) {
    return new Name(account.name(), 1);
  }

  private ChallengeAccounts in(Name zone) {
    return new ChallengeAccounts(zone, store, InstantSource.system());
  }

  @Override
  public void close() {
    store.close();
  }
}
