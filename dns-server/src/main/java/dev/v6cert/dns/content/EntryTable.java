package dev.v6cert.dns.content;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Entries as octets, found by a key that is a part of them: a hash table with open addressing, 4 to
 * 11 octets for each entry beside its own, where a map of the JDK with its keys takes 150. One
 * thread at a time changes it; any number reads. Entries are never changed.
 */
final class EntryTable {
  private static final int SMALLEST = 16;
  private static final byte[] REMOVED = new byte[0];

  /** FNV-1a, whose lower bits the finalizer of MurmurHash3 mixes. */
  private static final int FNV_BASIS = 0x811c9dc5;

  private static final int FNV_PRIME = 0x01000193;
  private static final int MIX_1 = 0x85ebca6b;
  private static final int MIX_2 = 0xc2b2ae35;

  private final Key key;
  private volatile AtomicReferenceArray<byte @Nullable []> slots =
      new AtomicReferenceArray<>(SMALLEST);
  private final AtomicInteger size = new AtomicInteger();

  /** The slots that are not free: entries, and what is left of removed ones. */
  private int taken;

  /** The part of an entry, as {@link ChangeCodec} writes it, by which it is found. */
  enum Key {
    /** The user of an account. */
    USER {
      @Override
      int start(byte[] entry) {
        return 3;
      }

      @Override
      int length(byte[] entry) {
        return (entry[1] & 0xff) << Byte.SIZE | (entry[2] & 0xff);
      }
    },
    /** The name of an account. */
    OWNER {
      @Override
      int start(byte[] entry) {
        return USER.start(entry) + USER.length(entry) + 1;
      }

      @Override
      int length(byte[] entry) {
        return entry[start(entry) - 1] & 0xff;
      }
    },
    /** The name of records. */
    NAME {
      @Override
      int start(byte[] entry) {
        return 2;
      }

      @Override
      int length(byte[] entry) {
        return entry[1] & 0xff;
      }
    };

    abstract int start(byte[] entry);

    abstract int length(byte[] entry);

    /** The octets of the key of an entry. */
    byte[] of(byte[] entry) {
      int start = start(entry);
      return Arrays.copyOfRange(entry, start, start + length(entry));
    }

    /** An octet as it is compared: in names without regard to case (RFC 4343). */
    private int fold(byte octet) {
      return this != USER && octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
    }

    private int hash(byte[] octets, int start, int length) {
      int hash = FNV_BASIS;
      for (int i = start; i < start + length; i++) {
        hash = (hash ^ fold(octets[i])) * FNV_PRIME;
      }
      hash = (hash ^ (hash >>> 16)) * MIX_1;
      hash = (hash ^ (hash >>> 13)) * MIX_2;
      return hash ^ (hash >>> 16);
    }

    private boolean matches(byte[] entry, byte[] wanted) {
      if (entry.length == 0 || length(entry) != wanted.length) {
        return false;
      }
      int start = start(entry);
      for (int i = 0; i < wanted.length; i++) {
        if (fold(entry[start + i]) != fold(wanted[i])) {
          return false;
        }
      }
      return true;
    }
  }

  EntryTable(Key key) {
    this.key = key;
  }

  private static int place(int hash, int slots) {
    return hash & (slots - 1);
  }

  /** The entry with a key; null where there is none. */
  byte @Nullable [] find(byte[] wanted) {
    AtomicReferenceArray<byte @Nullable []> now = slots;
    int at = place(key.hash(wanted, 0, wanted.length), now.length());
    while (true) {
      byte[] entry = now.get(at);
      if (entry == null || key.matches(entry, wanted)) {
        return entry;
      }
      at = place(at + 1, now.length());
    }
  }

  /**
   * Adds an entry, or replaces the one with the same key.
   *
   * @return the one that was replaced; null where there was none
   */
  byte @Nullable [] put(byte[] entry) {
    byte[] wanted = key.of(entry);
    AtomicReferenceArray<byte @Nullable []> now = slots;
    int at = place(key.hash(wanted, 0, wanted.length), now.length());
    for (byte[] there = now.get(at); there != null; there = now.get(at)) {
      if (key.matches(there, wanted)) {
        now.set(at, entry);
        return there;
      }
      at = place(at + 1, now.length());
    }
    now.set(at, entry);
    int _ = size.incrementAndGet();
    taken++;
    if (taken > now.length() / 4 * 3) {
      rebuild();
    }
    return null;
  }

  /**
   * Removes the entry with a key.
   *
   * @return the one that was removed; null where there was none
   */
  byte @Nullable [] remove(byte[] wanted) {
    AtomicReferenceArray<byte @Nullable []> now = slots;
    int at = place(key.hash(wanted, 0, wanted.length), now.length());
    for (byte[] there = now.get(at); there != null; there = now.get(at)) {
      if (key.matches(there, wanted)) {
        now.set(at, REMOVED);
        int _ = size.decrementAndGet();
        return there;
      }
      at = place(at + 1, now.length());
    }
    return null;
  }

  /** Makes room, or clears what removed entries have left. */
  private void rebuild() {
    int length = SMALLEST;
    while (length < size.get() * 2) {
      length *= 2;
    }
    AtomicReferenceArray<byte @Nullable []> next = new AtomicReferenceArray<>(length);
    for (byte[] entry : all()) {
      int at = place(key.hash(entry, key.start(entry), key.length(entry)), length);
      while (next.get(at) != null) {
        at = place(at + 1, length);
      }
      next.set(at, entry);
    }
    taken = size.get();
    slots = next;
  }

  /** The number of entries. */
  int size() {
    return size.get();
  }

  /** All entries of a moment, in no order; those that are changed meanwhile as they were or are. */
  List<byte[]> all() {
    AtomicReferenceArray<byte @Nullable []> now = slots;
    List<byte[]> all = new ArrayList<>(size.get());
    for (int i = 0; i < now.length(); i++) {
      byte[] entry = now.get(i);
      if (entry != null && entry.length > 0) {
        all.add(entry);
      }
    }
    return all;
  }
}
