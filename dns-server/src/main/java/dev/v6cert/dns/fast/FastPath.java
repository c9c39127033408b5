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

import dev.v6cert.dns.fast.FixedAnswers.FixedAnswer;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.telemetry.Tally;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Edns;
import dev.v6cert.dns.wire.ResponseWriter;
import dev.v6cert.ipv6.name.MagicNameParser;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers plain queries for synthesized names over the octets of the query: those below a magic
 * apex where no explicit record stands and nothing is blocked. What it writes is equal to what the
 * general path would; all else it declines, whatever it is.
 */
public final class FastPath implements FastHandler {
  private static final int NO_LARGER_THAN = 512; // The limit of clients without EDNS.
  private static final int OPT_LENGTH = 11;
  private static final int COOKIE = 10;
  private static final int COOKIE_LENGTH = 24;
  private static final int COOKIE_OPTION_LENGTH = 4 + COOKIE_LENGTH;

  private static final int ECHOED = 0x0110; // RD and CD
  private static final int RESPONSE = 0x8000;
  private static final int AUTHORITATIVE = 0x8400;
  private static final int TRUNCATED = 0x8200;
  private static final long ANSWER = 1L << 32;
  private static final long AUTHORITY = 1L << 16;
  private static final int POINTER = 0xc000;

  private static final int USUAL_LENGTH = 64;

  private static final Caseless CHALLENGE =
      new Caseless("\u000f_acme-challenge".getBytes(StandardCharsets.US_ASCII));
  private static final Caseless PERSISTENT =
      new Caseless("\u0013_validation-persist".getBytes(StandardCharsets.US_ASCII));

  // What there is to say: an address of one of these types, that there is none, an answer that is
  // written already, or the delegation of a challenge.
  private static final int A = 1;
  private static final int AAAA = 28;
  private static final int NO_DATA = 0;
  private static final int FIXED = -2;
  private static final int REFERRAL = -3;

  private static final int CHALLENGE_TTL = 60;
  private static final int NS = 2;
  private static final int DS = 43;

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

  private long high;
  private long low;

  /** Which label of the query is that of the challenge. */
  private int cut;

  private @Nullable FixedAnswer fixed;

