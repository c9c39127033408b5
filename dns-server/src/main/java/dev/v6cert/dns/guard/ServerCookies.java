package dev.v6cert.dns.guard;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.CookieSecrets.Secret;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes and checks DNS server cookies in the interoperable form (RFC 9018): who sends one back has
 * received it, so the address is not forged. The secret is replaced every day, and the one before
 * it still accepted, unless the secrets come from a file. Safe for any number of threads; neither
 * check nor reply makes an object.
 *
 * <p>A client's address is given by its two halves; one of IPv4 is mapped into IPv6.
 */
public final class ServerCookies {
  /** The state of a query's cookie. */
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
  private static final long FOR_EVER = Long.MAX_VALUE;

  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();
  private volatile Dated dated;

  private record Dated(CookieSecrets secrets, long untilSeconds) {}

  /** Cookies under a random secret. */
  public ServerCookies(InstantSource clock) {
    this.clock = clock;
    this.dated = new Dated(CookieSecrets.random(random), now() + SECRET_LIFETIME.toSeconds());
  }

  /**
   * Takes the secrets of a file from now on: one or two lines of 32 hexadecimal digits, of which
   * the first makes cookies and both are accepted. After an error the old ones stay.
   *
   * @throws FileFailure when it cannot be used; the message never tells a secret
   */
  public void read(Path file) throws FileFailure {
    dated = new Dated(CookieSecrets.read(file), FOR_EVER);
  }

  private long now() {
    return clock.millis() / 1000;
  }

  /**
   * Checks the server cookie of a query.
   *
   * @param clientCookie the client cookie before it
   * @param head its version, reserved octets and time stamp
   * @param hash its keyed hash
   */
  public State check(long clientCookie, long head, long hash, long high, long low) {
    long now = now();
    int age = age(now, head);
    boolean timely = age <= OLDEST_SECONDS && age >= -FUTURE_SECONDS;
    if (!timely || head >>> 56 != VERSION_1 >>> 56) { // Whatever is in the reserved octets.
      return State.INVALID;
    }
    CookieSecrets known = current(now);
    if (hash == hash(known.current(), clientCookie, head, high, low)) {
      return State.VALID;
    }
    Optional<Secret> other = known.other();
    return other.isPresent() && hash == hash(other.get(), clientCookie, head, high, low)
        ? State.VALID
        : State.INVALID;
  }

  /**
   * The head of the server cookie for the answer: the one that was sent, while it is valid and
   * young, and then its hash goes back, too; or else a new one.
   */
  public long replyHead(State state, long sent) {
    long now = now();
    return state == State.VALID && age(now, sent) < RENEWAL_SECONDS
        ? sent
        : VERSION_1 | (now & 0xffff_ffffL);
  }

  /** The hash of a new server cookie with this head. */
  public long hash(long clientCookie, long head, long high, long low) {
    return hash(current(now()).current(), clientCookie, head, high, low);
  }

  /** Seconds since the cookie was made, in serial number arithmetic (RFC 1982). */
  private static int age(long now, long head) {
    return (int) now - (int) head;
  }

  private CookieSecrets current(long now) {
    Dated known = dated;
    return now < known.untilSeconds() ? known.secrets() : rotate(known);
  }

  private synchronized CookieSecrets rotate(Dated outdated) {
    if (dated.equals(outdated)) {
      CookieSecrets fresh = CookieSecrets.random(random);
      dated =
          new Dated(
              new CookieSecrets(fresh.current(), Optional.of(outdated.secrets().current())),
              now() + SECRET_LIFETIME.toSeconds());
    }
    return dated.secrets();
  }

  private static long hash(Secret secret, long clientCookie, long head, long high, long low) {
    return Long.reverseBytes(
        SipHash.hash(secret.key0(), secret.key1(), clientCookie, head, high, low));
  }
}
