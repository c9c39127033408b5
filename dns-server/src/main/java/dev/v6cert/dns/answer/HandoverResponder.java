package dev.v6cert.dns.answer;

import dev.v6cert.dns.publish.HandoverRecords;
import java.util.Optional;

/** Answers with records that processes of this machine handed over. They go before all zones. */
public record HandoverResponder(HandoverRecords records) implements Responder {

  @Override
  public Answer answer(Question question) {
    Optional<HandoverRecords.Held> held = records.find(question.name(), question.type());
    if (held.isEmpty()) {
      return new Answer.Declined();
    }
    return held.get().records().isEmpty()
        ? new Answer.NoData(held.get().soa())
        : new Answer.Found(held.get().records());
  }
}
