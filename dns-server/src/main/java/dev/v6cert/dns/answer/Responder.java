package dev.v6cert.dns.answer;

/** One source of answers. Stateless towards questions, and safe for any number of threads. */
@FunctionalInterface
public interface Responder {

  /**
   * The answer to {@code question}; {@link Answer.Declined} where another source is to be asked.
   */
  Answer answer(Question question);
}
