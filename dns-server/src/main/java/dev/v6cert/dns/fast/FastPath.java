package dev.v6cert.dns.fast;

import static dev.v6cert.dns.fast.Octets.put16;
import static dev.v6cert.dns.fast.Octets.put32;
import static dev.v6cert.dns.fast.Octets.put64;
import static dev.v6cert.dns.fast.Octets.u16;
import static dev.v6cert.dns.fast.PlainQuery.ADDITIONAL;
import static dev.v6cert.dns.fast.PlainQuery.HEADER;
import static dev.v6cert.dns.fast.PlainQuery.IN;
import static dev.v6cert.dns.fast.PlainQuery.OPT;
import static dev.v6cert.dns.fast.PlainQuery.QUESTION;

import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.telemetry.Tally;
import dev.v6cert.dns.transport.InPlaceHandler;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.ResponseWriter;
import dev.v6cert.ipv6.name.MagicNameParser;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers plain queries for synthesized names over the octets of the query: those below a magic
 * apex where no explicit record stands and nothing is blocked. What it writes is equal to what the
 * general path would; all else it declines, whatever it is.
 */
public final class FastPath implements InPlaceHandler {
  private static final int NO_LARGER_THAN = 512; // The limit of clients without EDNS.
  private static final int OPT_LENGTH = 11;
  private static final int COOKIE = 10;
  private static final int COOKIE_LENGTH = 24;
  private static final int COOKIE_OPTION_LENGTH = 4 + COOKIE_LENGTH;

  private static final int ECHOED = 0x0110; // RD and CD
  private static final int AUTHORITATIVE = 0x8400;
  private static final int TRUNCATED = 0x8200;
  private static final long ANSWER = 1L << 32;
  private static final long AUTHORITY = 1L << 16;
  private static final int POINTER_TO_QUESTION = 0xc000 | HEADER;

  private static final int USUAL_LENGTH = 64;

  // What there is to say: an address of one of these types, or that there is none.
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NO_DATA = 0;

  private final Supplier<FastZones> current;
  private final RateLimiter limiter;
  private final ServerCookies cookies;
  private final Tally tally;
  private final boolean limited;
  private final PlainQuery query = new PlainQuery();
  private final MagicNameParser parser = new MagicNameParser();
  private FastZones zones = FastZones.NONE;
  private @Nullable FastZone last;

  /** The time of System.nanoTime, read once for queries that come together; 0 where none has. */
  private long now;

  /** What the cookie of the query says. */
  private State cookie = State.NONE;

  /** A dot and the labels left of the apex, dotted. */
  private final byte[] relative = new byte[PlainQuery.MAX_NAME + Long.BYTES + NameFilter.SLACK];

  /**
   * A path for one thread.
   *
   * @param current the zones of the moment
   * @param limiter asked about every answer over UDP but those to a valid cookie; such a cookie and
   *     TCP prove the client's address
   */
  public FastPath(
      Supplier<FastZones> current,
      RateLimiter limiter,
      ServerCookies cookies,
      Counters counters,
      Transport transport) {
    this.current = current;
    this.limiter = limiter;
    this.cookies = cookies;
    this.tally = new Tally(counters, transport);
    this.limited = transport == Transport.UDP;
  }

  @Override
  public int handle(byte[] octets, int from, int length, long clientHigh, long clientLow) {
    int written = answer(octets, from, length, clientHigh, clientLow);
    if (written == DECLINED) {
      now = 0; // Others take their time over it.
    }
    return written;
  }

  private int answer(byte[] octets, int from, int length, long clientHigh, long clientLow) {
    if (!query.read(octets, from, length)) {
      return DECLINED;
    }
    FastZone zone = closest(octets);
    if (zone == null || !zone.magic || isExplicit(octets, zone)) {
      return DECLINED;
    }
    int found = find(octets, from, zones.filter(), zone);
    if (found == DECLINED) {
      return DECLINED;
    }
    boolean ipv4 = clientHigh == 0 && clientLow >>> 32 == 0xffff;
    if (now == 0) {
      now = System.nanoTime() | 1;
      tally.start(now);
    }
    cookie = cookieState(clientHigh, clientLow);
    RateLimiter.Decision decision =
        limited && cookie != State.VALID
            ? limiter.decide(clientHigh, clientLow, now)
            : RateLimiter.Decision.ANSWER;
    if (decision == RateLimiter.Decision.DROP) {
      tally.countDrop(length);
      return 0;
    }
    if (decision == RateLimiter.Decision.TRUNCATE) {
      int end = finish(octets, from, query.end, TRUNCATED, QUESTION);
      int written = putCookie(octets, end, clientHigh, clientLow) - from;
      tally.countLimited(ipv4, query.type, cookie, length, written);
      return written;
    }
    int end =
        found == NO_DATA
            ? respondNoData(octets, from, zone)
            : respond(octets, from, zone.ttl, found);
    int written = putCookie(octets, end, clientHigh, clientLow) - from;
    tally.countAnswer(ipv4, query.type, cookie, length, written);
    return written;
  }

  private State cookieState(long clientHigh, long clientLow) {
    if (!query.hasServerCookie) {
      return query.hasCookie ? State.CLIENT_ONLY : State.NONE;
    }
    return cookies.check(
        query.clientCookie, query.serverHead, query.serverHash, clientHigh, clientLow);
  }

