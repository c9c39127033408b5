package dev.v6cert.dns.challenge;

import java.util.List;
import org.xbill.DNS.Name;

/** A change of the store's content. To make it twice is the same as to make it once. */
public sealed interface Change {

  /** An account is added, or replaces the one of the same user. */
  record AccountPut(Account account) implements Change {}

  /** The account of a user is removed. */
  record AccountRemoved(String user) implements Change {}

  /**
   * All records of a name are replaced.
   *
   * @param records the new ones, of any types; none where the name loses all
   */
  record RecordsSet(Name name, List<HostedRecord> records) implements Change {
    /** Takes a copy of the records. */
    public RecordsSet {
      records = List.copyOf(records);
    }
  }
}
