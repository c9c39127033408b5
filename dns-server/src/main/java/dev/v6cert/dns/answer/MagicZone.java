package dev.v6cert.dns.answer;

import java.util.List;

/**
 * One magic zone. Every name in it exists, since an address may stand anywhere to the left, so what
 * no responder answers is NODATA and never NXDOMAIN (RFC 8020).
 */
final class MagicZone implements Responder {
  private final List<Responder> responders;
  private final Answer noData;

  /** Asks {@code responders} in order; the first one that does not decline answers. */
  MagicZone(ZoneRecords records, List<Responder> responders) {
    this.responders = List.copyOf(responders);
    this.noData = new Answer.NoData(records.negativeSoa());
  }

  @Override
  public Answer answer(Question question) {
    for (Responder responder : responders) {
      Answer answer = responder.answer(question);
      if (!(answer instanceof Answer.Declined)) {
        return answer;
      }
    }
    return noData;
  }
}
