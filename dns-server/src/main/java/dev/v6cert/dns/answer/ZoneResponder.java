package dev.v6cert.dns.answer;

import java.util.List;

/** A zone: responders that are asked in turn, and what is said where all of them decline. */
final class ZoneResponder implements Responder {
  private final List<Responder> responders;
  private final Answer otherwise;

  ZoneResponder(List<Responder> responders, Answer otherwise) {
    this.responders = List.copyOf(responders);
    this.otherwise = otherwise;
  }

  @Override
  public Answer answer(Question question) {
    for (Responder responder : responders) {
      Answer answer = responder.answer(question);
      if (!(answer instanceof Answer.Declined)) {
        return answer;
      }
    }
    return otherwise;
  }
}
