package dev.v6cert.dns.transfer;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.ApiClient;
import dev.v6cert.dns.http.ApiClient.Account;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.journal.JournalStore;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transfer.Secondaries.Secondary;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TXTRecord;

/** A server of {@code auth.magic.test} with an API, an update key and a transfer key. */
final class HostedServer implements AutoCloseable {
  static final Name ZONE = Name.fromConstantString("auth.magic.test.");
  static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  static final String BASE64 = Base64.getEncoder().encodeToString(SECRET);
  static final TSIG KEY = new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("transfer."), SECRET);
  static final TSIG UPDATE_KEY =
      new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("update."), SECRET);

  private final Path home;
  private final List<Secondary> secondaries;
  private final int port;
  private RunningServer server = new RunningServer();
  private ApiClient api = new ApiClient(RunningServer.at("127.0.0.1", 0));

  /** A server that is not started; with its files in a directory. */
  HostedServer(Path home, Secondary... secondaries) throws IOException {
    this.home = home;
    this.secondaries = List.of(secondaries);
    this.port = FreePorts.next();
  }

  private static String key(String name) {
    return "key \"" + name + "\" { algorithm hmac-sha256; secret \"" + BASE64 + "\"; };\n";
  }

  private Path write(String name, String text) throws IOException {
    Path file = Files.writeString(home.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  HostedServer start() throws IOException {
    Path updates =
        write("update.key", key("update") + "grant update subdomain auth.magic.test TXT A AAAA;");
    Hosting hosting =
        new Hosting(
            Zone.of("auth.magic.test"),
            new StoreLocation.Directory(home.resolve("store")),
            Optional.of(RunningServer.at("127.0.0.1", 0)),
            Optional.empty(),
            Registration.OPEN,
            new Updates(Optional.of(updates), false),
            new Transfers(Optional.of(write("transfer.key", key("transfer"))), secondaries));
    server =
        new RunningServer(config ->
            config
                .hosting(hosting)
                .metrics(RunningServer.at("127.0.0.1", 0))
                .nameServers(
                    List.of(RunningServer.nameServer("ns.auth.magic.test", "127.0.0.1", "::1")))
                .listen(
                    List.of(RunningServer.at("127.0.0.1", port), RunningServer.at("::1", port))))
            .start();
    api = new ApiClient(server.server().hosted().orElseThrow().apiAddress().orElseThrow());
    return this;
  }

  /** Stops it, and starts it again on the same port. */
  void restart() throws IOException {
    close();
    start();
  }

  /** Writes names with one TXT record each to the store of a server that does not run. */
  void fill(String prefix, int names) throws Exception {
    try (JournalStore store = new JournalStore(home.resolve("store"), _ -> {})) {
      store.open();
      boolean _ =
          store.write(draft -> {
            for (int i = 0; i < names; i++) {
              Name name = Name.fromConstantString(prefix + i + ".auth.magic.test.");
              TXTRecord record = new TXTRecord(name, DClass.IN, 1, "value of " + prefix + i);
              draft.set(name, List.of(new HostedRecord(record, Instant.now())));
            }
            return true;
          });
    }
  }

  Account register() throws IOException, InterruptedException {
    return api.register("/register", "");
  }

  void set(Account account, String value) throws IOException, InterruptedException {
    String answer = api.update(account, value);
    if (!answer.startsWith("200")) {
      throw new AssertionError(answer);
    }
  }

  String metrics() throws IOException, InterruptedException {
    try (ApiClient client = new ApiClient(server.server().metricsAddress().orElseThrow())) {
      return client.send("GET", "/metrics", Map.of(), "").body();
    }
  }

  RunningServer running() {
    return server;
  }

  int port() {
    return port;
  }

  @Override
  public void close() {
    api.close();
    server.close();
  }
}
