package dev.v6cert.dns;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.Inbound;
import dev.v6cert.dns.wire.QueryReader;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.ResponseWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** The general path of a query: read it, find the answer, write the response. */
final class QueryHandler implements MessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);
  private static final ByteBuffer SILENCE = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final int TCP_LIMIT = 65_535;

  private final ServedZones zones;

  QueryHandler(ServedZones zones) {
    this.zones = zones;
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch) {
    try {
      return respond(QueryReader.read(message), peer);
    } catch (RuntimeException | StackOverflowError e) {
      // A fault of ours must cost one query and not a thread. The message itself is never logged.
      LOG.error("a query was not answered", e);
      return SILENCE;
    }
  }

  private ByteBuffer respond(Inbound inbound, Peer peer) {
    return switch (inbound) {
      case Inbound.Dropped _ -> SILENCE;
      case Inbound.Malformed(var header) ->
          ByteBuffer.wrap(ResponseWriter.headerOnly(header, Rcode.FORMERR));
      case Inbound.OtherOpcode(var header) ->
          ByteBuffer.wrap(ResponseWriter.headerOnly(header, rcodeFor(header.opcode())));
      case Inbound.CookieRequest request ->
          ByteBuffer.wrap(ResponseWriter.write(request, Response.of(Rcode.NOERROR)));
      case Inbound.Query query -> ByteBuffer.wrap(respond(query, peer));
    };
  }

  /** Zone changes are understood, but nobody may make them here. */
  private static int rcodeFor(int opcode) {
    return opcode == Opcode.NOTIFY || opcode == Opcode.UPDATE ? Rcode.REFUSED : Rcode.NOTIMP;
  }

  private byte[] respond(Inbound.Query query, Peer peer) {
    int limit =
        peer.transport() == Transport.TCP ? TCP_LIMIT : ResponseWriter.udpLimit(query.edns());
    return ResponseWriter.write(query, response(query, peer), limit);
  }

  private Response response(Inbound.Query query, Peer peer) {
    if (query.edns().map(Edns::version).orElse(0) > 0) {
      return Response.of(Rcode.BADVERS);
    }
    boolean transfer = query.type() == Type.AXFR || query.type() == Type.IXFR;
    if (query.dclass() != DClass.IN || transfer) {
      return Response.of(Rcode.REFUSED);
    }
    Question question = new Question(query.name(), query.type(), peer.address().getAddress());
    return response(zones.answer(question));
  }

  private static Response response(Answer answer) {
    return switch (answer) {
      case Answer.Declined _, Answer.Refused _ -> Response.of(Rcode.REFUSED);
      case Answer.Found(var records, var additional) ->
          new Response(Rcode.NOERROR, true, records, List.of(), additional, List.of());
      case Answer.Alias(var records, _) ->
          new Response(Rcode.NOERROR, true, records, List.of(), List.of(), List.of());
      case Answer.Referral(var nameServers, var glue) ->
          new Response(Rcode.NOERROR, false, List.of(), nameServers, glue, List.of());
      case Answer.NoData(var soa) ->
          new Response(Rcode.NOERROR, true, List.of(), List.of(soa), List.of(), List.of());
      case Answer.NoSuchName(var soa) ->
          new Response(Rcode.NXDOMAIN, true, List.of(), List.of(soa), List.of(), List.of());
      case Answer.NameTooLong(var dname) ->
          new Response(Rcode.YXDOMAIN, true, List.of(dname), List.of(), List.of(), List.of());
      case Answer.Aliased(var aliases, Answer.Refused _) -> response(new Answer.Found(aliases));
      case Answer.Aliased(var aliases, var end) -> response(end).after(aliases);
    };
  }
}
