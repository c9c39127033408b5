package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.Reply;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/** RFC 2136 with TSIG: nsupdate as it is, and messages that no client makes. */
class UpdateIT {
  private static final byte[] SECRET =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final String BASE64 = Base64.getEncoder().encodeToString(SECRET);
  private static final Name ZONE = Name.fromConstantString("auth.magic.test.");
  private static final List<String> ALGORITHMS =
      List.of("hmac-md5", "hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512");

  @TempDir static Path home;
  private static RunningServer server = new RunningServer();

  @BeforeAll
  static void start() throws IOException {
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
    Path file = write(keys.toString());
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

  private static Path write(String text) throws IOException {
    Path file = Files.writeString(home.resolve("keys"), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Reply ask(String name, int type) {
    return server.ask(Packet.query(name + ".auth.magic.test", type));
  }

  private static List<String> texts(String name) {
    return ask(name, Type.TXT).answerData();
  }

  private static long serial() {
    Reply reply = server.ask(Packet.query("auth.magic.test", Type.SOA));
    return ((SOARecord) reply.answer().getFirst()).getSerial();
  }

  @Nested
  class Nsupdate {
    private String nsupdate = "";

    @BeforeEach
    void find() {
      nsupdate = Program.find("nsupdate", "bind9-dnsutils");
    }

    private String run(String algorithm, String way, String commands) throws Exception {
      Path script =
          Files.writeString(
              home.resolve("script"),
              "server 127.0.0.1 "
                  + server.address(false).getPort()
                  + "\nzone auth.magic.test\n"
                  + commands
                  + "\nsend\n");
      return Program.output(
          nsupdate,
          way,
          "-t",
          "5",
          "-y",
          algorithm + ":" + algorithm + ":" + BASE64,
          script.toString());
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "hmac-md5",
          "hmac-sha1",
          "hmac-sha224",
          "hmac-sha256",
          "hmac-sha384",
          "hmac-sha512"
        })
    void signsWithEveryAlgorithm(String algorithm) throws Exception {
      String name = "x." + algorithm + ".auth.magic.test";
      assertThat(run(algorithm, "-v", "add " + name + " 60 TXT one")).isEmpty();
      assertThat(run(algorithm, "-d", "add " + name + " 60 TXT two")).contains("NOERROR");
      assertThat(texts("x." + algorithm)).containsExactlyInAnyOrder("one", "two");
      assertThat(run(algorithm, "-v", "delete " + name + " TXT one")).isEmpty();
      assertThat(texts("x." + algorithm)).containsExactly("two");
      assertThat(run(algorithm, "-v", "delete " + name + " TXT")).isEmpty();
      assertThat(ask("x." + algorithm, Type.TXT).rcode()).isEqualTo(Rcode.NXDOMAIN);
    }

    @ParameterizedTest
    @CsvSource({
      "prereq nxdomain there, YXDOMAIN",
      "prereq yxdomain absent, NXDOMAIN",
      "prereq nxrrset there TXT, YXRRSET",
      "prereq yxrrset there A, NXRRSET",
      "prereq yxrrset there TXT other, NXRRSET",
      "prereq yxrrset there TXT here, ''",
      "prereq yxdomain there, ''",
      "prereq nxdomain absent, ''",
      "prereq nxrrset there A, ''",
    })
    void changesNothingWhereAPrerequisiteFails(String prerequisite, String rcode) throws Exception {
      String zone = ".hmac-sha256.auth.magic.test";
      assertThat(
              run(
                  "hmac-sha256",
                  "-v",
                  "delete there"
                      + zone
                      + "\ndelete new"
                      + zone
                      + "\nadd there"
                      + zone
                      + " 60 TXT here"))
          .isEmpty();
      String whole =
          prerequisite.replace(" there", " there" + zone).replace(" absent", " absent" + zone);
      String output = run("hmac-sha256", "-v", whole + "\nadd new" + zone + " 60 TXT new");
      assertThat(texts("new.hmac-sha256")).hasSize(rcode.isEmpty() ? 1 : 0);
      if (rcode.isEmpty()) {
        assertThat(output).isEmpty();
      } else {
        assertThat(output).contains("update failed: " + rcode);
      }
    }

    @Test
    void isRefusedOutsideOfItsGrantsAndThenChangesNothing() throws Exception {
      String own = "add own.hmac-sha256.auth.magic.test 60 TXT own";
      for (String other :
          List.of(
              "add other.auth.magic.test 60 TXT x",
              "add own.hmac-sha256.auth.magic.test 60 A 192.0.2.1",
              "add host.auth.magic.test 60 TXT x",
              "delete auth.magic.test NS",
              "add auth.magic.test 60 TXT x")) {
        long before = serial();
        assertThat(run("hmac-sha256", "-v", own + "\n" + other)).as(other).contains("REFUSED");
        assertThat(texts("own.hmac-sha256")).isEmpty();
        assertThat(serial()).isEqualTo(before);
      }
      assertThat(run("hmac-sha256", "-v", own + "\nadd www.magic.test 60 TXT x"))
          .contains("NOTZONE");
      assertThat(texts("own.hmac-sha256")).isEmpty();
    }

    @Test
    void findsTheZoneByASignedQuery() throws Exception {
      Path script =
          Files.writeString(
              home.resolve("script"),
              "server 127.0.0.1 "
                  + server.address(false).getPort()
                  + "\nadd found.hmac-sha256.auth.magic.test 60 TXT found\nsend\n");
      String key = "hmac-sha256:hmac-sha256:" + BASE64;
      assertThat(Program.output(nsupdate, "-t", "5", "-y", key, script.toString())).isEmpty();
      assertThat(texts("found.hmac-sha256")).containsExactly("found");
    }

    @Test
    void keepsAnAddressOfAStableName() throws Exception {
      String name = "host.auth.magic.test";
      assertThat(
              run(
                  "hmac-sha256",
                  "-v",
                  "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::1"))
          .isEmpty();
      assertThat(
              run(
                  "hmac-sha256",
                  "-v",
                  "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::2"))
          .isEmpty();
      Reply reply = ask("host", Type.AAAA);
      assertThat(reply.answerData()).containsExactly("2001:db8:0:0:0:0:0:2");
      assertThat(reply.answer().getFirst().getTTL()).isEqualTo(60);
      long before = serial();
      assertThat(
              run(
                  "hmac-sha256",
                  "-v",
                  "delete " + name + " AAAA\nadd " + name + " 60 AAAA 2001:db8::3"))
          .isEmpty();
      assertThat(serial()).isEqualTo(before + 1);
    }
  }

  @Nested
  class Signatures {
    private final TSIG right = tsig(SECRET, Clock.systemUTC());

    private static TSIG tsig(byte[] secret, Clock clock) {
      return new TSIG(
          TSIG.HMAC_SHA256,
          Name.fromConstantString("hmac-sha256."),
          new SecretKeySpec(secret, "HmacSHA256"),
          clock);
    }

    private static Update update(String name) {
      Update update = new Update(ZONE);
      update.add(
          new TXTRecord(
              Name.fromConstantString(name + ".hmac-sha256.auth.magic.test."), DClass.IN, 60, "x"));
      return update;
    }

    private Message send(Message message) throws IOException {
      Reply reply = Channel.TCP4.ask(server, message.toWire(65_535));
      return new Message(reply.bytes(0, reply.length()));
    }

    @Test
    void thatAreMissingAreRefused() throws IOException {
      Message reply = send(update("unsigned"));
      assertThat(reply.getRcode()).isEqualTo(Rcode.REFUSED);
      assertThat(reply.getTSIG()).isNull();
    }

    @Test
    void ofAnUnknownKeyOrAnotherAlgorithmAreABadKey() throws IOException {
      for (TSIG wrong :
          List.of(
              new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("nobody."), SECRET),
              new TSIG(TSIG.HMAC_SHA512, Name.fromConstantString("hmac-sha256."), SECRET))) {
        Update update = update("badkey");
        update.setTSIG(wrong);
        expectUnsigned(send(update), Rcode.BADKEY);
      }
      assertThat(texts("badkey.hmac-sha256")).isEmpty();
    }

    @Test
    void byAWrongSecretAreBad() throws IOException {
      Update update = update("badsig");
      update.setTSIG(tsig(new byte[32], Clock.systemUTC()));
      expectUnsigned(send(update), Rcode.BADSIG);
      assertThat(texts("badsig.hmac-sha256")).isEmpty();
    }

    private void expectUnsigned(Message reply, int error) {
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
      TSIGRecord record = reply.getTSIG();
      assertThat(record.getError()).isEqualTo(error);
      assertThat(record.getSignature()).isEmpty();
    }

    @Test
    void thatAreTooOldAreToldSoWithASignature() throws IOException {
      Update update = update("late");
      Clock late = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
      update.setTSIG(tsig(SECRET, late));
      Message reply = send(update);
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
      assertThat(reply.getTSIG().getError()).isEqualTo(Rcode.BADTIME);
      assertThat(reply.getTSIG().getSignature()).isNotEmpty();
      assertThat(reply.getTSIG().getOther()).hasSize(6);
      assertThat(texts("late.hmac-sha256")).isEmpty();
    }

    @Test
    void ofRepliesAreRight() throws IOException {
      Update update = update("signed");
      update.setTSIG(right);
      byte[] sent = update.toWire(65_535);
      Reply reply = Channel.UDP6.ask(server, sent);
      byte[] octets = reply.bytes(0, reply.length());
      Message message = new Message(octets);
      assertThat(message.getRcode()).isEqualTo(Rcode.NOERROR);
      assertThat(right.verify(message, octets, new Message(sent).getTSIG()))
          .isEqualTo(Rcode.NOERROR);
      assertThat(texts("signed.hmac-sha256")).containsExactly("x");
    }

    @Test
    void areNeededBeforeAnythingElseIsLookedAt() throws IOException {
      Message other = new Update(Name.fromConstantString("elsewhere.test."));
      assertThat(send(other).getRcode()).isEqualTo(Rcode.REFUSED);
      Message signed = new Update(Name.fromConstantString("elsewhere.test."));
      signed.setTSIG(right);
      assertThat(send(signed).getRcode()).isEqualTo(Rcode.NOTAUTH);
      Message without = new Update(ZONE);
      without.removeAllRecords(Section.ZONE);
      without.setTSIG(right);
      assertThat(send(without).getRcode()).isEqualTo(Rcode.FORMERR);
    }

    @ParameterizedTest
    @CsvSource({"ANY, 1", "NONE, 1", "CH, 60", "ANY, 60"})
    void doNotHelpAMessageThatIsMalformed(String dclass, int ttl) throws IOException {
      Update update = update("malformed");
      Name name = Name.fromConstantString("malformed.hmac-sha256.auth.magic.test.");
      update.addRecord(new TXTRecord(name, DClass.value(dclass), ttl, "x"), Section.UPDATE);
      update.setTSIG(right);
      assertThat(send(update).getRcode()).isEqualTo(Rcode.FORMERR);
      assertThat(texts("malformed.hmac-sha256")).isEmpty();
    }

    @Test
    void doNotHelpAMessageThatIsTooLarge() throws IOException {
      Update update = update("large");
      for (int i = 0; i < 40; i++) {
        Record record =
            new TXTRecord(
                Name.fromConstantString("l" + i + ".hmac-sha256.auth.magic.test."),
                DClass.IN,
                60,
                "x");
        update.addRecord(record, Section.UPDATE);
      }
      update.setTSIG(right);
      assertThat(send(update).getRcode()).isEqualTo(Rcode.REFUSED);
    }
  }

  @Nested
  class Reasons {
    private final TSIG key =
        new TSIG(TSIG.HMAC_SHA256, Name.fromConstantString("hmac-sha256."), SECRET);

    private List<String> of(Update update, Optional<TSIG> signer) throws IOException {
      update.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
      signer.ifPresent(update::setTSIG);
      Reply reply = Channel.UDP4.ask(server, update.toWire(65_535));
      return reply.message().getOPT().getOptions().stream()
          .map(option -> (ExtendedErrorCodeOption) option)
          .map(option -> option.getErrorCode() + " " + option.getText())
          .toList();
    }

    private static Update adding(String name, int type, String data) throws IOException {
      Update update = new Update(ZONE);
      update.add(Name.fromString(name, ZONE), type, 60, data);
      return update;
    }

    @Test
    void nameTheGrantThatIsMissing() throws IOException {
      assertThat(of(adding("www", Type.AAAA, "2001:db8::1"), Optional.of(key)))
          .containsExactly(
              "18 missing in the file of --update-key: grant hmac-sha256 name"
                  + " www.auth.magic.test AAAA;");
    }

    @Test
    void tellOfNamesThatNobodySets() throws IOException {
      assertThat(of(adding("@", Type.TXT, "x"), Optional.of(key)))
          .containsExactly("18 auth.magic.test is the server's own; --ns sets it");
      assertThat(of(adding("*.hmac-sha256", Type.TXT, "x"), Optional.of(key)))
          .containsExactly("18 this zone has no wildcards: *.hmac-sha256.auth.magic.test");
    }

    @Test
    void tellOfTheZoneTheSignatureAndTheKey() throws IOException {
      assertThat(of(new Update(Name.fromConstantString("else.test.")), Optional.of(key)))
          .containsExactly("20 the zone here is auth.magic.test");
      assertThat(of(adding("x", Type.TXT, "x"), Optional.empty()))
          .containsExactly("18 sign the update with a key of --update-key");
      TSIG weak = new TSIG(TSIG.HMAC_MD5, Name.fromConstantString("hmac-sha256."), SECRET);
      assertThat(of(adding("x", Type.TXT, "x"), Optional.of(weak)))
          .containsExactly(
              "18 there is no key hmac-sha256 with HMAC-MD5.SIG-ALG.REG.INT here; set the client"
                  + " to hmac-sha256, or give --update-weak-keys");
    }

    @Test
    void areKeptFromClientsWithoutEdns() throws IOException {
      Update update = adding("www", Type.AAAA, "2001:db8::1");
      update.setTSIG(key);
      Reply reply = Channel.UDP4.ask(server, update.toWire(65_535));
      assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
      assertThat(reply.message().getOPT()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key k { algorithm hmac-md5; secret c2VjcmV0; };              | --update-weak-keys",
        "key k { algorithm hmac-sha224; secret c2VjcmV0; };           | --update-weak-keys",
        "key k { algorithm hmac-none; secret c2VjcmV0; };             | hmac-none",
        "key k { algorithm hmac-sha256; secret ==; };                 | no base64",
        "key k { algorithm hmac-sha256                                | ends too soon",
        "grant k name x.auth.magic.test;                              | no key k above",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k name x.test; | does not lie in",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k zone x;      | a name or a subdomain",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k name x.auth.magic.test MX; | type MX",
        "hello                                                        | key or grant",
      })
  void aKeyFileWithAnErrorStopsTheStart(String text, String reason) throws IOException {
    Path file = write("# a comment\n" + text + "\n");
    assertThatThrownBy(() -> UpdateKeyFile.read(file, ZONE, false))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(":2");
  }

  @Test
  void aKeyFileThatOthersReadStopsTheStart() throws IOException {
    Path file = write("");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> UpdateKeyFile.read(file, ZONE, false))
        .isInstanceOfSatisfying(
            FileFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(FileFailure.Kind.EXPOSED));
  }
}
