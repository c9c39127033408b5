package dev.v6cert.dns.content;

import dev.v6cert.dns.challenge.Account;
import dev.v6cert.dns.challenge.Change;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordView;
import dev.v6cert.dns.challenge.StoreStatus;
import dev.v6cert.dns.challenge.ZoneChanges;
import dev.v6cert.dns.challenge.ZoneContent;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;

/**
 * The accounts and records in memory, as the octets that {@link ChangeCodec} writes: an account
 * with two values takes 400, a third of its objects. One thread at a time changes them; any number
 * reads.
 */
public final class RecordTable implements RecordView {
  /** The part of a table's array that an entry takes at most. */
  private static final int SLOT = 12;

  private static final int ARRAY_HEAD = 16;

  /** The octets that a name between a record and the root takes. */
  private static final int NAME_ABOVE = 200;

  /** Reserved for each account: its two values, so that they always fit. */
  private static final int ROOM_FOR_VALUES = 224;

  private final EntryTable accounts = new EntryTable(EntryTable.Key.USER);
  private final EntryTable owners = new EntryTable(EntryTable.Key.OWNER);
  private final EntryTable names = new EntryTable(EntryTable.Key.NAME);

  /** The number of names with records below a name. */
  private final Map<Name, Integer> above = new ConcurrentHashMap<>();

  private final ChangeHistory history;
  private final MemoryLimit limit;
  private volatile Optional<RecordTable> former;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private volatile long serial = 1;
  private volatile long octets;

  /** As {@link #octets}, for the thread that changes them. */
  private long charged;

  /** An empty table that may take as much memory as this process has. */
  public RecordTable() {
    this(MemoryLimit.ofThisProcess());
  }

  /** An empty table. */
  public RecordTable(MemoryLimit limit) {
    this(limit, Optional.empty());
  }

  private RecordTable(MemoryLimit limit, Optional<RecordTable> former) {
    this.limit = limit;
    this.former = former;
    this.history = new ChangeHistory(serial, ChangeHistory.MOST_CHANGES);
  }

  /**
   * An empty table that takes octets which are the same from this one, until it is {@linkplain
   * #complete complete}: both together take little more memory than one.
   */
  public RecordTable successor() {
    return new RecordTable(limit, Optional.of(this));
  }

  /** Lets go of the table that this one is the successor of. */
  public void complete() {
    former = Optional.empty();
  }

  @Override
  public Optional<Account> account(String user) {
    return Optional.ofNullable(accounts.find(user.getBytes(StandardCharsets.UTF_8)))
        .map(ChangeCodec::account);
  }

  @Override
  public List<HostedRecord> records(Name name) {
    byte[] entry = names.find(name.toWire());
    return entry == null ? List.of() : ChangeCodec.records(entry).records();
  }

  @Override
  public boolean hasRoom() {
    return octets < limit.full();
  }

  /** Whether it has more than this process can hold. */
  public boolean isTooLarge() {
    return octets > limit.most();
  }

  /** Whether the name has records, stands above one that has, or belongs to an account. */
  public boolean exists(Name name) {
    byte[] wire = name.toWire();
    return names.find(wire) != null || owners.find(wire) != null || above.containsKey(name);
  }

  /** All accounts, in no order. */
  public Collection<Account> accounts() {
    return new Decoded<>(accounts.all(), ChangeCodec::account);
  }

