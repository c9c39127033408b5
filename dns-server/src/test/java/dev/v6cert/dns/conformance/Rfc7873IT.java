package dev.v6cert.dns.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.CookieOption;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** DNS cookies, in the form of RFC 9018. */
class Rfc7873IT {
  @RegisterExtension static final RunningServer SERVER = new RunningServer();

  private static final int COOKIE = 10;
  private static final byte[] CLIENT = Packet.hex("2464c4abcf10c957");

  private static Packet query(byte... cookie) {
    return Packet.query("192-0-2-7.magic.test", Type.A).edns(1232, Packet.option(COOKIE, cookie));
  }

  private static CookieOption cookie(Reply reply) {
    List<EDNSOption> options =
        Optional.ofNullable(reply.message().getOPT()).orElseThrow().getOptions(COOKIE);
    assertThat(options).hasSize(1);
    return (CookieOption) options.getFirst();
  }

  private static byte[] whole(CookieOption cookie) {
    return ByteBuffer.allocate(24)
        .put(cookie.getClientCookie())
        .put(cookie.getServerCookie().orElseThrow())
        .array();
  }

  @ParameterizedTest
  @EnumSource(Channel.class)
  void aClientCookieIsAnsweredWithAServerCookieThatStaysGood(Channel channel) {
    Reply first = channel.ask(SERVER, query(CLIENT).bytes());
    assertThat(first.answerData()).containsExactly("192.0.2.7");
    assertThat(cookie(first).getClientCookie()).isEqualTo(CLIENT);
    byte[] whole = whole(cookie(first));
    Reply second = channel.ask(SERVER, query(whole).bytes());
    assertThat(second.answerData()).containsExactly("192.0.2.7");
    assertThat(whole(cookie(second))).isEqualTo(whole);
  }

  @Test
  void aBadServerCookieIsAnsweredWithAFreshOne() {
    for (int length : new int[] {16, 24, 40}) {
      byte[] bad = Arrays.copyOf(CLIENT, length);
      Reply reply = SERVER.ask(query(bad));
      assertThat(reply.answerData()).containsExactly("192.0.2.7");
      assertThat(whole(cookie(reply))).hasSize(24).isNotEqualTo(Arrays.copyOf(bad, 24));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 9, 15, 41})
  void aCookieOfNoValidLengthIsFormErr(int length) {
    Reply reply = SERVER.ask(query(new byte[length]));
    assertThat(reply.rcode()).isEqualTo(Rcode.FORMERR);
    assertThat(reply.message().getOPT()).isNotNull();
  }

  @Test
  void noQuestionInALaterVersionOfEdnsIsBadVers() {
    byte[] option = Packet.option(COOKIE, CLIENT);
    Reply reply =
        SERVER.ask(Packet.empty().additional(new byte[1], Type.OPT, 1232, 1 << 16, option));
    assertThat(reply.rcode()).isEqualTo(Rcode.BADVERS);
  }

  @ParameterizedTest
  @EnumSource(Channel.class)
  void noQuestionAtAllWithACookieIsAnsweredWithOne(Channel channel) {
    byte[] request = Packet.empty().edns(1232, Packet.option(COOKIE, CLIENT)).bytes();
    Reply reply = channel.ask(SERVER, request);
    assertThat(reply.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(reply.count(0)).isZero();
    assertThat(whole(cookie(reply))).hasSize(24);
  }
}
