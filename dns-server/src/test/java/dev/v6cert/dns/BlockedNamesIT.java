package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.BlockList.Format;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.telemetry.QueryEvent.Outcome;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.AddressBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** Names that lead to a notice page, or to nothing, since the operator says so. */
class BlockedNamesIT {
  private static final int FORGED = 4; // RFC 8914 section 4.5
  private static final int BLOCKED = 15;
  private static final int PROHIBITED = 18;

  @TempDir Path directory;
  private Path list;

  @BeforeEach
  void writeList() throws IOException {
    list =
        Files.writeString(directory.resolve("list"), "*bank*\n203.0.113.0/24\n2001:db8:bad::/48\n");
  }

  private RunningServer leadingTo(String... notice) throws IOException {
    List<InetAddress> addresses = Stream.of(notice).map(InetAddress::ofLiteral).toList();
    return started(
        new AnswerRules(
            AddressPolicy.ANY,
            List.of(),
            Optional.of(list),
            Format.OWN,
            false,
            AnswerRules.notice(addresses)));
  }

  private static RunningServer started(AnswerRules rules) throws IOException {
    return new RunningServer(builder -> builder.rules(rules)).start();
  }

  private static Reply ask(RunningServer server, Channel channel, String name, int type) {
    return channel.ask(server, Packet.query(name + ".magic.test", type).edns(1232).bytes());
  }

  private static List<Integer> errors(Reply reply) {
    List<EDNSOption> options = reply.message().getOPT().getOptions(15);
    return options.stream()
        .map(option -> ((ExtendedErrorCodeOption) option).getErrorCode())
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void leadToTheNoticePageOfBothFamilies(Channel channel) throws IOException {
    try (RunningServer server = leadingTo("192.0.2.80", "2001:db8:1::80")) {
      for (String name :
          List.of("my-Bank.10-0-0-1", "bank.2001-db8--1", "203-0-113-9", "2001-db8-bad--9")) {
        Reply ipv4 = ask(server, channel, name, Type.A);
        assertThat(ipv4.answerData()).as(name).containsExactly("192.0.2.80");
        assertThat(ipv4.isAuthoritative()).isTrue();
        assertThat(errors(ipv4)).containsExactly(FORGED, BLOCKED);
        Reply ipv6 = ask(server, channel, name, Type.AAAA);
        assertThat(ipv6.answerData()).as(name).containsExactly("2001:db8:1:0:0:0:0:80");
        assertThat(ask(server, channel, name, Type.ANY).answer()).hasSize(1);
        Reply other = ask(server, channel, name, Type.TXT);
        assertThat(other.answer()).isEmpty();
        assertThat(other.authority()).singleElement().isInstanceOf(SOARecord.class);
        assertThat(errors(other)).containsExactly(BLOCKED);
      }
      assertThat(ask(server, channel, "10-0-0-1", Type.A).answerData()).containsExactly("10.0.0.1");
    }
  }

  @Test
  void haveNoAddressOfAFamilyWithoutANoticePage() throws IOException {
    try (RunningServer server = leadingTo("192.0.2.80")) {
      assertThat(ask(server, Channel.UDP6, "bank.10-0-0-1", Type.A).answer()).hasSize(1);
      Reply ipv6 = ask(server, Channel.UDP6, "bank.2001-db8--1", Type.AAAA);
      assertThat(ipv6.answer()).isEmpty();
      assertThat(errors(ipv6)).containsExactly(BLOCKED);
    }
  }

  @Test
  void areForgottenAsSoonAsWithoutANoticePage() throws IOException {
    try (RunningServer server = leadingTo("192.0.2.80")) {
      Reply notice = ask(server, Channel.UDP6, "bank.10-0-0-1", Type.A);
      Reply nothing = ask(server, Channel.UDP6, "bank.10-0-0-1", Type.AAAA);
      assertThat(notice.answer().getFirst().getTTL())
          .isEqualTo(nothing.authority().getFirst().getTTL());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bank.10-0-0-1",
    "203-0-113-9",
    "2001-db8-bad--9",
    "10-0-0-1.2001-db8-bad--9", // One of two addresses is enough.
  })
  void haveTheirChallengesNeverDelegated(String name) throws IOException {
    for (String[] notice : new String[][] {{}, {"192.0.2.80", "2001:db8:1::80"}}) {
      try (RunningServer server = leadingTo(notice)) {
        for (String prefix :
            List.of("_acme-challenge.", "x._acme-challenge.", "_validation-persist.")) {
          for (int type : new int[] {Type.TXT, Type.NS, Type.SOA}) {
            Reply reply = ask(server, Channel.UDP6, prefix + name, type);
            assertThat(reply.isAuthoritative()).as(name).isTrue();
            assertThat(reply.authority()).singleElement().isInstanceOf(SOARecord.class);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10-1-2-3, A, 10.1.2.3, ANSWERED",
    "10-2-0-0, A, , NOT_ALLOWED",
    "8-8-8-8, A, , NOT_ALLOWED",
    "0-0-0-0, A, , ALWAYS_REFUSED",
    "100-100-100-200, A, , ALWAYS_REFUSED", // Though it is allowed.
    "203-0-113-9, A, , BLOCKED", // Though it is not allowed.
    "192-0-2-1, A, , AGAINST_POLICY", // Though it is allowed.
    "--1, AAAA, , NOT_ALLOWED",
    "fd00-7--1, AAAA, fd00:7:0:0:0:0:0:1, ANSWERED",
  })
  void onlyAllowedPrefixesAreAnswered(String name, String type, String data, Outcome outcome)
      throws IOException {
    AnswerRules rules =
        new AnswerRules(
            AddressPolicy.PRIVATE,
            Stream.of("10.1.0.0/16", "fd00:7::/32", "192.0.2.0/24", "100.64.0.0/10")
                .map(AddressBlock::parse)
                .toList(),
            Optional.of(list),
            Format.OWN,
            false,
            AnswerRules.notice(List.of()));
    Counters counters;
    try (RunningServer server = started(rules)) {
      counters = server.server().counters();
      Reply reply = ask(server, Channel.TCP4, name, Type.value(type));
      assertThat(reply.answerData()).isEqualTo(Optional.ofNullable(data).stream().toList());
      assertThat(errors(reply))
          .isEqualTo(
              switch (outcome) {
                case ANSWERED -> List.of();
                case BLOCKED -> List.of(BLOCKED);
                default -> List.of(PROHIBITED);
              });
    }
    assertThat(counters.outcomes())
        .containsEntry(outcome, 1L); // Counts are whole once it is closed.
  }

  @Test
  void aListOfSslipIoIsRead() throws IOException {
    Files.writeString(list, "# theirs\nraiffeisen # a word\n43.134.66.67/24 # a block\n");
    AnswerRules plain = AnswerRules.DEFAULT;
    AnswerRules rules =
        new AnswerRules(
            plain.policy(),
            plain.allow(),
            Optional.of(list),
            Format.SSLIP_IO,
            true,
            plain.blockedTo());
    try (RunningServer server = started(rules)) {
      assertThat(ask(server, Channel.UDP6, "xraiffeisenx.94-228-116-140", Type.A).answer())
          .isEmpty();
      assertThat(ask(server, Channel.UDP6, "nf.43-134-66-1", Type.A).answer()).isEmpty();
      assertThat(ask(server, Channel.UDP6, "raiffeisen.192-168-0-1", Type.A).answer()).hasSize(1);
    }
  }
}
