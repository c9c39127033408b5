package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Answers the addresses that names carry in their own labels. */
final class SynthesisResponder implements Responder {
  private final MagicAddresses magic;
  private final SOARecord negativeSoa;

  SynthesisResponder(MagicAddresses magic, SOARecord negativeSoa) {
    this.magic = magic;
    this.negativeSoa = negativeSoa;
  }

  @Override
  public Answer answer(Question question) {
    AddressFilter.Filtered found = magic.in(question.name(), 0);
    if (!found.isMagic()) {
      return new Answer.Declined();
    }
    Optional<Record> aaaa = magic.aaaa(question.name(), found.addresses());
    Optional<Record> a = magic.a(question.name(), found.addresses());
    Optional<Record> answer =
        switch (question.type()) {
          case Type.AAAA -> aaaa;
          case Type.A -> a;
          case Type.ANY -> aaaa.or(() -> a); // One set of records is enough: RFC 8482 section 4.1.
          default -> Optional.empty();
        };
    return answer
        .<Answer>map(record -> new Answer.Found(List.of(record)))
        .orElseGet(() -> without(found.verdict()));
  }

  private Answer without(Verdict verdict) {
    return verdict == Verdict.PERMITTED
        ? new Answer.NoData(negativeSoa)
        : new Answer.Withheld(verdict, List.of(), negativeSoa);
  }
}
