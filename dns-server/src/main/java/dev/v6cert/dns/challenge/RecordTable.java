package dev.v6cert.dns.challenge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.Name;

/**
 * The accounts and records in memory. One thread at a time changes them; any number reads.
 *
 * <p>Names are in the order of RFC 4034 section 6.1, in which the names below a name follow it.
 */
public final class RecordTable implements RecordView {
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Map<Name, String> owners = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Name, List<HostedRecord>> names =
      new ConcurrentSkipListMap<>();
  private final ChangeHistory history;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile long serial = 1;

  /** An empty table. */
  public RecordTable() {
    this(ChangeHistory.MOST_CHANGES);
  }

  /** A table that remembers a number of changed names. */
  RecordTable(int mostChanges) {
    history = new ChangeHistory(serial, mostChanges);
  }

  @Override
  public Optional<Account> account(String user) {
    return Optional.ofNullable(accounts.get(user));
  }

  @Override
  public List<HostedRecord> records(Name name) {
    return names.getOrDefault(name, List.of());
  }

  /** Whether the name has records, stands above one that has, or belongs to an account. */
  public boolean exists(Name name) {
    if (owners.containsKey(name)) {
      return true;
    }
    Name next = names.ceilingKey(name);
    return next != null && next.subdomain(name);
  }

  /** All accounts, in no order. */
  public Collection<Account> accounts() {
    return Collections.unmodifiableCollection(accounts.values());
  }

  int countAccounts() {
    return accounts.size();
  }

  int countNames() {
    return names.size();
  }

  /** The serial of the content, 1 where nothing was changed yet. */
  public long serial() {
    return serial;
  }

  /**
   * Takes in changes that are durable.
   *
   * @param newSerial the serial of the content after them
   */
  public void apply(long newSerial, List<Change> changes) {
    synchronized (history) {
      if (!changes.isEmpty()) {
        history.step(serial, newSerial);
      }
      for (Change change : changes) {
        switch (change) {
          case Change.AccountPut(var account) -> put(account);
          case Change.AccountRemoved(var user) -> remove(user);
          case Change.RecordsSet(var name, var records) -> set(name, records);
        }
      }
      serial = newSerial;
    }
    listeners.forEach(Runnable::run);
  }

  private void set(Name name, List<HostedRecord> records) {
    List<HostedRecord> before = records.isEmpty() ? names.remove(name) : names.put(name, records);
    history.add(name, before == null ? List.of() : before);
  }

  /** Has a task run after each change. */
  public void onChange(Runnable task) {
    listeners.add(task);
  }

  /** All records, and the serial at which they are what they are. */
  public ZoneContent records() {
    synchronized (history) {
      return new ZoneContent(serial, List.copyOf(names.values()));
    }
  }

  /** The names whose records have changed after a serial; empty where that is too long ago. */
  public Optional<ZoneChanges> changesSince(long from) {
    synchronized (history) {
      return history
          .since(from)
          .map(before -> {
            List<ZoneChanges.Changed> changed = new ArrayList<>();
            before.forEach((name, old) -> changed.add(new ZoneChanges.Changed(old, records(name))));
            return new ZoneChanges(serial, changed);
          });
    }
  }

  private void put(Account account) {
    Account old = accounts.put(account.user(), account);
    if (old != null && !old.name().equals(account.name())) {
      owners.remove(old.name(), old.user());
    }
    owners.put(account.name(), account.user());
  }

  private void remove(String user) {
    Account old = accounts.remove(user);
    if (old != null) {
      owners.remove(old.name(), user);
    }
  }

  /** Changes that make an empty table equal to this one. */
  public List<Change> content() {
    List<Change> changes = new ArrayList<>(accounts.size() + names.size());
    accounts.values().forEach(account -> changes.add(new Change.AccountPut(account)));
    names.forEach((name, records) -> changes.add(new Change.RecordsSet(name, records)));
    return changes;
  }
}
