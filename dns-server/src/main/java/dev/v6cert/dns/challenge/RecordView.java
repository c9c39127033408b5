package dev.v6cert.dns.challenge;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Name;

/** A view of accounts and records in memory. */
public interface RecordView {

  /** The account of a user. */
  Optional<Account> account(String user);

  /** The records of a name, of all types, the oldest of a type first; none where it has none. */
  List<HostedRecord> records(Name name);

  /**
   * Whether there is memory for another account, or for records at another name. The two values of
   * an account that is there always have room.
   */
  boolean hasRoom();
}
