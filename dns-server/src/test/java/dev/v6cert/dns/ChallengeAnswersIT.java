package dev.v6cert.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.ApiClient;
import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.testing.Program;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/** The DNS answers of hosted DNS-01, and a store that cannot be written or read. */
class ChallengeAnswersIT extends ChallengeServiceFixture {

  @Nested
  class Answers {
    @Test
    void ofTheApexAreThoseOfAZone() throws Exception {
      SOARecord before = (SOARecord) ask("auth.magic.test", Type.SOA).answer().getFirst();
      assertThat(before.getHost().toString()).isEqualTo("ns1.magic.test.");
      assertThat(before.getMinimum()).isEqualTo(1);
      assertThat(ask("auth.magic.test", Type.NS).answerData())
          .containsExactlyInAnyOrder("ns1.magic.test.", "ns2.elsewhere.test.");
      Account account = api.register("/register", "");
      api.update(account, ONE);
      SOARecord after = (SOARecord) ask("auth.magic.test", Type.SOA).answer().getFirst();
      assertThat(after.getSerial()).isGreaterThan(before.getSerial());
    }

    @Test
    void tellNamesThatExistFromOthers() throws Exception {
      Account account = api.register("/register", "");
      Reply none = ask(account.name(), Type.TXT);
      assertThat(none.rcode()).isEqualTo(Rcode.NOERROR);
      assertThat(none.authority()).singleElement().isInstanceOf(SOARecord.class);
      assertThat(none.authority().getFirst().getTTL()).isEqualTo(1);
      Reply unknown = ask("unknown.auth.magic.test", Type.TXT);
      assertThat(unknown.rcode()).isEqualTo(Rcode.NXDOMAIN);
      assertThat(unknown.isAuthoritative()).isTrue();
      assertThat(ask("192-0-2-7.auth.magic.test", Type.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
      assertThat(ask("192-0-2-7.magic.test", Type.A).answerData()).containsExactly("192.0.2.7");
    }

    @Test
    void areTheSameOnEveryChannelAndInAnyCase() throws Exception {
      Account account = api.register("/register", "");
      api.update(account, ONE);
      api.update(account, TWO);
      String upper = account.name().toUpperCase(Locale.ROOT);
      for (Channel channel : Channel.values()) {
        Reply reply = channel.ask(server, Packet.query(upper, Type.TXT).bytes());
        assertThat(reply.answerData()).containsExactlyInAnyOrder(ONE, TWO);
        assertThat(reply.answer().getFirst().getTTL()).isEqualTo(1);
        assertThat(reply.isAuthoritative()).isTrue();
      }
    }
  }

  private String metrics() throws Exception {
    try (ApiClient metrics = new ApiClient(server.server().metricsAddress().orElseThrow())) {
      return metrics.send("GET", "/metrics", Map.of(), "").body();
    }
  }

  @Nested
  class AFullDisk {
    @Test
    void refusesChangesAndServesWhatIsThereUntilThereIsRoom() throws Exception {
      Path disk = Files.createDirectory(home.resolve("disk"));
      String mounted =
          Program.output("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString());
      Assumptions.assumeTrue(mounted.isEmpty(), "no disk can be made: " + mounted);
      try {
        stop();
        start(Registration.OPEN, disk.resolve("store"));
        Account account = api.register("/register", "");
        api.update(account, ONE);
        Path filler = disk.resolve("filler");
        Files.write(filler, new byte[40_000]);
        String answer = "200";
        for (int i = 0; i < 200 && answer.startsWith("200"); i++) {
          answer = api.update(account, i % 2 == 0 ? TWO : THREE);
        }
        assertThat(answer).isEqualTo("503 {\"error\":\"store_unavailable\"}");
        List<String> served = texts(account);
        assertThat(served).hasSize(2);
        HttpResponse<String> health = api.send("GET", "/health", Map.of(), "");
        assertThat(health.statusCode()).isEqualTo(503);
        assertThat(health.headers().firstValue("Retry-After")).contains("5");
        assertThat(metrics())
            .contains("dns_store_writable 0.0", "dns_store_accounts 1.0", "dns_store_names 1.0")
            .contains("dns_api_responses_total{operation=\"update\",status=\"503\"} 1.0");

        Files.delete(filler);
        assertThat(api.update(account, ONE)).startsWith("200 ");
        assertThat(api.send("GET", "/health", Map.of(), "").statusCode()).isEqualTo(200);
        assertThat(texts(account)).contains(ONE);
        assertThat(metrics()).contains("dns_store_writable 1.0");
      } finally {
        server.close();
        Program.output("umount", disk.toString());
      }
    }
  }

  @Test
  void aDamagedJournalStopsTheStart() throws Exception {
    Account account = api.register("/register", "");
    api.update(account, ONE);
    stop();
    Path journal = home.resolve("store/journal");
    byte[] octets = Files.readAllBytes(journal);
    octets[40] ^= 1;
    Files.write(journal, octets);
    assertThatThrownBy(() -> start(Registration.OPEN))
        .isInstanceOfSatisfying(
            FileFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(FileFailure.Kind.DAMAGE));
    octets[40] ^= 1;
    Files.write(journal, octets);
    start(Registration.OPEN);
    assertThat(texts(account)).containsExactly(ONE);
  }
}
