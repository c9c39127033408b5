package dev.v6cert.dns.guard;

import dev.v6cert.dns.wire.Edns.Cookie;
import dev.v6cert.dns.wire.Edns.ServerCookie;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes and checks DNS server cookies in the interoperable form (RFC 9018): who sends one back has
 * received it, so the address is not forged. The secret is replaced every day, and the one before
 * it still accepted. Safe for any number of threads.
 */
public final class ServerCookies {
  /** What a query's cookie says about its sender. */
  public enum State {
    /** The query had no cookie. */
    NONE,
    /** A client cookie alone: a first contact. */
    CLIENT_ONLY,
    /** A server cookie that is not ours, or too old. */
    INVALID,
    /** A server cookie of ours: the sender's address is proven. */
    VALID
  }

  private static final long VERSION_1 = 1L << 56;

  // RFC 9018 section 4.3.
  private static final int OLDEST_SECONDS = 3600;
  private static final int FUTURE_SECONDS = 300;
  private static final int RENEWAL_SECONDS = 1800;

  private static final Duration SECRET_LIFETIME = Duration.ofDays(1);

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private volatile Secrets secrets;

  private record Secret(long key0, long key1) {}

  private record Secrets(Secret current, Optional<Secret> previous, long sinceSeconds) {}

  /** Cookies under a random secret. */
  public ServerCookies(InstantSource clock) {
    this.clock = clock;
    this.secrets = new Secrets(newSecret(), Optional.empty(), now());
  }

  /** Cookies under a given secret of 16 octets. */
  ServerCookies(InstantSource clock, byte[] secret) {
    this.clock = clock;
    this.secrets = new Secrets(secret(secret), Optional.empty(), now());
  }

  private Secret newSecret() {
    byte[] octets = new byte[16];
    random.nextBytes(octets);
    return secret(octets);
  }

  private static Secret secret(byte[] octets) {
    return new Secret(SipHash.littleEndian(octets, 0, 8), SipHash.littleEndian(octets, 8, 8));
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  /** What the cookie says about a query from {@code client}. */
  public State check(Cookie cookie, InetAddress client) {
    if (cookie.server().isEmpty()) {
      return State.CLIENT_ONLY;
    }
    ServerCookie server = cookie.server().get();
    int age = age(server);
    boolean timely = age <= OLDEST_SECONDS && age >= -FUTURE_SECONDS;
    if (!timely || server.head() >>> 32 != VERSION_1 >>> 32) {
      return State.INVALID;
    }
    Secrets known = current();
    boolean ours =
        server.hash() == hash(known.current(), cookie.client(), server.head(), client)
            || known
                .previous()
                .filter(old -> server.hash() == hash(old, cookie.client(), server.head(), client))
                .isPresent();
    return ours ? State.VALID : State.INVALID;
  }

  /**
   * The server cookie for the answer to {@code client}: the one it sent, while that is valid and
   * young, or else a new one.
   */
  public ServerCookie reply(Cookie cookie, State state, InetAddress client) {
    if (state == State.VALID && cookie.server().isPresent()) {
      ServerCookie sent = cookie.server().get();
      if (age(sent) < RENEWAL_SECONDS) {
        return sent;
      }
    }
    long head = VERSION_1 | (now() & 0xffff_ffffL);
    return new ServerCookie(head, hash(current().current(), cookie.client(), head, client));
  }

  /** Seconds since the cookie was made, in serial number arithmetic (RFC 1982). */
  private int age(ServerCookie cookie) {
    return (int) now() - (int) cookie.head();
  }

  private Secrets current() {
    Secrets known = secrets;
    if (now() - known.sinceSeconds() < SECRET_LIFETIME.toSeconds()) {
      return known;
    }
    return rotate(known);
  }

  private synchronized Secrets rotate(Secrets outdated) {
    if (secrets.equals(outdated)) {
      secrets = new Secrets(newSecret(), Optional.of(outdated.current()), now());
    }
    return secrets;
  }

  private static long hash(Secret secret, long clientCookie, long head, InetAddress client) {
    byte[] address = client.getAddress();
    byte[] input =
        ByteBuffer.allocate(16 + address.length)
            .putLong(clientCookie)
            .putLong(head)
            .put(address)
            .array();
    return Long.reverseBytes(SipHash.hash(secret.key0(), secret.key1(), input));
  }
}
