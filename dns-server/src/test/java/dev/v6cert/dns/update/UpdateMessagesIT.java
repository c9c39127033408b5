package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.dns.testing.Channel;
import dev.v6cert.dns.testing.Reply;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/**
 * RFC 2136 with TSIG: messages that no client makes, and the reasons for which they are refused.
 */
class UpdateMessagesIT {
  @RegisterExtension static final RunningUpdateServer updates = new RunningUpdateServer();

  @Nested
  class Signatures {
    private final TSIG right = tsig(RunningUpdateServer.SECRET, Clock.systemUTC());

    private static TSIG tsig(byte[] secret, Clock clock) {
      return new TSIG(
          TSIG.HMAC_SHA256,
          Name.fromConstantString("hmac-sha256."),
          new SecretKeySpec(secret, "HmacSHA256"),
          clock);
    }

    private static Update update(String name) {
      Update update = new Update(RunningUpdateServer.ZONE);
      update.add(
          new TXTRecord(
              Name.fromConstantString(name + ".hmac-sha256.auth.magic.test."), DClass.IN, 60, "x"));
      return update;
    }

    private Message send(Message message) throws IOException {
      Reply reply = Channel.TCP4.ask(updates.server(), message.toWire(65_535));
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
              new TSIG(
                  TSIG.HMAC_SHA256, Name.fromConstantString("nobody."), RunningUpdateServer.SECRET),
              new TSIG(
                  TSIG.HMAC_SHA512,
                  Name.fromConstantString("hmac-sha256."),
                  RunningUpdateServer.SECRET))) {
        Update update = update("badkey");
        update.setTSIG(wrong);
        expectUnsigned(send(update), Rcode.BADKEY);
      }
      assertThat(updates.texts("badkey.hmac-sha256")).isEmpty();
    }

    @Test
    void byAWrongSecretAreBad() throws IOException {
      Update update = update("badsig");
      update.setTSIG(tsig(new byte[32], Clock.systemUTC()));
      expectUnsigned(send(update), Rcode.BADSIG);
      assertThat(updates.texts("badsig.hmac-sha256")).isEmpty();
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
      update.setTSIG(tsig(RunningUpdateServer.SECRET, late));
      Message reply = send(update);
      assertThat(reply.getRcode()).isEqualTo(Rcode.NOTAUTH);
      assertThat(reply.getTSIG().getError()).isEqualTo(Rcode.BADTIME);
      assertThat(reply.getTSIG().getSignature()).isNotEmpty();
      assertThat(reply.getTSIG().getOther()).hasSize(6);
      assertThat(updates.texts("late.hmac-sha256")).isEmpty();
    }

    @Test
    void ofRepliesAreRight() throws IOException {
      Update update = update("signed");
      update.setTSIG(right);
      byte[] sent = update.toWire(65_535);
      Reply reply = Channel.UDP6.ask(updates.server(), sent);
      byte[] octets = reply.bytes(0, reply.length());
      Message message = new Message(octets);
      assertThat(message.getRcode()).isEqualTo(Rcode.NOERROR);
      assertThat(right.verify(message, octets, new Message(sent).getTSIG()))
          .isEqualTo(Rcode.NOERROR);
      assertThat(updates.texts("signed.hmac-sha256")).containsExactly("x");
    }

    @Test
    void areNeededBeforeAnythingElseIsLookedAt() throws IOException {
      Message other = new Update(Name.fromConstantString("elsewhere.test."));
      assertThat(send(other).getRcode()).isEqualTo(Rcode.REFUSED);
      Message signed = new Update(Name.fromConstantString("elsewhere.test."));
      signed.setTSIG(right);
      assertThat(send(signed).getRcode()).isEqualTo(Rcode.NOTAUTH);
      Message without = new Update(RunningUpdateServer.ZONE);
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
      assertThat(updates.texts("malformed.hmac-sha256")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"ANY", "AXFR", "MAILB"})
    void doNotHelpToAddARecordOfAMetaType(String type) throws IOException {
      Update update = update("meta");
      Name name = Name.fromConstantString("meta.hmac-sha256.auth.magic.test.");
      update.addRecord(
          Record.newRecord(name, Type.value(type), DClass.IN, 60, new byte[] {1, 'x'}),
          Section.UPDATE);
      update.setTSIG(right);
      assertThat(send(update).getRcode()).isEqualTo(Rcode.FORMERR);
      assertThat(updates.texts("meta.hmac-sha256")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
      "there.hmac-sha256.auth.magic.test., ANY, 1, FORMERR",
      "there.hmac-sha256.auth.magic.test., CH, 0, FORMERR",
      "www.magic.test., ANY, 0, NOTZONE",
      "www.magic.test., NONE, 0, NOTZONE",
    })
    void doNotHelpAPrerequisiteThatIsWrong(String name, String dclass, int ttl, String rcode)
        throws IOException {
      Update update = update("prerequisite");
      update.addRecord(
          Record.newRecord(
              Name.fromConstantString(name), Type.TXT, DClass.value(dclass), ttl, new byte[0]),
          Section.PREREQ);
      update.setTSIG(right);
      assertThat(send(update).getRcode()).isEqualTo(Rcode.value(rcode));
      assertThat(updates.texts("prerequisite.hmac-sha256")).isEmpty();
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
        new TSIG(
            TSIG.HMAC_SHA256, Name.fromConstantString("hmac-sha256."), RunningUpdateServer.SECRET);

    private List<String> of(Update update, Optional<TSIG> signer) throws IOException {
      update.addRecord(new OPTRecord(1232, 0, 0), Section.ADDITIONAL);
      signer.ifPresent(update::setTSIG);
      Reply reply = Channel.UDP4.ask(updates.server(), update.toWire(65_535));
      return reply.message().getOPT().getOptions().stream()
          .map(option -> (ExtendedErrorCodeOption) option)
          .map(option -> option.getErrorCode() + " " + option.getText())
          .toList();
    }

    private static Update adding(String name, int type, String data) throws IOException {
      Update update = new Update(RunningUpdateServer.ZONE);
      update.add(Name.fromString(name, RunningUpdateServer.ZONE), type, 60, data);
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
      TSIG weak =
          new TSIG(
              TSIG.HMAC_MD5, Name.fromConstantString("hmac-sha256."), RunningUpdateServer.SECRET);
      assertThat(of(adding("x", Type.TXT, "x"), Optional.of(weak)))
          .containsExactly(
              "18 there is no key hmac-sha256 with HMAC-MD5.SIG-ALG.REG.INT here; set the client"
                  + " to hmac-sha256, or give --update-weak-keys");
    }

    @Test
    void areKeptFromClientsWithoutEdns() throws IOException {
      Update update = adding("www", Type.AAAA, "2001:db8::1");
      update.setTSIG(key);
      Reply reply = Channel.UDP4.ask(updates.server(), update.toWire(65_535));
      assertThat(reply.rcode()).isEqualTo(Rcode.REFUSED);
      assertThat(reply.message().getOPT()).isNull();
    }
  }
}
