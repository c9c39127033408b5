package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.update.UpdateFailedException.Problem;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** The client of RFC 2136 at our own server. */
class UpdateClientIT {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final HostName ZONE = HostName.of("auth.magic.test");
  private static final HostName NAME = HostName.of("a.host.auth.magic.test");

  @TempDir static Path home;
  private static RunningServer server = new RunningServer();

  @BeforeAll
  static void start() throws IOException {
    StringBuilder keys = new StringBuilder();
    for (String algorithm : List.of("hmac-sha256", "hmac-sha384", "hmac-sha512")) {
      keys.append(key(algorithm, algorithm, SECRET))
          .append("grant " + algorithm + " subdomain host.auth.magic.test;\n");
    }
    Hosting hosting =
        new Hosting(
            Zone.of(ZONE.text()),
            new StoreLocation.Directory(home.resolve("store")),
            Optional.empty(),
            Optional.empty(),
            Registration.CLOSED,
            new Updates(Optional.of(write(keys.toString())), false),
            Transfers.NONE);
    server = new RunningServer(config -> config.hosting(hosting)).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String key(String name, String algorithm, byte[] secret) {
    return "key \"%s\" { algorithm %s; secret \"%s\"; };\n"
        .formatted(name, algorithm, Base64.getEncoder().encodeToString(secret));
  }

  private static Path write(String text) throws IOException {
    Path file = Files.writeString(Files.createTempFile(home, "key", ""), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  private static UpdateServer address() {
    return new UpdateServer("127.0.0.1", server.address(false).getPort());
  }

  private static UpdateClient client(String name, byte[] secret) throws IOException {
    return UpdateClient.of(address(), write(key(name, "hmac-sha256", secret)));
  }

  private static List<String> texts(HostName name) {
    return server.ask(Packet.query(name.text(), Type.TXT)).answerData();
  }

  private static void expect(Problem problem, ThrowingCallable call) {
    UpdateFailedException failure = catchThrowableOfType(UpdateFailedException.class, call);
    assertThat(failure).isNotNull();
    assertThat(failure.problem()).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"hmac-sha256", "hmac-sha384", "hmac-sha512"})
  void addsRecordsAndDeletesTheseAlone(String algorithm) throws Exception {
    UpdateClient client = UpdateClient.of(address(), write(key(algorithm, algorithm, SECRET)));
    HostName name = NAME.under(algorithm);

    assertThat(client.zoneOf(name)).isEqualTo(ZONE);
    client.tryKey(ZONE);
    client.add(ZONE, List.of(new TxtValue(name, "other")));
    List<TxtValue> ours = List.of(new TxtValue(name, "one"), new TxtValue(name, "two"));
    client.add(ZONE, ours);

    assertThat(texts(name)).containsExactlyInAnyOrder("one", "two", "other");

    client.delete(ZONE, ours);
    client.delete(ZONE, ours);

    assertThat(texts(name)).containsExactly("other");
  }

  @Test
  void sendsMoreRecordsThanAServerTakesInOneMessage() throws Exception {
    UpdateClient client = client("hmac-sha256", SECRET);
    List<TxtValue> records = new ArrayList<>();
    for (int i = 0; i < 35; i++) {
      records.add(new TxtValue(NAME.under("n" + i), "base"));
      records.add(new TxtValue(NAME.under("n" + i), "wildcard"));
    }

    client.add(ZONE, records);

    assertThat(texts(NAME.under("n0"))).containsExactlyInAnyOrder("base", "wildcard");
    assertThat(texts(NAME.under("n34"))).containsExactlyInAnyOrder("base", "wildcard");
  }

  @Test
  void knowsNoAddressesByAnAnswerThatIsNotSigned() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread _ = Thread.startVirtualThread(() -> AFailure.answerUnsigned(socket));
      UpdateClient client =
          UpdateClient.of(
              new UpdateServer("127.0.0.1", socket.getLocalPort()),
              write(key("a", "hmac-sha256", SECRET)));
      assertThat(client.addresses(NAME)).isEmpty();
    }
    assertThat(client("hmac-sha256", SECRET).addresses(HostName.of("ns1.magic.test")))
        .hasValueSatisfying(addresses -> assertThat(addresses).hasSize(2));
  }

  @Nested
  class AFailure {

    @Test
    void isABadKeyWhereTheServerDoesNotKnowIt() throws Exception {
      UpdateClient client = client("nobody", SECRET);
      expect(Problem.BAD_KEY, () -> client.tryKey(ZONE));
    }

    @Test
    void isABadSignatureWhereTheSecretIsAnother() throws Exception {
      UpdateClient client = client("hmac-sha256", new byte[32]);
      expect(Problem.BAD_SIGNATURE, () -> client.tryKey(ZONE));
    }

