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
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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

  /** A tenth of what the clients below would wait if a thread that answers waited for each. */
  private static final Duration SOON = Duration.ofMillis(400);

  private static final int CLIENTS = 16;

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

  private static Update update(String value) {
    Update update = new Update(Name.fromConstantString("auth.magic.test."));
    update.add(new TXTRecord(Name.fromConstantString("a.auth.magic.test."), DClass.IN, 60, value));
    KEY.apply(update, null);
    return update;
  }

  private Message set(String value) throws IOException {
    Update update = update(value);
    Reply reply = Channel.TCP4.ask(server, update.toWire(65_535));
    return verified(reply.bytes(0, reply.length()), update);
  }

  private static Message verified(byte[] octets, Update update) throws IOException {
    Message message = new Message(octets);
    assertThat(KEY.verify(message, octets, update.getTSIG())).isEqualTo(Rcode.NOERROR);
    return message;
  }

  private List<String> texts(Channel channel) {
    Reply reply = channel.ask(server, Packet.query("a.auth.magic.test", Type.TXT).bytes());
    return reply.answerData();
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
    assertThat(texts(Channel.TCP4)).containsExactlyInAnyOrder("before", "after");
  }

  @ParameterizedTest
  @EnumSource(names = {"UDP4", "UDP6"})
  void getASignedReplyOverUdpAsLateAsItIsAndDelayNoQuery(Channel channel) throws Exception {
    InetSocketAddress address = server.address(channel.isIpv6());
    List<Update> updates = new ArrayList<>();
    List<DatagramSocket> clients = new ArrayList<>();
    try (Connection other = DriverManager.getConnection(postgres.url());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      boolean _ = statement.execute("select serial from v6cert_dns_state for update");
      for (int i = 0; i < CLIENTS; i++) {
        Update update = update("value " + i);
        byte[] octets = update.toWire(65_535);
        DatagramSocket client = new DatagramSocket();
        client.connect(address);
        client.setSoTimeout(5_000);
        client.send(new DatagramPacket(octets, octets.length));
        updates.add(update);
        clients.add(client);
      }
      long start = System.nanoTime();
      for (int i = 0; i < CLIENTS; i++) {
        assertThat(texts(channel)).isEmpty();
      }
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
      other.rollback();
      for (int i = 0; i < CLIENTS; i++) {
        DatagramPacket packet = new DatagramPacket(new byte[4096], 4096);
        clients.get(i).receive(packet);
        byte[] octets = Arrays.copyOf(packet.getData(), packet.getLength());
        assertThat(verified(octets, updates.get(i)).getRcode()).isEqualTo(Rcode.NOERROR);
      }
      assertThat(texts(channel)).hasSize(CLIENTS);
    } finally {
      clients.forEach(DatagramSocket::close);
    }
  }
}
