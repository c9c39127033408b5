package dev.v6cert.dns.fast;

import static dev.v6cert.dns.fast.Octets.s64;
import static dev.v6cert.dns.fast.Octets.u16;

import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.MessageHeader;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.ResponseWriter;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/**
 * Answers to questions about explicit records, written in advance. A name is as long in any case,
 * so what points to it stays right.
 */
final class FixedAnswers {
  private static final int FIXED_QUESTION_PART = 4;
  private static final Edns PLAIN = new Edns(1232, 0, false, Optional.empty(), false);

  private final long[] hashes;
  private final @Nullable FixedAnswer[] answers;

  /** One answer. */
  static final class FixedAnswer {
    private final Caseless name;
    private final int type;

    /** The second 16 bits of the header. */
    final int flags;

    /** The four counts of the header, without an OPT record. */
    final long counts;

    /** The answer and the authority section. */
    final byte[] sections;

    /** The additional section but for an OPT record, which stands before it. */
    final byte[] additional;

    private FixedAnswer(Question question, byte[] whole, byte[] before, byte[] additional) {
      int start = MessageHeader.LENGTH + question.name().length() + FIXED_QUESTION_PART;
      this.name = new Caseless(question.name().toWire());
      this.type = question.type();
      this.flags = u16(whole, 2);
      this.counts = s64(whole, 4);
      this.sections = Arrays.copyOfRange(before, start, before.length);
      this.additional = additional;
    }
  }

  /**
   * The answers to questions.
   *
   * @param response what the general path says
   */
  FixedAnswers(Collection<Question> questions, Function<Question, Response> response) {
    int capacity = Integer.highestOneBit(Math.max(questions.size(), 2)) << 2;
    hashes = new long[capacity];
    answers = new @Nullable FixedAnswer[capacity];
    for (Question question : questions) {
      of(question, response.apply(question)).ifPresent(answer -> add(question.name(), answer));
    }
  }

  private void add(Name name, FixedAnswer answer) {
    long hash = hash(answer.name.hash(name.labels() - 1), answer.type);
    int at = (int) hash & (answers.length - 1);
    while (answers[at] != null) {
      at = (at + 1) & (answers.length - 1);
    }
    hashes[at] = hash;
    answers[at] = answer;
  }

  private static long hash(long name, int type) {
    long mixed = (name + type) * 0x9e3779b97f4a7c15L;
    return mixed ^ mixed >>> 32;
  }

  private static Optional<FixedAnswer> of(Question question, Response response) {
    if (response.rcode() != Rcode.NOERROR || !response.options().isEmpty()) {
      return Optional.empty();
    }
    EDNSOption cookie = new CookieOption(new byte[8], new byte[16]);
    byte[] whole = write(question, Optional.empty(), response);
    byte[] edns = write(question, Optional.of(PLAIN), response);
    byte[] cookied = write(question, Optional.of(PLAIN), response.withOptions(List.of(cookie)));
    byte[] before = write(question, Optional.empty(), withoutAdditional(response));
    byte[] additional = Arrays.copyOfRange(whole, before.length, whole.length);
    // Where names in it point to others in it, they would have to move with the OPT record.
    if (!endsWith(edns, additional) || !endsWith(cookied, additional)) {
      return Optional.empty();
    }
    return Optional.of(new FixedAnswer(question, whole, before, additional));
  }

  private static byte[] write(Question question, Optional<Edns> edns, Response response) {
    ReceivedMessage.Query query =
        new ReceivedMessage.Query(
            new MessageHeader(0, 0), question.name(), question.type(), DClass.IN, edns, false);
    return ResponseWriter.write(query, response, 0xffff);
  }

  private static Response withoutAdditional(Response response) {
    return new Response(
        response.rcode(),
        response.authoritative(),
        response.answer(),
        response.authority(),
        List.of(),
        List.of());
  }

  private static boolean endsWith(byte[] whole, byte[] end) {
    int from = whole.length - end.length;
    return Arrays.equals(whole, from, whole.length, end, 0, end.length);
  }

  /**
   * The answer to a question; null where there is none written.
   *
   * @param starts where the labels of the name start, {@code count} of them, the root's left out
   */
  @Nullable FixedAnswer find(byte[] octets, int[] starts, int count, int type) {
    long name = 0;
    for (int i = count - 1; i >= 0; i--) {
      name = Caseless.hash(name, octets, starts[i]);
    }
    long hash = hash(name, type);
    int mask = answers.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      FixedAnswer answer = answers[i];
      if (answer == null
          || (hashes[i] == hash
              && answer.type == type
              && count > 0
              && answer.name.matches(octets, starts[0]))) {
        return answer;
      }
    }
  }
}
