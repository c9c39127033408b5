package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.TsigRejection;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Finds the response to a message that is to be answered. */
record QueryAnswerer(Supplier<ServedZones> zones, ServerIdentity identity) {

  /** A response, and the outcome that is counted when it goes out whole. */
  record Answered(Response response, Outcome outcome) {
    static Answered of(Response response) {
      return new Answered(response, Outcome.ANSWERED);
    }

    static Answered of(int rcode) {
      return of(Response.of(rcode));
    }
  }

  Answered answer(ReceivedMessage inbound, ByteBuffer message, Peer peer) {
    return switch (inbound) {
      case ReceivedMessage.Dropped(var cause) ->
          throw new IllegalArgumentException(cause + " is never answered");
      case ReceivedMessage.Malformed _, ReceivedMessage.MalformedQuery _ ->
          Answered.of(Rcode.FORMERR);
      case ReceivedMessage.OtherOpcode(var header) -> Answered.of(rcodeFor(header.opcode()));
      case ReceivedMessage.CookieRequest request ->
          Answered.of(request.edns().version() > 0 ? Rcode.BADVERS : Rcode.NOERROR);
      case ReceivedMessage.Query query -> answer(query, message, peer);
    };
  }

  /** Zone changes are understood, but nobody may make them here. */
  private static int rcodeFor(int opcode) {
    return opcode == Opcode.NOTIFY || opcode == Opcode.UPDATE ? Rcode.REFUSED : Rcode.NOTIMP;
  }

  private Answered answer(ReceivedMessage.Query query, ByteBuffer message, Peer peer) {
    if (query.edns().map(Edns::version).orElse(0) > 0) {
      return Answered.of(Rcode.BADVERS);
    }
    if (query.signed()) {
      return Answered.of(TsigRejection.response(message));
    }
    if (query.dclass() == DClass.CH) {
      return Answered.of(identity.chaos(query));
    }
    boolean transfer = query.type() == Type.AXFR || query.type() == Type.IXFR;
    if (query.dclass() != DClass.IN || transfer) {
      return Answered.of(Rcode.REFUSED);
    }
    Answer answer =
        zones.get().answer(new Question(query.name(), query.type(), peer.address().getAddress()));
    return new Answered(Responses.of(answer), outcome(answer));
  }

  private static Outcome outcome(Answer answer) {
    return switch (answer.verdict()) {
      case PERMITTED -> Outcome.ANSWERED;
      case ALWAYS_REFUSED -> Outcome.ALWAYS_REFUSED;
      case AGAINST_POLICY -> Outcome.AGAINST_POLICY;
      case NOT_ALLOWED -> Outcome.NOT_ALLOWED;
      case BLOCKED -> Outcome.BLOCKED;
    };
  }
}
