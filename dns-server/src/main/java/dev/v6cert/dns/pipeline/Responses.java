package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import dev.v6cert.dns.wire.Response;
import java.util.List;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;

/** Puts answers into responses of the wire. */
public final class Responses {
  /** Tells that an answer is not what the name says (RFC 8914 section 4.5). */
  private static final EDNSOption FORGED =
      new ExtendedErrorCodeOption(ExtendedErrorCodeOption.FORGED_ANSWER);

  private Responses() {}

  /** The response that carries {@code answer}. */
  public static Response of(Answer answer) {
    return switch (answer) {
      case Answer.Declined _, Answer.Refused _ -> Response.of(Rcode.REFUSED);
      case Answer.Found(var records, var additional) ->
          authoritative(Rcode.NOERROR, records, List.of(), additional);
      case Answer.Alias(var records, _) ->
          authoritative(Rcode.NOERROR, records, List.of(), List.of());
      case Answer.Referral(var nameServers, var glue) ->
          new Response(Rcode.NOERROR, false, List.of(), nameServers, glue, List.of());
      case Answer.NoData(var soa) ->
          authoritative(Rcode.NOERROR, List.of(), List.of(soa), List.of());
      case Answer.Withheld(var verdict, var notice, var soa) when notice.isEmpty() ->
          authoritative(Rcode.NOERROR, List.of(), List.of(soa), List.of())
              .withOptions(List.of(reason(verdict)));
      case Answer.Withheld(var verdict, var notice, _) ->
          authoritative(Rcode.NOERROR, notice, List.of(), List.of())
              .withOptions(List.of(FORGED, reason(verdict)));
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

  /** The reason for which an address is held back (RFC 8914 sections 4.16 and 4.19). */
  private static EDNSOption reason(Verdict verdict) {
    return new ExtendedErrorCodeOption(
        verdict == Verdict.BLOCKED
            ? ExtendedErrorCodeOption.BLOCKED
            : ExtendedErrorCodeOption.PROHIBITED);
  }
}
