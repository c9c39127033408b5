package dev.v6cert.dns.answer;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Answers from the explicit records of a zone: apex, zone cuts, aliases, static records. */
final class StaticResponder implements Responder {
  private final ZoneRecords records;

  StaticResponder(ZoneRecords records) {
    this.records = records;
  }

  @Override
  public Answer answer(Question question) {
    List<Record> cut = records.cutAbove(question.name());
    if (!cut.isEmpty() && !isForParent(question, cut)) {
      return new Answer.Referral(cut, records.addressesOf(cut));
    }
    Optional<DNAMERecord> redirection = records.redirectionAbove(question.name());
    if (redirection.isPresent()) {
      return redirected(question, redirection.get());
    }
    return select(records.at(question.name()), question.type());
  }

  /** DS is the one type that the parent side of a cut answers (RFC 4035 section 3.1.4.1). */
  private static boolean isForParent(Question question, List<Record> cut) {
    return question.type() == Type.DS && cut.getFirst().getName().equals(question.name());
  }

  private static Answer redirected(Question question, DNAMERecord dname) {
    try {
      Name target = question.name().fromDNAME(dname);
      CNAMERecord cname =
          new CNAMERecord(question.name(), dname.getDClass(), dname.getTTL(), target);
      return new Answer.Alias(List.of(dname, cname), target);
    } catch (NameTooLongException e) {
      return new Answer.NameTooLong(dname);
    }
  }

  private Answer select(Map<Integer, List<Record>> node, int type) {
    if (type == Type.ANY) { // One set of records is enough: RFC 8482 section 4.1.
      return node.isEmpty()
          ? new Answer.Declined()
          : new Answer.Found(node.values().iterator().next());
    }
    List<Record> found = node.getOrDefault(type, List.of());
    if (!found.isEmpty()) {
      List<Record> glue = type == Type.NS ? records.addressesOf(found) : List.of();
      return new Answer.Found(found, glue);
    }
    List<Record> alias = node.getOrDefault(Type.CNAME, List.of());
    return alias.isEmpty()
        ? new Answer.Declined()
        : new Answer.Alias(alias, ((CNAMERecord) alias.getFirst()).getTarget());
  }
}
