package dev.v6cert.dns.challenge;

import dev.v6cert.dns.credential.KeyDigest;
import dev.v6cert.ipv6.AddressBlock;
import java.time.Instant;
import java.util.List;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TXTRecord;

/** Accounts and records for tests. */
public final class StoreSamples {
  /** The time of all of them. */
  public static final Instant TIME = Instant.parse("2026-11-29T12:00:00Z");

  /** The key of all accounts. */
  public static final String KEY = "k".repeat(40);

  private StoreSamples() {}

  /** A name in the zone. */
  public static Name name(String label) {
    return Name.fromConstantString(label + ".auth.test.");
  }

  /** An account of a name. */
  public static Account account(String label) {
    return new Account(
        "user-" + label,
        name(label),
        KeyDigest.of(KEY),
        List.of(AddressBlock.parse("192.0.2.0/24"), AddressBlock.parse("2001:db8::/32")),
        TIME,
        false);
  }

  /** A TXT record of a name. */
  public static HostedRecord text(String label, String text) {
    return new HostedRecord(new TXTRecord(name(label), DClass.IN, 1, text), TIME);
  }

  /** The TXT values of a name. */
  public static List<String> texts(RecordView view, String label) {
    return view.records(name(label)).stream().map(one -> one.record().rdataToString()).toList();
  }

  /** Replaces the TXT records of a name. */
  public static void set(RecordStore store, String label, String... texts) throws Exception {
    List<HostedRecord> records = List.of(texts).stream().map(text -> text(label, text)).toList();
    boolean _ =
        store.write(draft -> {
          draft.set(name(label), records);
          return true;
        });
  }

  /** Writes two accounts, of which the first stays, with two values. */
  public static void writeOneAccountAndAnotherThatGoes(RecordStore store) throws Exception {
    boolean _ =
        store.write(draft -> {
          draft.put(account("a"));
          draft.put(account("b"));
          return true;
        });
    set(store, "a", "one", "two");
    set(store, "b", "gone");
    set(store, "B");
    boolean _ =
        store.write(draft -> {
          draft.remove("user-b");
          return true;
        });
  }
}
