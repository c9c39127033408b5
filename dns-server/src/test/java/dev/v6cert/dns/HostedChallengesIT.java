package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.ApiClient;
import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Type;

/** Records at challenge names, which are answered in place of the delegation to the host. */
class HostedChallengesIT {
  private static final String VALUE = "1".repeat(43);

  @TempDir Path home;

  private Hosting hosting(String zone) {
    return new Hosting(
        Zone.of(zone),
        new StoreLocation.Directory(home.resolve("store")),
        Optional.of(RunningServer.at("127.0.0.1", 0)),
        Optional.empty(),
        Registration.OPEN,
        Updates.NONE,
        Transfers.NONE);
  }

  private static void expectDelegation(RunningServer server, String name) {
    for (Channel channel : Channel.values()) {
      Reply reply = channel.ask(server, Packet.query(name, Type.TXT).bytes());
      assertThat(reply.isAuthoritative()).isFalse();
      assertThat(reply.answer()).isEmpty();
      assertThat(reply.authority()).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"_acme-challenge", "_validation-persist"})
  void aRecordOfTheZoneFileGoesBeforeTheDelegation(String label) throws Exception {
    String name = label + ".192-0-2-7.magic.test";
    String below = "x." + label + ".2001-db8--7.magic.test";
    Path file =
        Files.writeString(
            home.resolve("zone"), name + ". 60 TXT \"at\"\n" + below + ". 60 TXT \"below\"\n");
    try (RunningServer server = new RunningServer(config -> config.zoneFile(file)).start()) {
      for (Channel channel : Channel.values()) {
        Reply at = channel.ask(server, Packet.query(name, Type.TXT).bytes());
        assertThat(at.isAuthoritative()).isTrue();
        assertThat(at.answerData()).containsExactly("at");
        Reply none = channel.ask(server, Packet.query(name, Type.NS).bytes());
        assertThat(none.isAuthoritative()).isTrue();
        assertThat(none.answer()).isEmpty();
        Reply under = channel.ask(server, Packet.query(below, Type.TXT).bytes());
        assertThat(under.answerData()).containsExactly("below");
        Reply above =
            channel.ask(server, Packet.query(label + ".2001-db8--7.magic.test", Type.TXT).bytes());
        assertThat(above.isAuthoritative()).isTrue();
        assertThat(above.rcode()).isEqualTo(Rcode.NOERROR);
        assertThat(above.answer()).isEmpty();
      }
      expectDelegation(server, label + ".192-0-2-8.magic.test");
      expectDelegation(server, label + ".2001-db8--8.magic.test");
    }
  }

  @Test
  void anAliasLeadsToTheValueThatAClientSets() throws Exception {
    Path file = home.resolve("zone");
    Files.writeString(file, "");
    try (RunningServer server =
        new RunningServer(config -> config.zoneFile(file).hosting(hosting("auth.magic.test")))
            .start()) {
      try (ApiClient api =
          new ApiClient(server.server().hosted().orElseThrow().apiAddress().orElseThrow())) {
        Account account = api.register("/register", "");
        assertThat(api.update(account, VALUE)).startsWith("200");
        String name = "_acme-challenge.2001-db8--7.magic.test";
        expectDelegation(server, name);
        Files.writeString(file, name + ". 60 CNAME " + account.name() + ".\n");
        server.server().reload();
        for (Channel channel : Channel.values()) {
          Reply reply = channel.ask(server, Packet.query(name, Type.TXT).bytes());
          assertThat(reply.isAuthoritative()).isTrue();
          assertThat(reply.answerData()).containsExactly(account.name() + ".", VALUE);
        }
      }
    }
  }

  @Test
  void aChallengeZoneAtTheNameOfAChallengeIsNotDelegated() throws Exception {
    String zone = "_acme-challenge.2001-db8--7.magic.test";
    try (RunningServer server = new RunningServer(config -> config.hosting(hosting(zone))).start();
        ApiClient api =
            new ApiClient(server.server().hosted().orElseThrow().apiAddress().orElseThrow())) {
      Account account = api.register("/register", "");
      assertThat(api.update(account, VALUE)).startsWith("200");
      for (Channel channel : Channel.values()) {
        Reply reply = channel.ask(server, Packet.query(account.name(), Type.TXT).bytes());
        assertThat(reply.isAuthoritative()).isTrue();
        assertThat(reply.answerData()).containsExactly(VALUE);
        Reply soa = channel.ask(server, Packet.query(zone, Type.SOA).bytes());
        assertThat(soa.answer()).hasSize(1);
      }
      expectDelegation(server, "_acme-challenge.2001-db8--8.magic.test");
    }
  }
}
