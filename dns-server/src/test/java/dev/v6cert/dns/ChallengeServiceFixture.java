package dev.v6cert.dns;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.ApiClient;
import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** The set-up of the tests of hosted DNS-01: a server with its store and its HTTP API. */
abstract class ChallengeServiceFixture {
  static final String ONE = "1".repeat(43);
  static final String TWO = "2".repeat(43);
  static final String THREE = "3".repeat(43);

  @TempDir Path home;
  RunningServer server = new RunningServer();
  ApiClient api = new ApiClient(RunningServer.at("127.0.0.1", 0));

  void start(Registration registration) throws Exception {
    start(registration, home.resolve("store"));
  }

  void start(Registration registration, Path store) throws Exception {
    server =
        new RunningServer(config ->
            config.hosting(hosting(registration, store)).metrics(RunningServer.at("127.0.0.1", 0)))
            .start();
    api = new ApiClient(server.server().hosted().orElseThrow().apiAddress().orElseThrow());
  }

  private static Hosting hosting(Registration registration, Path store) {
    return new Hosting(
        Zone.of("auth.magic.test"),
        new StoreLocation.Directory(store),
        Optional.of(RunningServer.at("127.0.0.1", 0)),
        Optional.empty(),
        registration,
        Updates.NONE,
        Transfers.NONE);
  }

  @BeforeEach
  void start() throws Exception {
    start(Registration.OPEN);
  }

  @AfterEach
  void stop() {
    api.close();
    server.close();
  }

  void restart(Registration registration) throws Exception {
    stop();
    start(registration);
  }

  Reply ask(String name, int type) {
    return server.ask(Packet.query(name, type));
  }

  List<String> texts(Account account) {
    return ask(account.name(), Type.TXT).answerData();
  }
}
