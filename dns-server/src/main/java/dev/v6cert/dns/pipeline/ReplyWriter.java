package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.QueryAnswerer.Answered;
import dev.v6cert.dns.pipeline.QueryGuard.Admission;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.ResponseWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Rcode;

/** Writes replies: with the options that the client asked for, and no larger than it takes. */
record ReplyWriter(ServerCookies cookies, ServerIdentity identity) {
  private static final int TCP_LIMIT = 65_535;

  Reply write(ReceivedMessage inbound, Answered answered, Admission admission, Peer peer) {
    Response response = answered.response();
    return switch (inbound) {
      case ReceivedMessage.Dropped(var cause) -> Reply.unanswered(cause);
      case ReceivedMessage.Malformed(var header) ->
          Reply.headerOnly(header, response.rcode(), answered.outcome());
      case ReceivedMessage.OtherOpcode(var header) ->
          Reply.headerOnly(header, response.rcode(), answered.outcome());
      case ReceivedMessage.CookieRequest request -> {
        Response whole = response.withOptions(options(request.edns(), admission.cookie(), peer));
        yield new Reply(
            ByteBuffer.wrap(ResponseWriter.write(request, whole)),
            answered.outcome(),
            response.rcode(),
            Optional.empty(),
            admission.cookie());
      }
      case ReceivedMessage.MalformedQuery(var query) -> write(query, answered, admission, peer);
      case ReceivedMessage.Query query -> write(query, answered, admission, peer);
    };
  }

  private Reply write(
      ReceivedMessage.Query query, Answered answered, Admission admission, Peer peer) {
    Response response = withOptions(answered.response(), query, admission, peer);
    byte[] octets = ResponseWriter.write(query, response, limit(query, peer));
    return new Reply(
        ByteBuffer.wrap(octets),
        ResponseWriter.isTruncated(octets) ? Outcome.TRUNCATED : answered.outcome(),
        response.rcode(),
        Optional.of(query),
        admission.cookie());
  }

  /** The most octets of a reply. */
  static int limit(ReceivedMessage.Query query, Peer peer) {
    return peer.transport() == Transport.TCP ? TCP_LIMIT : ResponseWriter.udpLimit(query.edns());
  }

  /** The reply that says "come back over TCP" to a client that asks too much. */
  Reply truncated(ReceivedMessage inbound, Admission admission, Peer peer) {
    return switch (inbound) {
      case ReceivedMessage.Query query -> truncated(query, admission, peer);
      case ReceivedMessage.MalformedQuery(var query) -> truncated(query, admission, peer);
      default -> Reply.limited(inbound, admission);
    };
  }

  private Reply truncated(ReceivedMessage.Query query, Admission admission, Peer peer) {
    Response response = withOptions(Response.of(Rcode.NOERROR), query, admission, peer);
    return new Reply(
        ByteBuffer.wrap(ResponseWriter.truncated(query, response)),
        Outcome.LIMITED_TRUNCATED,
        response.rcode(),
        Optional.of(query),
        admission.cookie());
  }

  private Response withOptions(
      Response plain, ReceivedMessage.Query query, Admission admission, Peer peer) {
    return query
        .edns()
        .map(edns -> plain.withOptions(options(edns, admission.cookie(), peer)))
        .orElse(plain);
  }

  private List<EDNSOption> options(Edns edns, ServerCookies.State state, Peer peer) {
    List<EDNSOption> options = new ArrayList<>();
    if (edns.cookie().isPresent()) {
      Edns.Cookie sent = edns.cookie().get();
      Edns.ServerCookie ours = serverCookie(sent, state, peer);
      options.add(
          new CookieOption(
              ByteBuffer.allocate(8).putLong(sent.client()).array(),
              ByteBuffer.allocate(16).putLong(ours.head()).putLong(ours.hash()).array()));
    }
    if (edns.nameServerIdWanted()) {
      identity.nameServerId().ifPresent(options::add);
    }
    return options;
  }

  private Edns.ServerCookie serverCookie(Edns.Cookie sent, ServerCookies.State state, Peer peer) {
    long head = cookies.replyHead(state, sent.server().map(Edns.ServerCookie::head).orElse(0L));
    return sent.server()
        .filter(ours -> state == ServerCookies.State.VALID && ours.head() == head)
        .orElseGet(() ->
            new Edns.ServerCookie(
                head, cookies.hash(sent.client(), head, peer.high(), peer.low())));
  }
}