  private @Nullable FastZone closest(byte[] octets) {
    FastZones now = current.get();
    if (now != zones) {
      zones = now;
      last = null;
    }
    last = zones.closest(last, octets, query.starts, query.count);
    return last;
  }

  /** Whether explicit records, or names that have a meaning of their own, may decide. */
  private boolean isExplicit(byte[] octets, FastZone zone) {
    int below = query.count - zone.labels;
    for (int i = 0; i < below; i++) {
      if (octets[query.starts[i] + 1] == '_') {
        return true;
      }
    }
    return below == 0 || zone.isExplicit(octets, query.starts[below - 1]);
  }

  /** What there is to say about the name; leaves an address in {@link #parser}. */
  private int find(byte[] octets, int from, NameFilter filter, FastZone zone) {
    int below = query.count - zone.labels;
    int length = spellOut(octets, below);
    boolean found = parse(length);
    if (parser.dots() != below - 1) {
      return DECLINED; // A dot within a label is no separator.
    }
    boolean blocked =
        (parser.hasIpv6() && !filter.permitsIpv6(parser.ipv6High(), parser.ipv6Low()))
            || (parser.hasIpv4() && !filter.permitsIpv4(parser.ipv4Bits()))
            || ((parser.hasIpv6() || parser.hasIpv4())
                && filter.blocksName(octets, query.starts, query.count, relative, length));
    if (blocked) {
      return DECLINED; // The client is told why (RFC 8914).
    }
    if (found) {
      return query.type;
    }
    int whole = query.end - from + zone.soaLength() + OPT_LENGTH + COOKIE_OPTION_LENGTH;
    boolean fits = whole <= NO_LARGER_THAN;
    return fits && !zone.wildcard ? NO_DATA : DECLINED;
  }

  /** Reads the addresses in {@link #relative}; whether there is one of the type asked for. */
  private boolean parse(int length) {
    if (query.type == AAAA) {
      parser.parseIpv6(relative, 1, length);
      if (parser.hasIpv6()) {
        return true;
      }
    }
    parser.parse(relative, 1, length);
    return query.type == A && parser.hasIpv4();
  }

  /** Writes a dot and the labels left of the apex, dotted, to {@link #relative}; their length. */
  private int spellOut(byte[] octets, int below) {
    int[] starts = query.starts;
    int first = starts[0];
    int end = starts[below - 1] + 1 + octets[starts[below - 1]];
    // Always as much for most names: a copy of a constant length has no branches to mispredict.
    int copied = end - first <= USUAL_LENGTH ? USUAL_LENGTH : end - first;
    System.arraycopy(octets, first, relative, 0, copied);
    for (int i = 0; i < below; i++) {
      relative[starts[i] - first] = '.';
    }
    return end - first;
  }

  private int respond(byte[] octets, int from, int ttl, int type) {
    int at = query.end;
    put16(octets, at, POINTER_TO_QUESTION);
    put16(octets, at + 2, type);
    put16(octets, at + 4, IN);
    put32(octets, at + 6, ttl);
    if (type == AAAA) {
      put16(octets, at + 10, 16);
      put64(octets, at + 12, parser.ipv6High());
      put64(octets, at + 20, parser.ipv6Low());
      return finish(octets, from, at + 28, AUTHORITATIVE, QUESTION | ANSWER);
    }
    put16(octets, at + 10, 4);
    put32(octets, at + 12, parser.ipv4Bits());
    return finish(octets, from, at + 16, AUTHORITATIVE, QUESTION | ANSWER);
  }

  private int respondNoData(byte[] octets, int from, FastZone zone) {
    int apex = zone.labels == 0 ? 0 : query.starts[query.count - zone.labels] - from;
    zone.putSoa(octets, query.end, apex);
    int end = query.end + zone.soaLength();
    return finish(octets, from, end, AUTHORITATIVE, QUESTION | AUTHORITY);
  }

  /** Writes the header, and an OPT record where the query had one; where that ends. */
  private int finish(byte[] octets, int from, int end, int flags, long counts) {
    put16(octets, from + 2, flags | (u16(octets, from + 2) & ECHOED));
    put64(octets, from + 4, query.edns ? counts | ADDITIONAL : counts);
    if (!query.edns) {
      return end;
    }
    octets[end] = 0;
    put16(octets, end + 1, OPT);
    put16(octets, end + 3, ResponseWriter.PAYLOAD_SIZE);
    put32(octets, end + 5, query.ednsFlags & Edns.DNSSEC_OK); // No extended rcode, version 0.
    put16(octets, end + 9, query.hasCookie ? COOKIE_OPTION_LENGTH : 0);
    return end + OPT_LENGTH;
  }

  /** Writes the cookie where the query had one, behind the OPT record; where the message ends. */
  private int putCookie(byte[] octets, int at, long clientHigh, long clientLow) {
    if (!query.hasCookie) {
      return at;
    }
    long client = query.clientCookie;
    long head = cookies.replyHead(cookie, query.serverHead);
    boolean isSent = cookie == State.VALID && head == query.serverHead;
    put32(octets, at, COOKIE << 16 | COOKIE_LENGTH);
    put64(octets, at + 4, client);
    put64(octets, at + 12, head);
    put64(
        octets,
        at + 20,
        isSent ? query.serverHash : cookies.hash(client, head, clientHigh, clientLow));
    return at + COOKIE_OPTION_LENGTH;
  }

  @Override
  public void flush() {
    tally.flush();
    now = 0;
  }
}