    @Test
    void isABadTimeWhereOurClockIsWrongAndTellsTheServers() {
      Name name = Name.fromConstantString("hmac-sha256.");
      TSIG late =
          new TSIG(
              TSIG.HMAC_SHA256,
              name,
              new SecretKeySpec(SECRET, "HmacSHA256"),
              Clock.offset(Clock.systemUTC(), Duration.ofHours(-1)));
      UpdateClient client = new UpdateClient(address(), new TsigKey(name, TSIG.HMAC_SHA256, late));

      UpdateFailedException failure =
          catchThrowableOfType(UpdateFailedException.class, () -> client.tryKey(ZONE));

      assertThat(failure.problem()).isEqualTo(Problem.BAD_TIME);
      assertThat(Duration.between(Instant.parse(failure.detail()), Instant.now()))
          .isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void isARefusalOutsideOfTheGrants() throws Exception {
      UpdateClient client = client("hmac-sha256", SECRET);
      HostName other = ZONE.under("other");
      expect(Problem.REFUSED, () -> client.add(ZONE, List.of(new TxtValue(other, "one"))));
      assertThat(texts(other)).isEmpty();
    }

    @Test
    void isThatNoZoneHasTheName() throws Exception {
      UpdateClient client = client("hmac-sha256", SECRET);
      expect(Problem.NO_ZONE, () -> client.zoneOf(HostName.of("_acme-challenge.example.org")));
      expect(Problem.NOT_AUTHORITATIVE, () -> client.tryKey(HostName.of("magic.test")));
    }

    @Test
    void isThatTheNameIsDelegated() throws Exception {
      UpdateClient client = client("hmac-sha256", SECRET);
      HostName delegated = HostName.of("_acme-challenge.192-0-2-1.magic.test");
      UpdateFailedException failure =
          catchThrowableOfType(UpdateFailedException.class, () -> client.zoneOf(delegated));
      assertThat(failure.problem()).isEqualTo(Problem.DELEGATED);
      assertThat(failure.detail()).isEqualTo(delegated + " to 192-0-2-1.magic.test");
    }

    @Test
    void isASilentServer() throws Exception {
      Path key = write(key("a", "hmac-sha256", SECRET));
      UpdateClient closed = UpdateClient.of(new UpdateServer("127.0.0.1", FreePorts.next()), key);
      expect(Problem.SILENT, () -> closed.zoneOf(NAME));
      UpdateClient unknown = UpdateClient.of(new UpdateServer("ns.invalid", 53), key);
      expect(Problem.UNKNOWN_SERVER, () -> unknown.zoneOf(NAME));
    }

    @Test
    void isAnAnswerThatIsNotSigned() throws Exception {
      try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
        Thread _ = Thread.startVirtualThread(() -> answerUnsigned(socket));
        UpdateClient client =
            UpdateClient.of(
                new UpdateServer("127.0.0.1", socket.getLocalPort()),
                write(key("a", "hmac-sha256", SECRET)));
        expect(Problem.UNSIGNED, () -> client.tryKey(ZONE));
      }
    }

    /** NOERROR to whatever comes, as somebody on the way would say. */
    private static void answerUnsigned(ServerSocket socket) {
      try (var connection = socket.accept()) {
        byte[] query = new byte[4];
        int _ = connection.getInputStream().readNBytes(query, 0, 4);
        byte[] reply = {0, 12, query[2], query[3], (byte) 0xa8, 0, 0, 0, 0, 0, 0, 0, 0, 0};
        connection.getOutputStream().write(reply);
        connection.shutdownOutput();
        int _ = connection.getInputStream().readAllBytes().length;
      } catch (IOException e) {
        // The client has what it wants.
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "|there is no key in it",
        "key a { algorithm hmac-sha224; secret c2VjcmV0; };|hmac-sha224 is weak; make a key with hmac-sha256",
        "key a { algorithm hmac-md5; secret c2VjcmV0; };|hmac-md5 is weak; make a key with hmac-sha256",
        "key a { algorithm hmac-sha9; secret c2VjcmV0; };|none of hmac-sha256, -sha384, -sha512",
        "key a { algorithm hmac-sha256; secret c2VjcmV0; }; key b { algorithm hmac-sha256; secret"
            + " c2VjcmV0; };|more than one key",
        "key a { algorithm hmac-sha256; secret !; };|the secret is not base64",
      })
  void aKeyFileThatCannotBeUsedIsAnError(String text, String why) throws IOException {
    Path file = write(text == null ? "" : text);
    assertThatThrownBy(() -> UpdateClient.of(address(), file))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining(why);
  }

  @Test
  void aKeyFileThatOthersCanReadIsAnError() throws IOException {
    Path file = write(key("a", "hmac-sha256", SECRET));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> UpdateClient.of(address(), file))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining("every user of this machine can read or write its secrets");
  }
}
