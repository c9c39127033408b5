package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCookiesTest {
  private static final String CLIENT = "198.51.100.100";
  private static final long CLIENT_COOKIE = 0x2464c4abcf10c957L;

  private Instant now = Instant.ofEpochSecond(1_559_731_985);
  private final ServerCookies cookies = new ServerCookies(() -> now);

  /** A cookie of 24 octets. */
  private record Cookie(long client, long head, long hash) {
    static Cookie of(String hex) {
      ByteBuffer octets = ByteBuffer.wrap(HexFormat.of().parseHex(hex));
      return new Cookie(octets.getLong(), octets.getLong(), octets.getLong());
    }
  }

  private static Peer peer(String address) {
    return new Peer(new InetSocketAddress(InetAddress.ofLiteral(address), 0), Transport.UDP);
  }

  private Cookie reply(long clientCookie, State state, long sent, String address) {
    long head = cookies.replyHead(state, sent);
    Peer peer = peer(address);
    return new Cookie(
        clientCookie, head, cookies.hash(clientCookie, head, peer.high(), peer.low()));
  }

  private Cookie issued() {
    return reply(CLIENT_COOKIE, State.CLIENT_ONLY, 0, CLIENT);
  }

  private State check(Cookie cookie, String address) {
    Peer peer = peer(address);
    return cookies.check(cookie.client(), cookie.head(), cookie.hash(), peer.high(), peer.low());
  }

  private void at(long epochSecond) {
    now = Instant.ofEpochSecond(epochSecond);
  }

  @Test
  void areValidForTheClientThatGotThem() {
    Cookie cookie = issued();
    assertThat(check(cookie, CLIENT)).isEqualTo(State.VALID);
    assertThat(check(cookie, "198.51.100.101")).isEqualTo(State.INVALID);
    assertThat(check(new Cookie(1, cookie.head(), cookie.hash()), CLIENT)).isEqualTo(State.INVALID);
  }

  @Test
  void ofAnotherServerOrVersionAreNot() {
    Cookie ours = issued();
    for (Cookie other :
        new Cookie[] {
          new Cookie(CLIENT_COOKIE, ours.head(), ours.hash() ^ 1),
          new Cookie(CLIENT_COOKIE, ours.head() ^ 1, ours.hash()),
          new Cookie(CLIENT_COOKIE, ours.head() ^ 1L << 57, ours.hash()),
          new Cookie(CLIENT_COOKIE, ours.head() ^ 1L << 33, ours.hash()),
        }) {
      assertThat(check(other, CLIENT)).isEqualTo(State.INVALID);
    }
  }

  @ParameterizedTest
  @CsvSource({"3600, VALID", "3601, INVALID", "-300, VALID", "-301, INVALID"})
  void expireAfterAnHour(long seconds, State state) {
    Cookie cookie = issued();
    now = now.plusSeconds(seconds);
    assertThat(check(cookie, CLIENT)).isEqualTo(state);
  }

  @Test
  void areRenewedAfterHalfAnHour() {
    long sent = issued().head();
    now = now.plusSeconds(1799);
    assertThat(cookies.replyHead(State.VALID, sent)).isEqualTo(sent);
    now = now.plusSeconds(2);
    assertThat(cookies.replyHead(State.VALID, sent)).isNotEqualTo(sent);
    assertThat(cookies.replyHead(State.INVALID, sent)).isNotEqualTo(sent);
  }

  @Test
  void outliveTheSecretTheyWereMadeWith() {
    now = now.plus(Duration.ofDays(1)).minusSeconds(10);
    Cookie cookie = issued();
    now = now.plusSeconds(20);
    Cookie fresh = issued();
    assertThat(check(cookie, CLIENT)).isEqualTo(State.VALID);
    assertThat(check(fresh, CLIENT)).isEqualTo(State.VALID);
  }

  @Nested
  class WithSecretsOfAFile {
    private static final String SECRET = "e5e973e5a6b2a43f48e7dc849e37bfcf";
    private static final String OLD = "dd3bdf9344b678b185a6f5cb60fca715";
    private static final String NEW = "445536bcd2513298075a5d379663c962";

    @TempDir private Path directory;

    private Path file(String content) throws IOException {
      Path file = Files.writeString(directory.resolve("secrets"), content);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    }

    private void use(String... lines) throws IOException {
      cookies.read(file(String.join("\n", lines) + "\n"));
    }

    /** The vectors of RFC 9018 appendices A.1 and A.2. */
    @Test
    void areThoseOfTheRfc() throws IOException {
      use(SECRET);
      Cookie first = Cookie.of("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
      assertThat(issued()).isEqualTo(first);
      at(1_559_734_385);
      assertThat(check(first, CLIENT)).isEqualTo(State.VALID);
      assertThat(reply(CLIENT_COOKIE, State.VALID, first.head(), CLIENT))
          .isEqualTo(Cookie.of("2464c4abcf10c957010000005cf7a871d4a564a1442aca77"));
    }

    /** The vector of RFC 9018 appendix A.3, checked when it was young. */
    @Test
    void areValidWithReservedOctetsThatAreSet() throws IOException {
      use(SECRET);
      String other = "203.0.113.203";
      Cookie odd = Cookie.of("fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5");
      at(1_559_727_985 + 600);
      assertThat(check(odd, other)).isEqualTo(State.VALID);
      at(1_559_734_700);
      assertThat(check(odd, other)).isEqualTo(State.INVALID);
      assertThat(reply(odd.client(), State.INVALID, odd.head(), other))
          .isEqualTo(Cookie.of("fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e"));
    }

    /** The vector of RFC 9018 appendix A.4. */
    @Test
    void areRolledOver() throws IOException {
      String other = "2001:db8:220:1:59de:d0f4:8769:82b8";
      Cookie old = Cookie.of("22681ab97d52c298010000005cf7c57926556bd0934c72f8");
      at(1_559_741_961);
      use("# the new one", NEW, "", OLD);
      assertThat(check(old, other)).isEqualTo(State.VALID);
      assertThat(reply(old.client(), State.CLIENT_ONLY, 0, other))
          .isEqualTo(Cookie.of("22681ab97d52c298010000005cf7c609a6bb79d16625507a"));
      use(NEW);
      assertThat(check(old, other)).isEqualTo(State.INVALID);
    }

    @Test
    void stayForDaysAndAreTheSameOnASibling() throws IOException {
      use(NEW, OLD);
      now = now.plus(Duration.ofDays(100));
      Cookie cookie = issued();
      ServerCookies sibling = new ServerCookies(() -> now);
      sibling.read(file(OLD + "\n" + NEW));
      Peer peer = peer(CLIENT);
      assertThat(
              sibling.check(CLIENT_COOKIE, cookie.head(), cookie.hash(), peer.high(), peer.low()))
          .isEqualTo(State.VALID);
    }

    @ParameterizedTest
    @CsvSource({
      "'', : it has no secret",
      "'# nothing\n', : it has no secret",
      "'" + SECRET + "\nff\n', :2: a cookie secret is 32 hexadecimal digits on a line",
      "'" + SECRET + "00\n', :1: a cookie secret is 32 hexadecimal digits on a line",
      "'g5e973e5a6b2a43f48e7dc849e37bfcf\n', :1: a cookie secret is 32 hexadecimal digits",
      "'" + SECRET + "\n" + OLD + "\n\n" + NEW + "\n', :4: there are two cookie secrets at most",
    })
    void areRefusedWhereTheyAreNoneAndNeverTold(String content, String why) throws IOException {
      Path file = file(content);
      assertThatExceptionOfType(FileFailure.class)
          .isThrownBy(() -> cookies.read(file))
          .withMessageStartingWith(file + why)
          .withMessageNotContainingAny(SECRET, "g5e9", NEW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-rw--w-"})
    void areRefusedWhereEverybodyKnowsThem(String permissions) throws IOException {
      Path file = file(SECRET);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      assertThatExceptionOfType(FileFailure.class)
          .isThrownBy(() -> cookies.read(file))
          .withMessageContaining("every user of this machine")
          .extracting(FileFailure::kind)
          .isEqualTo(FileFailure.Kind.EXPOSED);
    }
  }
}
