package dev.v6cert.acme.challenge.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;

/**
 * A place for the TXT records of DNS-01 and DNS-ACCOUNT-01 challenges.
 *
 * <p>One thread calls it, the one of the order: {@link #open} before anything is ordered, {@link
 * Zone#add} for each record of the order, {@link Zone#settle} once, {@link Zone#remove} for each
 * record, whether or not the authority was content, and {@link Zone#close}. Several records may
 * have one name (a name and its wildcard), and all of them are to be visible at once. After a crash
 * a record may be left behind; the next run adds others, and must not fail because of it.
 */
public interface TxtRecords {

  /** Whether this machine answers for the records itself, on port 53. */
  boolean here();

  /**
   * Gets ready.
   *
   * @param records all records of the order, without their values
   * @param listener hears of every query that reaches this machine; may be called by any thread
   * @throws AcmeFailureException when records cannot be published; nothing was ordered yet
   */
  Zone open(Collection<ChallengeRecord> records, ChallengeRequest.Listener listener)
      throws AcmeFailureException;

  /** The records of one order. */
  interface Zone extends AutoCloseable {

    /**
     * Publishes a record.
     *
     * @param record one of those that it was opened for
     * @param value the digest in base64url, 43 characters
     */
    void add(ChallengeRecord record, String value) throws AcmeFailureException;

    /** Takes a record away. A failure is reported elsewhere: the certificate is good without. */
    void remove(ChallengeRecord record, String value);

    /** Waits until every server of the zone shows every record. */
    void settle() throws AcmeFailureException;

    /** The addresses that answer here; none where others do. */
    default List<InetSocketAddress> addresses() {
      return List.of();
    }

    /** Every query that reached this machine, in order; the first thousand. */
    default List<ChallengeRequest> requests() {
      return List.of();
    }

    @Override
    void close();
  }
}
