package dev.v6cert.dns.answer;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;

/**
 * Answers names that do not exist from the wildcard below their closest encloser (RFC 4592 section
 * 3.3.1). A name that carries an address exists, and is answered before.
 */
final class WildcardResponder implements Responder {
  private final ZoneRecords records;
  private final Predicate<Name> exists;
  private final SOARecord negativeSoa;

  /** For a zone in which there are no names but those of its records. */
  WildcardResponder(ZoneRecords records) {
    this(records, _ -> false);
  }

  /**
   * For one zone.
   *
   * @param others which names exist though no record says so
   */
  WildcardResponder(ZoneRecords records, Predicate<Name> others) {
    this.records = records;
    this.exists = others.or(records::exists);
    this.negativeSoa = records.negativeSoa();
  }

  @Override
  public Answer answer(Question question) {
    Name name = question.name();
    if (exists.test(name)) {
      return new Answer.Declined();
    }
    int labels = 1;
    while (!exists.test(new Name(name, labels))) {
      labels++;
    }
    Name wildcard = name.wild(labels);
    if (!records.exists(wildcard)) {
      return new Answer.Declined();
    }
    Map<Integer, List<Record>> node = records.at(wildcard);
    List<Record> found = StaticResponder.select(node, question.type());
    if (found.isEmpty()) {
      return new Answer.NoData(negativeSoa);
    }
    List<Record> owned = found.stream().map(record -> record.withName(name)).toList();
    return StaticResponder.isAlias(found, question.type())
        ? new Answer.Alias(owned, ((CNAMERecord) found.getFirst()).getTarget())
        : new Answer.Found(owned);
  }
}
