package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.ServerCookies.State;
import dev.v6cert.dns.wire.Edns.Cookie;
import dev.v6cert.dns.wire.Edns.ServerCookie;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCookiesTest {
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.51.100.100");
  private static final long CLIENT_COOKIE = 0x2464c4abcf10c957L;

  private Instant now = Instant.ofEpochSecond(1_559_731_985);
  private final ServerCookies cookies = new ServerCookies(() -> now);

  private static Cookie clientOnly() {
    return new Cookie(CLIENT_COOKIE, Optional.empty());
  }

  private Cookie issued() {
    ServerCookie server = cookies.reply(clientOnly(), State.CLIENT_ONLY, CLIENT);
    return new Cookie(CLIENT_COOKIE, Optional.of(server));
  }

  @Test
  void areThoseOfRfc9018() {
    byte[] secret = HexFormat.of().parseHex("e5e973e5a6b2a43f48e7dc849e37bfcf");
    ServerCookie cookie =
        new ServerCookies(() -> now, secret).reply(clientOnly(), State.CLIENT_ONLY, CLIENT);
    assertThat(cookie).isEqualTo(new ServerCookie(0x010000005cf79f11L, 0x1f8130c3eee29480L));
  }

  @Test
  void areValidForTheClientThatGotThem() {
    Cookie cookie = issued();
    assertThat(cookies.check(cookie, CLIENT)).isEqualTo(State.VALID);
    assertThat(cookies.check(cookie, InetAddress.ofLiteral("198.51.100.101")))
        .isEqualTo(State.INVALID);
    assertThat(cookies.check(new Cookie(1, cookie.server()), CLIENT)).isEqualTo(State.INVALID);
    assertThat(cookies.check(clientOnly(), CLIENT)).isEqualTo(State.CLIENT_ONLY);
  }

  @Test
  void ofAnotherServerOrVersionAreNot() {
    ServerCookie ours = issued().server().orElseThrow();
    for (ServerCookie other :
        new ServerCookie[] {
          new ServerCookie(ours.head(), ours.hash() ^ 1),
          new ServerCookie(ours.head() ^ 1, ours.hash()),
          new ServerCookie(ours.head() ^ 1L << 57, ours.hash()),
          new ServerCookie(ours.head() ^ 1L << 33, ours.hash()),
        }) {
      assertThat(cookies.check(new Cookie(CLIENT_COOKIE, Optional.of(other)), CLIENT))
          .isEqualTo(State.INVALID);
    }
  }

  @ParameterizedTest
  @CsvSource({"3600, VALID", "3601, INVALID", "-300, VALID", "-301, INVALID"})
  void expireAfterAnHour(long seconds, State state) {
    Cookie cookie = issued();
    now = now.plusSeconds(seconds);
    assertThat(cookies.check(cookie, CLIENT)).isEqualTo(state);
  }

  @Test
  void areRenewedAfterHalfAnHour() {
    Cookie cookie = issued();
    now = now.plusSeconds(1799);
    assertThat(cookies.reply(cookie, State.VALID, CLIENT)).isEqualTo(cookie.server().get());
    now = now.plusSeconds(2);
    assertThat(cookies.reply(cookie, State.VALID, CLIENT)).isNotEqualTo(cookie.server().get());
    assertThat(cookies.reply(cookie, State.INVALID, CLIENT)).isNotEqualTo(cookie.server().get());
  }

  @Test
  void outliveTheSecretTheyWereMadeWith() {
    now = now.plus(Duration.ofDays(1)).minusSeconds(10);
    Cookie cookie = issued();
    now = now.plusSeconds(20);
    Cookie fresh = issued();
    assertThat(cookies.check(cookie, CLIENT)).isEqualTo(State.VALID);
    assertThat(cookies.check(fresh, CLIENT)).isEqualTo(State.VALID);
  }
}