  /** The state of the query's cookie. */
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
    if (zone == null) {
      return DECLINED;
    }
    int found = find(octets, from, zone);
    if (found == DECLINED) {
      return DECLINED;
    }
    boolean ipv4 = clientHigh == 0 && clientLow >>> 32 == 0xffff;
    if (now == 0) {
      now = System.nanoTime() | 1;
      tally.start(now);
    }
    high = clientHigh;
    low = clientLow;
    cookie = cookieState();
    RateLimiter.Decision decision =
        limited && cookie != State.VALID
            ? limiter.decide(clientHigh, clientLow, now)
            : RateLimiter.Decision.ANSWER;
    if (decision == RateLimiter.Decision.DROP) {
      tally.countDrop(zone.place, length);
      return 0;
    }
    if (decision == RateLimiter.Decision.TRUNCATE) {
      int written = finish(octets, from, query.end, TRUNCATED, QUESTION) - from;
      tally.countLimited(zone.place, ipv4, query.type, cookie, length, written);
      return written;
    }
    int written = respond(octets, from, zone, found) - from;
    tally.countAnswer(zone.place, ipv4, query.type, cookie, length, written);
    return written;
  }

  private int respond(byte[] octets, int from, FastZone zone, int found) {
    return switch (found) {
      case FIXED -> respondFixed(octets, from);
      case REFERRAL -> refer(octets, from, zone.ttl);
      case NO_DATA -> respondNoData(octets, from, zone);
      default -> {
        int end = putAddress(octets, query.end, HEADER, zone.ttl, found);
        yield finish(octets, from, end, AUTHORITATIVE, QUESTION | ANSWER);
      }
    };
  }

  private State cookieState() {
    if (!query.hasServerCookie) {
      return query.hasCookie ? State.CLIENT_ONLY : State.NONE;
    }
    return cookies.check(query.clientCookie, query.serverHead, query.serverHash, high, low);
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

  /** Finds the kind of answer for the name; leaves an address in {@link #parser}. */
  private int find(byte[] octets, int from, FastZone zone) {
    int below = query.count - zone.labels;
    if (!zone.magic || below == 0 || zone.isExplicit(octets, query.starts[below - 1])) {
      return findFixed(octets, from);
    }
    int length = spellOut(octets, below);
    if (zone.challenges) {
      int found = findChallenge(octets, below, length);
      if (found != NO_DATA) {
        return found;
      }
    }
    boolean found = parse(length);
    if (parser.dots() != below - 1) {
      return DECLINED; // A dot within a label is no separator.
    }
    if (isBlocked(octets, length)) {
      return DECLINED; // The client is told why (RFC 8914).
    }
    if (found) {
      return query.type;
    }
    boolean fits = query.end - from + zone.soaLength() + optLength() <= NO_LARGER_THAN;
    return fits && !zone.wildcard ? NO_DATA : DECLINED;
  }

  /** Whether the address in {@link #parser}, or the name that has it, is not answered. */
  private boolean isBlocked(byte[] octets, int length) {
    NameFilter filter = zones.filter();
    return (parser.hasIpv6() && !filter.permitsIpv6(parser.ipv6High(), parser.ipv6Low()))
        || (parser.hasIpv4() && !filter.permitsIpv4(parser.ipv4Bits()))
        || ((parser.hasIpv6() || parser.hasIpv4())
            && filter.blocksName(octets, query.starts, query.count, relative, length));
  }

  /** Looks for an answer that is written already, and fits. */
  private int findFixed(byte[] octets, int from) {
    fixed = zones.fixed().find(octets, query.starts, query.count, query.type);
    if (fixed == null) {
      return DECLINED;
    }
    int length = query.end - from + fixed.sections.length + fixed.additional.length;
    int most = limited && !query.edns ? NO_LARGER_THAN : ROOM;
    if (limited && query.edns) {
      most = Math.clamp(query.payloadSize, NO_LARGER_THAN, ROOM);
    }
    return length + optLength() <= most ? FIXED : DECLINED;
  }

  /**
   * Looks for the challenge of a host, at the label closest to the apex whose host has an address;
   * NO_DATA where there is none. Leaves that address in {@link #parser}.
   */
  private int findChallenge(byte[] octets, int below, int length) {
    for (int i = below - 2; i >= 0; i--) {
      if (isChallenge(octets, query.starts[i])) {
        int host = query.starts[i + 1] - query.starts[0] + 1;
        parser.parse(relative, host, length);
        if (parser.dots() != below - i - 2) {
          return DECLINED; // A dot within a label is no separator.
        }
        if (parser.hasIpv6() || parser.hasIpv4()) {
          cut = i;
          boolean isOfParent = query.type == DS && i == 0; // RFC 4035 section 3.1.4.1.
          return isOfParent || zones.answersChallenges() || isBlocked(octets, length)
              ? DECLINED
              : REFERRAL;
        }
      }
    }
    return NO_DATA;
  }

  private static boolean isChallenge(byte[] octets, int at) {
    return octets[at + 1] == '_'
        && (CHALLENGE.matches(octets, at) || PERSISTENT.matches(octets, at));
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

  private int respondFixed(byte[] octets, int from) {
    FixedAnswer answer = Objects.requireNonNull(fixed);
    byte[] sections = answer.sections;
    byte[] additional = answer.additional;
    System.arraycopy(sections, 0, octets, query.end, sections.length);
    int end = query.end + sections.length;
    int opt = finish(octets, from, end, answer.flags, answer.counts);
    System.arraycopy(additional, 0, octets, opt, additional.length);
    return opt + additional.length;
  }

  /** Delegates a challenge to the host at the addresses in {@link #parser}. */
  private int refer(byte[] octets, int from, int ttl) {
    int at = query.end;
    int host = query.starts[cut + 1] - from;
    put16(octets, at, POINTER | (query.starts[cut] - from));
    put16(octets, at + 2, NS);
    put16(octets, at + 4, IN);
    put32(octets, at + 6, CHALLENGE_TTL);
    put16(octets, at + 10, 2);
    put16(octets, at + 12, POINTER | host);
    long glue = (parser.hasIpv4() ? ADDITIONAL : 0) + (parser.hasIpv6() ? ADDITIONAL : 0);
    int end = finish(octets, from, at + 14, RESPONSE, QUESTION | AUTHORITY | glue);
    if (parser.hasIpv4()) {
      end = putAddress(octets, end, host, ttl, A);
    }
    return parser.hasIpv6() ? putAddress(octets, end, host, ttl, AAAA) : end;
  }

  /** Writes the address in {@link #parser} as a record; where that ends. */
  private int putAddress(byte[] octets, int at, int owner, int ttl, int type) {
    put16(octets, at, POINTER | owner);
    put16(octets, at + 2, type);
    put16(octets, at + 4, IN);
    put32(octets, at + 6, ttl);
    if (type == AAAA) {
      put16(octets, at + 10, 16);
      put64(octets, at + 12, parser.ipv6High());
      put64(octets, at + 20, parser.ipv6Low());
      return at + 28;
    }
    put16(octets, at + 10, 4);
    put32(octets, at + 12, parser.ipv4Bits());
    return at + 16;
  }

  private int respondNoData(byte[] octets, int from, FastZone zone) {
    int apex = zone.labels == 0 ? 0 : query.starts[query.count - zone.labels] - from;
    zone.putSoa(octets, query.end, apex);
    int end = query.end + zone.soaLength();
    return finish(octets, from, end, AUTHORITATIVE, QUESTION | AUTHORITY);
  }

  private int optLength() {
    return query.edns ? OPT_LENGTH + (query.hasCookie ? COOKIE_OPTION_LENGTH : 0) : 0;
  }

  /** Writes the header, and an OPT record where the query had one; where that ends. */
  private int finish(byte[] octets, int from, int end, int flags, long counts) {
    put16(octets, from + 2, flags | (u16(octets, from + 2) & ECHOED));
    put64(octets, from + 4, query.edns ? counts + ADDITIONAL : counts);
    if (!query.edns) {
      return end;
    }
    octets[end] = 0;
    put16(octets, end + 1, OPT);
    put16(octets, end + 3, ResponseWriter.PAYLOAD_SIZE);
    put32(octets, end + 5, query.ednsFlags & Edns.DNSSEC_OK); // No extended rcode, version 0.
    put16(octets, end + 9, query.hasCookie ? COOKIE_OPTION_LENGTH : 0);
    return query.hasCookie ? putCookie(octets, end + OPT_LENGTH) : end + OPT_LENGTH;
  }

  private int putCookie(byte[] octets, int at) {
    long client = query.clientCookie;
    long head = cookies.replyHead(cookie, query.serverHead);
    boolean isSent = cookie == State.VALID && head == query.serverHead;
    put32(octets, at, COOKIE << 16 | COOKIE_LENGTH);
    put64(octets, at + 4, client);
    put64(octets, at + 12, head);
    put64(octets, at + 20, isSent ? query.serverHash : cookies.hash(client, head, high, low));
    return at + COOKIE_OPTION_LENGTH;
  }

  /** The query that was read last. */
  PlainQuery query() {
    return query;
  }

  /** The state of the cookie of the query that was answered last. */
  State cookie() {
    return cookie;
  }

  @Override
  public void flush() {
    tally.flush();
    now = 0;
  }
}
