package dev.v6cert.dns.challenge;

import dev.v6cert.dns.credential.BcryptHash;
import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.ipv6.AddressBlock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;

/** Accounts of DNS-01 clients, each with one name in the zone and its two newest TXT values. */
public final class ChallengeAccounts {
  /** The number of TXT values of a name: a wildcard and its base are validated together. */
  public static final int VALUES = 2;

  /** The time after which an account is removed that has never set a value. */
  public static final Duration UNUSED = Duration.ofDays(90);

  private static final long TTL = 1;
  private static final int TOGETHER = 1000;

  private final Name zone;
  private final RecordStore store;
  private final InstantSource clock;
  private final ThrottledKeyChecks slowChecks = new ThrottledKeyChecks();

  /** Accounts in a zone. */
  public ChallengeAccounts(Name zone, RecordStore store, InstantSource clock) {
    this.zone = zone;
    this.store = store;
    this.clock = clock;
  }

  /** A new account, and its key, which is kept nowhere. */
  public record Registered(Account account, String key) {}

  /**
   * Adds an account.
   *
   * @param allowed the networks that it may be used from; any where empty
   * @throws StoreFullException when there is no memory for more accounts
   */
  public Registered register(List<AddressBlock> allowed)
      throws StoreUnavailableException, InterruptedException {
    String key = KeyDigest.newKey();
    Account account =
        new Account(
            UUID.randomUUID().toString(),
            Name.fromConstantString(UUID.randomUUID() + "." + zone),
            KeyDigest.of(key),
            allowed,
            clock.instant(),
            false);
    boolean added =
        store.write(draft -> {
          boolean room = draft.hasRoom();
          if (room) {
            draft.put(account);
          }
          return room;
        });
    if (!added) {
      throw new StoreFullException();
    }
    return new Registered(account, key);
  }

  /** Removes an account, and all records of its name. */
  void remove(Account account) throws StoreUnavailableException, InterruptedException {
    boolean _ =
        store.write(draft -> {
          draft.remove(account.user());
          draft.set(account.name(), List.of());
          return true;
        });
  }

  /**
   * The account of a user, where the key is its own. The key of an imported account is kept as a
   * digest from then on.
   *
   * @throws StoreUnavailableException when too many keys of imported accounts are being checked
   */
  public Optional<Account> authenticated(String user, String key)
      throws StoreUnavailableException, InterruptedException {
    Optional<Account> found = store.account(user);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    return switch (found.get().key()) {
      case KeyDigest digest -> found.filter(_ -> digest.matches(key));
      case BcryptHash hash ->
          slowChecks.matches(hash, key)
              ? Optional.of(withDigest(found.get(), key))
              : Optional.empty();
    };
  }

  private Account withDigest(Account account, String key) throws InterruptedException {
    Account next = account.withKey(KeyDigest.of(key));
    try {
      boolean _ =
          store.write(draft -> {
            draft
                .account(account.user())
                .filter(known -> known.key().equals(account.key()))
                .ifPresent(known -> draft.put(known.withKey(next.key())));
            return true;
          });
      return next;
    } catch (StoreUnavailableException e) {
      return account; // Its next key takes as long again.
    }
  }

  /**
   * Adds accounts whose users are not there yet.
   *
   * @return the number of those that were added
   * @throws StoreFullException when there is no memory for all; a multiple of {@value #TOGETHER}
   *     was added then
   */
  int take(List<Account> all) throws StoreUnavailableException, InterruptedException {
    int added = 0;
    for (int from = 0; from < all.size(); from += TOGETHER) {
      List<Account> some = all.subList(from, Math.min(from + TOGETHER, all.size()));
      int taken =
          store.write(draft -> {
            if (!draft.hasRoom()) {
              return -1;
            }
            int count = 0;
            for (Account account : some) {
              if (draft.account(account.user()).isEmpty()) {
                draft.put(account);
                count++;
              }
            }
            return count;
          });
      if (taken < 0) {
        throw new StoreFullException();
      }
      added += taken;
    }
    return added;
  }

  /** Adds a TXT value to the name of an account; the oldest one goes where there are too many. */
  public void add(Account account, String text)
      throws StoreUnavailableException, InterruptedException {
    Instant now = clock.instant();
    HostedRecord added = new HostedRecord(new TXTRecord(account.name(), DClass.IN, TTL, text), now);
    boolean _ =
        store.write(draft -> {
          List<HostedRecord> values = new ArrayList<>();
          List<HostedRecord> others = new ArrayList<>();
          for (HostedRecord record : draft.records(account.name())) {
            boolean isText = record.record().getType() == Type.TXT;
            (isText ? values : others).add(record);
          }
          values.removeIf(value -> value.record().equals(added.record()));
          values.add(added);
          int from = Math.max(values.size() - VALUES, 0);
          others.addAll(values.subList(from, values.size()));
          draft.set(account.name(), others);
          draft
              .account(account.user())
              .filter(known -> !known.used())
              .ifPresent(known -> draft.put(known.afterUse()));
          return true;
        });
  }

  /**
   * Removes a TXT value of the name of an account.
   *
   * @param text the value; all of them where empty
   */
  public void remove(Account account, Optional<String> text)
      throws StoreUnavailableException, InterruptedException {
    boolean _ =
        store.write(draft -> {
          List<HostedRecord> all = draft.records(account.name());
          List<HostedRecord> rest = all.stream().filter(record -> !isValue(record, text)).toList();
          if (rest.size() < all.size()) {
            draft.set(account.name(), rest);
          }
          return true;
        });
  }

  private static boolean isValue(HostedRecord hosted, Optional<String> text) {
    return hosted.record() instanceof TXTRecord record
        && text.map(value -> record.getStrings().equals(List.of(value))).orElse(true);
  }

  /** A TXT value of a name, and the time at which it was set. */
  public record Value(String text, Instant written) {}

  /** The TXT values of the name of an account, the oldest first. */
  public List<Value> values(Account account) {
    List<Value> values = new ArrayList<>();
    for (HostedRecord hosted : store.records(account.name())) {
      if (hosted.record() instanceof TXTRecord record) {
        values.add(new Value(String.join("", record.getStrings()), hosted.written()));
      }
    }
    return values;
  }

  /** Removes the accounts that have set no value for a long time after they were made. */
  public int removeUnused() throws StoreUnavailableException, InterruptedException {
    Instant before = clock.instant().minus(UNUSED);
    List<String> unused =
        store.accounts().stream()
            .filter(account -> !account.used() && account.created().isBefore(before))
            .map(Account::user)
            .toList();
    if (unused.isEmpty()) {
      return 0;
    }
    return store.write(draft -> {
      int removed = 0;
      for (String user : unused) {
        if (draft.account(user).filter(account -> !account.used()).isPresent()) {
          draft.remove(user);
          removed++;
        }
      }
      return removed;
    });
  }
}
