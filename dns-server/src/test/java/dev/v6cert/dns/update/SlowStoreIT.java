package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.RunningPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/** Updates while the store is slow: another server holds the lock of a real database. */
class SlowStoreIT {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final TSIG KEY =
      new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("laptop."), SECRET);
  private static final Duration HELD = Duration.ofSeconds(1);

  @TempDir Path home;
  private RunningPostgres postgres;
  private RunningServer server = new RunningServer();

  @BeforeEach
  void start() throws Exception {
    postgres = RunningPostgres.start();
    Path keys =
        Files.writeString(
            home.resolve("keys"),
            "key laptop { algorithm hmac-sha256; secret \""
                + Base64.getEncoder().encodeToString(SECRET)
                + "\"; };\ngrant laptop subdomain auth.magic.test TXT;\n");
    Files.setPosixFilePermissions(keys, PosixFilePermissions.fromString("rw-------"));
    Hosting hosting =
        new Hosting(
            Zone.of("auth.magic.test"),
            new StoreLocation.Database(postgres.url(), home.resolve("store")),
            Optional.empty(),
            Optional.empty(),
            Registration.CLOSED,
            new Updates(Optional.of(keys), false),
            Transfers.NONE);
    server = new RunningServer(config -> config.hosting(hosting)).start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    postgres.close();
  }

  private Message set(String value) throws IOException {
    Update update = new Update(Name.fromConstantString("auth.magic.test."));
    update.add(new TXTRecord(Name.fromConstantString("a.auth.magic.test."), DClass.IN, 60, value));
    KEY.apply(update, null);
    Reply reply = Channel.TCP4.ask(server, update.toWire(65_535));
    byte[] octets = reply.bytes(0, reply.length());
    Message message = new Message(octets);
    assertThat(KEY.verify(message, octets, update.getTSIG())).isEqualTo(Rcode.NOERROR);
    return message;
  }

  @Test
  void getASignedReplyOverTcpAndDelayNoQuery() throws Exception {
    assertThat(set("before").getRcode()).isEqualTo(Rcode.NOERROR);
    try (Connection other = DriverManager.getConnection(postgres.url());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      boolean _ = statement.execute("select serial from v6cert_dns_state for update");
      CompletableFuture<Message> reply = new CompletableFuture<>();
      Thread _ =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  reply.complete(set("after"));
                } catch (IOException | RuntimeException | Error e) {
                  reply.completeExceptionally(e);
                }
              });
      Thread.sleep(HELD);
      Reply query = Channel.TCP4.ask(server, Packet.query("a.auth.magic.test", Type.TXT).bytes());
      assertThat(query.answerData()).containsExactly("before");
      assertThat(reply).isNotDone();
      other.rollback();
      assertThat(reply.get().getRcode()).isEqualTo(Rcode.NOERROR);
    }
    Reply query = Channel.TCP4.ask(server, Packet.query("a.auth.magic.test", Type.TXT).bytes());
    assertThat(query.answerData()).containsExactlyInAnyOrder("before", "after");
  }
}
