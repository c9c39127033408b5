package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AddressFilter.Verdict;
import java.util.List;
import org.xbill.DNS.SOARecord;

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
    return magic
        .record(question, found.addresses())
        .<Answer>map(record -> new Answer.Found(List.of(record)))
        .orElseGet(() -> without(question, found.verdict()));
  }

  private Answer without(Question question, Verdict verdict) {
    return switch (verdict) {
      case PERMITTED -> new Answer.NoData(negativeSoa);
      case ALWAYS_REFUSED, AGAINST_POLICY, NOT_ALLOWED ->
          new Answer.Withheld(verdict, List.of(), negativeSoa);
      case BLOCKED ->
          new Answer.Withheld(
              verdict, magic.notice(question, negativeSoa.getTTL()).stream().toList(), negativeSoa);
    };
  }
}
