package dev.v6cert.dns.pipeline;

import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.RateLimiter.Decision;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.ReceivedMessage;
import java.util.Optional;

/** Decides whether a message is answered, by its cookie and the rate limit. */
record QueryGuard(ServerCookies cookies, RateLimiter limiter) {

  /** The decision, and the state of the cookie that it rests on. */
  record Admission(Decision decision, ServerCookies.State cookie) {}

  Admission admit(ReceivedMessage inbound, Peer peer, long now) {
    return switch (inbound) {
      case ReceivedMessage.Query query -> admit(query.edns(), peer, now);
      case ReceivedMessage.MalformedQuery(var query) -> admit(query.edns(), peer, now);
      case ReceivedMessage.CookieRequest request ->
          whole(admit(Optional.of(request.edns()), peer, now));
      case ReceivedMessage.Malformed _, ReceivedMessage.OtherOpcode _, ReceivedMessage.Dropped _ ->
          whole(admit(Optional.empty(), peer, now));
    };
  }

  /** A message without a question is answered whole, or not at all. */
  private static Admission whole(Admission admission) {
    return admission.decision() == Decision.ANSWER
        ? admission
        : new Admission(Decision.DROP, ServerCookies.State.NONE);
  }

  /** A peer whose address is proven is not limited: nobody can be flooded in its name. */
  private Admission admit(Optional<Edns> edns, Peer peer, long now) {
    ServerCookies.State cookie = state(edns, peer);
    boolean proven = peer.transport() == Transport.TCP || cookie == ServerCookies.State.VALID;
    return new Admission(
        proven ? Decision.ANSWER : limiter.decide(peer.high(), peer.low(), now), cookie);
  }

  private ServerCookies.State state(Optional<Edns> edns, Peer peer) {
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
}
