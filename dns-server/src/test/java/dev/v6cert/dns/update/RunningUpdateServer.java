package dev.v6cert.dns.update;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * A server that takes signed updates of {@code auth.magic.test}, for the tests of one class. It has
 * a key for each algorithm, which may change what lies below a label of its name.
 */
final class RunningUpdateServer implements BeforeAllCallback, AfterAllCallback {
  static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  static final String BASE64 = Base64.getEncoder().encodeToString(SECRET);
  static final Name ZONE = Name.fromConstantString("auth.magic.test.");
  private static final List<String> ALGORITHMS =
      List.of("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512");

  private Path home = Path.of("");
  private RunningServer server = new RunningServer();
  private int users;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    if (users++ > 0) {
      return;
    }
    home = Files.createTempDirectory("updates");
    StringBuilder keys = new StringBuilder();
    for (String algorithm : ALGORITHMS) {
      keys.append(
          "key \""
              + algorithm
              + "\" { algorithm "
              + algorithm
              + "; secret \""
              + BASE64
              + "\"; };\n");
      keys.append("grant " + algorithm + " subdomain " + algorithm + ".auth.magic.test;\n");
    }
    keys.append("grant hmac-sha256 name host.auth.magic.test A AAAA;\n");
    Path file = write(home, keys.toString());
    server =
        new RunningServer(config -> config.hosting(hosting(home.resolve("store"), file, true)))
            .start();
  }

  private static Hosting hosting(Path store, Path keys, boolean weak) {
    return new Hosting(
        Zone.of("auth.magic.test"),
        new StoreLocation.Directory(store),
        Optional.empty(),
        Optional.empty(),
        Registration.CLOSED,
        new Updates(Optional.of(keys), weak),
        Transfers.NONE);
  }

  /** A file of keys that only its owner reads. */
  static Path write(Path directory, String text) throws IOException {
    Path file = Files.writeString(directory.resolve("keys"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    if (--users > 0) {
      return;
    }
    server.close();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The server. */
  RunningServer server() {
    return server;
  }

  /** The reply about a name in the zone. */
  Reply ask(String name, int type) {
    return server.ask(Packet.query(name + ".auth.magic.test", type));
  }

  /** The TXT records of a name in the zone. */
  List<String> texts(String name) {
    return ask(name, Type.TXT).answerData();
  }

  /** The serial of the zone. */
  long serial() {
    Reply reply = server.ask(Packet.query("auth.magic.test", Type.SOA));
    return ((SOARecord) reply.answer().getFirst()).getSerial();
  }
}
