package dev.v6cert.dns.challenge;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;

/** The uncommitted changes of a transaction over other content, which stays as it is. */
final class UncommittedChanges implements RecordStore.Draft {
  private final RecordView below;
  private final Map<String, Optional<Account>> accounts = new HashMap<>();
  private final Map<Name, List<HostedRecord>> names = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();

  UncommittedChanges(RecordView below) {
    this.below = below;
  }

  @Override
  public Optional<Account> account(String user) {
    Optional<Account> own = accounts.get(user);
    return own != null ? own : below.account(user);
  }

  @Override
  public List<HostedRecord> records(Name name) {
    List<HostedRecord> own = names.get(name);
    return own != null ? own : below.records(name);
  }

  @Override
  public boolean hasRoom() {
    return below.hasRoom(); // Of up to 512 transactions together, all may go by the same answer.
  }

  @Override
  public void put(Account account) {
    add(new Change.AccountPut(account));
  }

  @Override
  public void remove(String user) {
    add(new Change.AccountRemoved(user));
  }

  @Override
  public void set(Name name, Collection<HostedRecord> records) {
    add(new Change.RecordsSet(name, List.copyOf(records)));
  }

  private void add(Change change) {
    switch (change) {
      case Change.AccountPut(var account) -> accounts.put(account.user(), Optional.of(account));
      case Change.AccountRemoved(var user) -> accounts.put(user, Optional.empty());
      case Change.RecordsSet(var name, var records) -> names.put(name, records);
    }
    changes.add(change);
  }

  /** Takes in the changes of a draft over this one. */
  void absorb(UncommittedChanges above) {
    above.changes.forEach(this::add);
  }

  /** The changes, in their order. */
  List<Change> changes() {
    return List.copyOf(changes);
  }
}
