package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter.Verdict;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;

/** The answer to a question, before it is put into a message. */
public sealed interface Answer {

  /**
   * The verdict for which the addresses in the name are held back; {@code PERMITTED} where none is.
   */
  default Verdict verdict() {
    return Verdict.PERMITTED;
  }

  /** Not for this responder to say. */
  record Declined() implements Answer {}

  /** Not for this server to say: the name lies in none of its zones. */
  record Refused() implements Answer {}

  /**
   * The records asked for.
   *
   * @param records the answer section, at least one record
   * @param additional records that the client is likely to ask for next
   */
  record Found(List<Record> records, List<Record> additional) implements Answer {
    /** The records alone. */
    public Found(List<Record> records) {
      this(records, List.of());
    }
  }

  /**
   * The name is an alias, and the question goes on at its target.
   *
   * @param records the CNAME record, perhaps after the DNAME record that it follows from
   * @param target where the alias leads
   */
  record Alias(List<Record> records, Name target) implements Answer {}

  /**
   * The end of a chain of aliases.
   *
   * @param aliases the records of the chain, in order
   * @param end what is known about its last target; {@link Refused} where that lies elsewhere
   */
  record Aliased(List<Record> aliases, Answer end) implements Answer {
    @Override
    public Verdict verdict() {
      return end.verdict();
    }
  }

  /**
   * Others are authoritative for the name (RFC 1034 section 4.3.2 step 3b).
   *
   * @param nameServers the NS records of the zone cut
   * @param glue the addresses of these name servers, as far as this server knows them
   */
  record Referral(List<Record> nameServers, List<Record> glue) implements Answer {}

  /**
   * The name exists, but has no records of the type asked for (RFC 2308 section 2.2).
   *
   * @param soa the SOA of the apex, with the TTL of a negative answer
   */
  record NoData(SOARecord soa) implements Answer {}

  /**
   * The name carries an address that is held back.
   *
   * @param verdict why it is
   * @param notice the records that stand in for it; often there are none
   * @param soa the SOA of the apex, with the TTL of a negative answer
   */
  record Withheld(Verdict verdict, List<Record> notice, SOARecord soa) implements Answer {}

  /**
   * The name does not exist (RFC 2308 section 2.1).
   *
   * @param soa the SOA of the apex, with the TTL of a negative answer
   */
  record NoSuchName(SOARecord soa) implements Answer {}

  /** The DNAME record of an ancestor makes a name that is too long (RFC 6672 section 2.2). */
  record NameTooLong(Record dname) implements Answer {}
}
