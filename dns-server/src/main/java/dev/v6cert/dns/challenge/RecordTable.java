package dev.v6cert.dns.challenge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.xbill.DNS.Name;

/**
 * The accounts and records in memory. One thread changes them; any number reads.
 *
 * <p>Names are in the order of RFC 4034 section 6.1, in which the names below a name follow it.
 */
final class RecordTable implements RecordView {
  private final Map<String, Account> accounts = new ConcurrentHashMap<>();
  private final Map<Name, String> owners = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Name, List<HostedRecord>> names =
      new ConcurrentSkipListMap<>();
  private volatile long serial = 1;

  @Override
  public Optional<Account> account(String user) {
    return Optional.ofNullable(accounts.get(user));
  }

  @Override
  public List<HostedRecord> records(Name name) {
    return names.getOrDefault(name, List.of());
  }

  boolean exists(Name name) {
    if (owners.containsKey(name)) {
      return true;
    }
    Name next = names.ceilingKey(name);
    return next != null && next.subdomain(name);
  }

  Collection<Account> accounts() {
    return Collections.unmodifiableCollection(accounts.values());
  }

  int countAccounts() {
    return accounts.size();
  }

  int countNames() {
    return names.size();
  }

  long serial() {
    return serial;
  }

  /** Takes in changes that are durable. */
  void apply(long newSerial, List<Change> changes) {
    for (Change change : changes) {
      switch (change) {
        case Change.AccountPut(var account) -> put(account);
        case Change.AccountRemoved(var user) -> remove(user);
        case Change.RecordsSet(var name, var records) when records.isEmpty() -> names.remove(name);
        case Change.RecordsSet(var name, var records) -> names.put(name, records);
      }
    }
    serial = newSerial;
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
  List<Change> content() {
    List<Change> changes = new ArrayList<>(accounts.size() + names.size());
    accounts.values().forEach(account -> changes.add(new Change.AccountPut(account)));
    names.forEach((name, records) -> changes.add(new Change.RecordsSet(name, records)));
    return changes;
  }
}
