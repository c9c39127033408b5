package dev.v6cert.dns.challenge;

import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.challenge.ChallengeAccounts.Registered;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.ipv6.AddressBlock;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/** The accounts of a store. A journal is no server's meanwhile; a database may be in use. */
public final class StoredAccounts implements AutoCloseable {
  private final StoreLocation place;
  private final RecordStore store;

  private StoredAccounts(StoreLocation place, RecordStore store) {
    this.place = place;
    this.store = store;
  }

  /**
   * Opens a store until it is closed.
   *
   * @param store the store at the place, which is not open yet
   * @throws FileFailure when a server uses it, when it is damaged or cannot be used
   * @throws StoreFailure when its database cannot be used
   */
  public static StoredAccounts open(StoreLocation place, RecordStore store)
      throws FileFailure, StoreFailure {
    store.open();
    return new StoredAccounts(place, store);
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

  /** The memory that the content takes in a server, in octets. */
  public long octets() {
    return store.status().held().octets();
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
   * @throws IOException when it cannot be written
   */
  public Registered add(Zone zone, List<AddressBlock> allowed)
      throws IOException, InterruptedException {
    try {
      return in(ZoneSetup.name(zone.apex())).register(allowed);
    } catch (StoreUnavailableException e) {
      throw unusable(e);
    }
  }

  /**
   * Adds the accounts of another server whose users are not there yet.
   *
   * @return the number of those that were added
   * @throws IOException when they cannot be written; some may be there then
   */
  public int take(List<Account> accounts) throws IOException, InterruptedException {
    try {
      return in(Name.root).take(accounts);
    } catch (StoreUnavailableException e) {
      throw unusable(e);
    }
  }

  /**
   * Removes an account, and the records of its name.
   *
   * @throws IOException when that cannot be written
   */
  public void remove(Account account) throws IOException, InterruptedException {
    try {
      in(zone(account)).remove(account);
    } catch (StoreUnavailableException e) {
      throw unusable(e);
    }
  }

  private IOException unusable(StoreUnavailableException e) {
    String reason = String.valueOf(e.getMessage());
    return switch (place) {
      case StoreLocation.Directory(var directory) ->
          FileFailure.unusable(directory, new IOException(reason, e));
      case StoreLocation.Database database ->
          new StoreFailure(StoreFailure.Kind.UNREACHABLE, database.toString(), reason);
    };
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
