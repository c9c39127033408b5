package dev.v6cert.dns;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import dev.v6cert.dns.wire.Response;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** The wire's words for answers. */
final class Responses {
  private Responses() {}

  static Response of(Answer answer) {
    return switch (answer) {
      case Answer.Declined _, Answer.Refused _ -> Response.of(Rcode.REFUSED);
      case Answer.Found(var records, var additional) ->
          authoritative(Rcode.NOERROR, records, List.of(), additional);
      case Answer.Alias(var records, _) ->
          authoritative(Rcode.NOERROR, records, List.of(), List.of());
      case Answer.Referral(var nameServers, var glue) ->
          new Response(Rcode.NOERROR, false, List.of(), nameServers, glue, List.of());
      case Answer.NoData(var soa, var verdict) ->
          authoritative(Rcode.NOERROR, List.of(), List.of(soa), List.of())
              .withOptions(reason(verdict));
      case Answer.NoSuchName(var soa) ->
          authoritative(Rcode.NXDOMAIN, List.of(), List.of(soa), List.of());
      case Answer.NameTooLong(var dname) ->
          authoritative(Rcode.YXDOMAIN, List.of(dname), List.of(), List.of());
      case Answer.Aliased(var aliases, Answer.Refused _) ->
          authoritative(Rcode.NOERROR, aliases, List.of(), List.of());
      case Answer.Aliased(var aliases, var end) -> of(end).after(aliases);
    };
  }

  private static Response authoritative(
      int rcode, List<Record> answer, List<? extends Record> authority, List<Record> additional) {
    return new Response(rcode, true, answer, List.copyOf(authority), additional, List.of());
  }

  /** Why there is nothing, where it is held back (RFC 8914). */
  private static List<EDNSOption> reason(Verdict verdict) {
    return switch (verdict) {
      case PERMITTED -> List.of();
      case BLOCKED -> List.of(new ExtendedErrorCodeOption(ExtendedErrorCodeOption.BLOCKED));
      case AGAINST_POLICY ->
          List.of(new ExtendedErrorCodeOption(ExtendedErrorCodeOption.PROHIBITED));
    };
  }
}
