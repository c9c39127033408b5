package dev.v6cert.dns;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.RateLimiter.Decision;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.telemetry.QueryEvent;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.transport.InPlaceHandler;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.Inbound;
import dev.v6cert.dns.wire.MessageHeader;
import dev.v6cert.dns.wire.QueryReader;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.ResponseWriter;
import dev.v6cert.dns.wire.UnknownKey;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** The general path of a query: read it, ask the guards, find the answer, write the response. */
final class QueryHandler implements MessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(QueryHandler.class);
  private static final ByteBuffer SILENCE = ByteBuffer.allocate(0).asReadOnlyBuffer();
  private static final int TCP_LIMIT = 65_535;

  private static final Duration FAULT_LOG_PERIOD = Duration.ofMinutes(1);

  private final LiveZones live;
  private final ServerCookies cookies;
  private final RateLimiter limiter;
  private final ServerIdentity identity;
  private final Consumer<QueryEvent> observer;
  private final AtomicLong nextFaultLogged = new AtomicLong(System.nanoTime());
  private final Function<Transport, InPlaceHandler> fast;

  /** What is sent back, and how it came about. */
  private record Reply(
      ByteBuffer octets,
      Outcome outcome,
      int rcode,
      Optional<Inbound.Query> query,
      ServerCookies.State cookie) {
    static Reply silent(Outcome outcome) {
      return new Reply(SILENCE, outcome, 0, Optional.empty(), ServerCookies.State.NONE);
    }

    static Reply headerOnly(MessageHeader header, int rcode, Outcome outcome) {
      ByteBuffer octets = ByteBuffer.wrap(ResponseWriter.headerOnly(header, rcode));
      return new Reply(octets, outcome, rcode, Optional.empty(), ServerCookies.State.NONE);
    }
  }

  /** A response, and what is counted when it goes out whole. */
  private record Answered(Response response, Outcome outcome) {
    static Answered of(Response response) {
      return new Answered(response, Outcome.ANSWERED);
    }
  }

  /**
   * A handler.
   *
   * @param observer told of every message that gets here, and what became of it
   * @param fast what is asked before this, for each thread anew
   */
  QueryHandler(
      LiveZones live,
      ServerCookies cookies,
      RateLimiter limiter,
      ServerIdentity identity,
      Consumer<QueryEvent> observer,
      Function<Transport, InPlaceHandler> fast) {
    this.live = live;
    this.cookies = cookies;
    this.limiter = limiter;
    this.identity = identity;
    this.observer = observer;
    this.fast = fast;
  }

  @Override
  public InPlaceHandler inPlace(Transport transport) {
    return new Contained(fast.apply(transport), transport);
  }

  /** The fast path, whose faults cost one query and not a thread as well. */
  private final class Contained implements InPlaceHandler {
    private final InPlaceHandler handler;
    private final Transport transport;

    Contained(InPlaceHandler handler, Transport transport) {
      this.handler = handler;
      this.transport = transport;
    }

    @Override
    public int handle(byte[] octets, int from, int length, long clientHigh, long clientLow) {
      try {
        return handler.handle(octets, from, length, clientHigh, clientLow);
      } catch (RuntimeException e) {
        Peer peer = Peer.of(clientHigh, clientLow, transport);
        ByteBuffer message = ByteBuffer.wrap(octets, from, length);
        ByteBuffer reply = failed(e, message, peer, System.nanoTime());
        int size = reply.remaining();
        reply.get(octets, from, size);
        return size;
      }
    }

    @Override
    public void flush() {
      handler.flush();
    }
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch) {
    long start = System.nanoTime();
    try {
      Reply reply = reply(QueryReader.read(message), message, peer, start);
      observer.accept(event(reply, message.remaining(), peer, start));
      return reply.octets();
    } catch (RuntimeException | StackOverflowError e) {
      return failed(e, message, peer, start);
    }
  }

  /** A fault of ours costs one query and not a thread. The message itself is never logged. */
  private ByteBuffer failed(Throwable fault, ByteBuffer message, Peer peer, long start) {
    long next = nextFaultLogged.get();
    if (start - next >= 0
        && nextFaultLogged.compareAndSet(next, start + FAULT_LOG_PERIOD.toNanos())) {
      LOG.error(
          "this server failed on a query; more of this within a minute is only counted", fault);
    }
    int at = message.position();
    MessageHeader header =
        new MessageHeader(message.getShort(at) & 0xffff, message.getShort(at + 2) & 0xffff);
    Reply reply = Reply.headerOnly(header, Rcode.SERVFAIL, Outcome.FAILED);
    observer.accept(event(reply, message.remaining(), peer, start));
    return reply.octets();
  }

  private static QueryEvent event(Reply reply, int querySize, Peer peer, long start) {
    return new QueryEvent(
        Instant.now(),
        peer,
        reply.query().map(Inbound.Query::name).orElse(Name.root),
        reply.query().map(query -> OptionalInt.of(query.type())).orElse(OptionalInt.empty()),
        reply.outcome(),
        reply.rcode(),
        reply.cookie(),
        querySize,
        reply.octets().remaining(),
        Duration.ofNanos(System.nanoTime() - start));
  }

  private Reply reply(Inbound inbound, ByteBuffer message, Peer peer, long now) {
    return switch (inbound) {
      case Inbound.Dropped(var cause) ->
          Reply.silent(
              switch (cause) {
                case SHORTER_THAN_A_HEADER -> Outcome.TOO_SHORT;
                case RESPONSE -> Outcome.NOT_A_QUERY;
              });
      case Inbound.Malformed(var header) -> headerOnly(header, Rcode.FORMERR, peer, now);
      case Inbound.OtherOpcode(var header) ->
          headerOnly(header, rcodeFor(header.opcode()), peer, now);
      case Inbound.CookieRequest request -> cookieOnly(request, peer, now);
      case Inbound.MalformedQuery(var query) ->
          reply(query, peer, now, _ -> Answered.of(Response.of(Rcode.FORMERR)));
      case Inbound.Query query ->
          reply(
              query,
              peer,
              now,
              zones -> response(query, message, zones, peer.address().getAddress()));
    };
  }

  /** Zone changes are understood, but nobody may make them here. */
  private static int rcodeFor(int opcode) {
    return opcode == Opcode.NOTIFY || opcode == Opcode.UPDATE ? Rcode.REFUSED : Rcode.NOTIMP;
  }

  private Reply headerOnly(MessageHeader header, int rcode, Peer peer, long now) {
    return decide(peer, ServerCookies.State.NONE, now) == Decision.ANSWER
        ? Reply.headerOnly(header, rcode, Outcome.ANSWERED)
        : Reply.silent(Outcome.LIMITED_DROPPED);
  }

  /** A peer whose address is proven is not limited: nobody can be flooded in its name. */
  private Decision decide(Peer peer, ServerCookies.State cookie, long now) {
    boolean proven = peer.transport() == Transport.TCP || cookie == ServerCookies.State.VALID;
    return proven ? Decision.ANSWER : limiter.decide(peer.high(), peer.low(), now);
  }

  private ServerCookies.State cookieState(Optional<Edns> edns, Peer peer) {
    Optional<Edns.Cookie> cookie = edns.flatMap(Edns::cookie);
    if (cookie.isEmpty()) {
      return ServerCookies.State.NONE;
    }
    long client = cookie.get().client();
    return cookie
        .get()
        .server()
        .map(sent -> cookies.check(client, sent.head(), sent.hash(), peer.high(), peer.low()))
        .orElse(ServerCookies.State.CLIENT_ONLY);
  }

  private Edns.ServerCookie serverCookie(Edns.Cookie sent, ServerCookies.State state, Peer peer) {
    long head = cookies.replyHead(state, sent.server().map(Edns.ServerCookie::head).orElse(0L));
    return sent.server()
        .filter(ours -> state == ServerCookies.State.VALID && ours.head() == head)
        .orElseGet(() ->
            new Edns.ServerCookie(
                head, cookies.hash(sent.client(), head, peer.high(), peer.low())));
  }

  private Reply cookieOnly(Inbound.CookieRequest request, Peer peer, long now) {
    ServerCookies.State cookie = cookieState(Optional.of(request.edns()), peer);
    if (decide(peer, cookie, now) != Decision.ANSWER) {
      return Reply.silent(Outcome.LIMITED_DROPPED);
    }
    int rcode = request.edns().version() > 0 ? Rcode.BADVERS : Rcode.NOERROR;
    Response response = Response.of(rcode).withOptions(options(request.edns(), cookie, peer));
    return new Reply(
        ByteBuffer.wrap(ResponseWriter.write(request, response)),
        Outcome.ANSWERED,
        rcode,
        Optional.empty(),
        cookie);
  }

  private Reply reply(
      Inbound.Query query, Peer peer, long now, Function<ServedZones, Answered> answer) {
    ServerCookies.State cookie = cookieState(query.edns(), peer);
    ServedZones zones = live.zones();
    Decision decision = decide(peer, cookie, now);
    if (decision == Decision.DROP) {
      return new Reply(SILENCE, Outcome.LIMITED_DROPPED, 0, Optional.of(query), cookie);
    }
    boolean limited = decision == Decision.TRUNCATE;
    Answered answered = limited ? Answered.of(Response.of(Rcode.NOERROR)) : answer.apply(zones);
    Response plain = answered.response();
    Response response =
        query.edns().isPresent()
            ? plain.withOptions(options(query.edns().get(), cookie, peer))
            : plain;
    int limit =
        peer.transport() == Transport.TCP ? TCP_LIMIT : ResponseWriter.udpLimit(query.edns());
    byte[] octets =
        limited
            ? ResponseWriter.truncated(query, response)
            : ResponseWriter.write(query, response, limit);
    Outcome outcome =
        limited
            ? Outcome.LIMITED_TRUNCATED
            : ResponseWriter.isTruncated(octets) ? Outcome.TRUNCATED : answered.outcome();
    return new Reply(
        ByteBuffer.wrap(octets), outcome, response.rcode(), Optional.of(query), cookie);
  }

  private Answered response(
      Inbound.Query query, ByteBuffer message, ServedZones zones, InetAddress client) {
    if (query.edns().map(Edns::version).orElse(0) > 0) {
      return Answered.of(Response.of(Rcode.BADVERS));
    }
    if (query.signed()) {
      return Answered.of(UnknownKey.response(message));
    }
    if (query.dclass() == DClass.CH) {
      return Answered.of(identity.chaos(query));
    }
    boolean transfer = query.type() == Type.AXFR || query.type() == Type.IXFR;
    if (query.dclass() != DClass.IN || transfer) {
      return Answered.of(Response.of(Rcode.REFUSED));
    }
    Answer answer = zones.answer(new Question(query.name(), query.type(), client));
    Outcome outcome =
        switch (answer.verdict()) {
          case PERMITTED -> Outcome.ANSWERED;
          case ALWAYS_REFUSED -> Outcome.ALWAYS_REFUSED;
          case AGAINST_POLICY -> Outcome.AGAINST_POLICY;
          case NOT_ALLOWED -> Outcome.NOT_ALLOWED;
          case BLOCKED -> Outcome.BLOCKED;
        };
    return new Answered(Responses.of(answer), outcome);
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
}
