package dev.v6cert.dns.wire;

import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Record;

/**
 * The content of a response, before it is fitted to the client's size.
 *
 * @param rcode the response code, extended ones (RFC 6891 section 6.1.3) included
 * @param authoritative whether AA is set
 * @param answer the answer section
 * @param authority the authority section
 * @param additional the additional section without OPT; glue that a referral cannot do without, or
 *     a convenience where the response is authoritative
 * @param options EDNS options; sent only to a client that spoke EDNS
 */
public record Response(
    int rcode,
    boolean authoritative,
    List<Record> answer,
    List<Record> authority,
    List<Record> additional,
    List<EDNSOption> options) {

  /** A response without records. */
  public static Response of(int rcode) {
    return new Response(rcode, false, List.of(), List.of(), List.of(), List.of());
  }

  /** This response with more EDNS options. */
  public Response withOptions(List<EDNSOption> more) {
    List<EDNSOption> all = new ArrayList<>(options);
    all.addAll(more);
    return new Response(rcode, authoritative, answer, authority, additional, all);
  }

  /** This response with the records of a chain of aliases before its answer. */
  public Response after(List<Record> aliases) {
    List<Record> whole = new ArrayList<>(aliases);
    whole.addAll(answer);
    return new Response(rcode, true, whole, authority, additional, options);
  }

  Response withoutAdditional() {
    return new Response(rcode, authoritative, answer, authority, List.of(), options);
  }

  Response withoutRecords() {
    return new Response(rcode, authoritative, List.of(), List.of(), List.of(), options);
  }
}