  /** Its size now. */
  public StoreStatus.Held held() {
    return new StoreStatus.Held(accounts.size(), names.size(), octets, limit.full());
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
          case Change.RecordsSet records -> set(records);
        }
      }
      octets = charged;
      serial = newSerial;
    }
    listeners.forEach(Runnable::run);
  }

  private void set(Change.RecordsSet records) {
    byte[] entry = shared(ChangeCodec.encode(records), EntryTable.Key.NAME);
    byte[] name = EntryTable.Key.NAME.of(entry);
    long before = charge(name);
    byte[] old = records.records().isEmpty() ? names.remove(name) : names.put(entry);
    if (old == null && !records.records().isEmpty()) {
      countAbove(records.name(), 1);
    } else if (old != null && records.records().isEmpty()) {
      countAbove(records.name(), -1);
    }
    charged += charge(name) - before;
    history.add(
        old == null ? ChangeCodec.encode(new Change.RecordsSet(records.name(), List.of())) : old);
  }

  private void countAbove(Name name, int more) {
    for (int labels = 1; labels < name.labels(); labels++) {
      Name one = new Name(name, labels);
      Integer count = above.get(one);
      int now = (count == null ? 0 : count) + more;
      if (now == 0) {
        above.remove(one);
        charged -= NAME_ABOVE;
      } else {
        above.put(one, now);
        charged += count == null ? NAME_ABOVE : 0;
      }
    }
  }

  /** The octets charged to a name: its records, and room for values where an account owns it. */
  private long charge(byte[] name) {
    byte[] entry = names.find(name);
    long records = entry == null ? 0 : size(entry, 1);
    return owners.find(name) == null ? records : Math.max(records, ROOM_FOR_VALUES);
  }

  private static long size(byte[] entry, int slots) {
    return (ARRAY_HEAD + entry.length + 7L & -8L) + (long) slots * SLOT;
  }

  /** The octets of the former table in the place of the same ones. */
  private byte[] shared(byte[] entry, EntryTable.Key key) {
    if (former.isEmpty()) {
      return entry;
    }
    EntryTable theirs = key == EntryTable.Key.NAME ? former.get().names : former.get().accounts;
    byte[] there = theirs.find(key.of(entry));
    return there != null && Arrays.equals(there, entry) ? there : entry;
  }

  /** Has a task run after each change. */
  public void onChange(Runnable task) {
    listeners.add(task);
  }

  /** All records, and the serial at which they are what they are. */
  public ZoneContent records() {
    synchronized (history) {
      return new ZoneContent(
          serial, new Decoded<>(names.all(), entry -> ChangeCodec.records(entry).records()));
    }
  }

  /** The names whose records have changed after a serial; empty where that is too long ago. */
  public Optional<ZoneChanges> changesSince(long from) {
    synchronized (history) {
      return history
          .since(from)
          .map(before ->
              new ZoneChanges(serial, new Decoded<>(steps(before), RecordTable::changed)));
    }
  }

  /** The octets of each name's records before and now; those of none where it has none now. */
  private List<Map.Entry<byte[], byte[]>> steps(Map<Name, byte[]> before) {
    List<Map.Entry<byte[], byte[]>> steps = new ArrayList<>(before.size());
    before.forEach((name, old) -> {
      byte[] now = names.find(name.toWire());
      steps.add(Map.entry(old, now == null ? new byte[0] : now));
    });
    return steps;
  }

  private static ZoneChanges.Changed changed(Map.Entry<byte[], byte[]> step) {
    byte[] now = step.getValue();
    return new ZoneChanges.Changed(
        ChangeCodec.records(step.getKey()).records(),
        now.length == 0 ? List.of() : ChangeCodec.records(now).records());
  }

  private void put(Account account) {
    byte[] entry = shared(ChangeCodec.encode(new Change.AccountPut(account)), EntryTable.Key.USER);
    removeOwner(accounts.put(entry));
    byte[] name = EntryTable.Key.OWNER.of(entry);
    long before = charge(name);
    byte[] _ = owners.put(entry);
    charged += size(entry, 2) + charge(name) - before;
  }

  private void remove(String user) {
    removeOwner(accounts.remove(user.getBytes(StandardCharsets.UTF_8)));
  }

  /** Takes back what an account was charged that is replaced or gone, and its hold on its name. */
  private void removeOwner(byte @Nullable [] old) {
    if (old == null) {
      return;
    }
    byte[] name = EntryTable.Key.OWNER.of(old);
    charged -= size(old, 2);
    if (Arrays.equals(owners.find(name), old)) { // Another account may have taken the name over.
      long before = charge(name);
      byte[] _ = owners.remove(name);
      charged += charge(name) - before;
    }
  }

  /** Changes that make an empty table equal to this one. */
  public List<Change> content() {
    List<byte[]> all = new ArrayList<>(accounts.all());
    all.addAll(names.all());
    return new Decoded<>(all, ChangeCodec::change);
  }

  /** Entries that become objects one after another, as they are asked for. */
  private static final class Decoded<E, T> extends AbstractList<T> {
    private final List<E> entries;
    private final Function<E, T> decoder;

    Decoded(List<E> entries, Function<E, T> decoder) {
      this.entries = entries;
      this.decoder = decoder;
    }

    @Override
    public T get(int index) {
      return decoder.apply(entries.get(index));
    }

    @Override
    public int size() {
      return entries.size();
    }
  }
}
