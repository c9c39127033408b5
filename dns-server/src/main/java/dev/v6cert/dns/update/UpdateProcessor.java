package dev.v6cert.dns.update;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.transport.HostedMessageHandler;
import dev.v6cert.dns.transport.ReplyStream;
import dev.v6cert.dns.tsig.TsigKey;
import dev.v6cert.dns.tsig.TsigKeys;
import dev.v6cert.dns.tsig.TsigKeys.Reason;
import dev.v6cert.dns.tsig.TsigResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Takes signed updates of a hosted zone. The signature comes first: without a right one nothing of
 * a message is looked at. The reply waits for the store on a thread of its own; where too many wait
 * there, an update is turned down at once. A client over UDP that repeats one does no harm.
 */
public final class UpdateProcessor implements HostedMessageHandler {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateProcessor.class);

  private static final int LARGEST = 4096;
  private static final int MOST_RECORDS = 32;

  /** The most updates that wait for the store. */
  private static final int MOST_WAITING = 256;

  private static final Reason UNSIGNED =
      Reason.prohibited("sign the update with a key of --update-key");
  private static final Verdict NOT_FOR_UPDATES =
      Verdict.refused("this key is for transfers; --update-key has those of updates");

  private static final Verdict NOT_READY =
      new Verdict(
          Rcode.SERVFAIL,
          Optional.of(
              new Reason(ExtendedErrorCodeOption.NOT_READY, "the store takes no changes now")));

  private final ChallengeZone zone;
  private final RecordStore store;
  private final Map<Name, UpdateKey> keys;
  private final TsigKeys known;
  private final InstantSource clock;
  private final Semaphore places = new Semaphore(MOST_WAITING);

  private UpdateProcessor(
      ChallengeZone zone, RecordStore store, Map<Name, UpdateKey> keys, InstantSource clock) {
    this.zone = zone;
    this.store = store;
    this.keys = keys;
    Map<Name, TsigKey> plain = new HashMap<>();
    keys.forEach((name, key) -> plain.put(name, key.key()));
    this.known = TsigKeys.of(plain);
    this.clock = clock;
  }

  /**
   * A processor with the keys of a file.
   *
   * @param weak whether keys with MD5, SHA-1 and SHA-224 are accepted
   * @throws FileFailure when the file cannot be used
   */
  public static UpdateProcessor of(
      ChallengeZone zone, RecordStore store, Path keyFile, boolean weak) throws FileFailure {
    Map<Name, UpdateKey> keys = UpdateKeyFile.read(keyFile, zone.apex(), weak);
    return new UpdateProcessor(zone, store, keys, InstantSource.system());
  }

  /** The keys that updates are signed with. */
  public TsigKeys keys() {
    return known;
  }

  @Override
  public Optional<ReplyStream> stream(byte[] octets) {
    if (!(known.verify(octets) instanceof TsigResult.Verified verified)
        || refusal(verified, octets.length).isPresent()
        || !places.tryAcquire()) {
      return Optional.empty();
    }
    return Optional.of(new Later(verified));
  }

  /** The reply to one update, which waits for the store. */
  private final class Later implements ReplyStream {
    private final TsigResult.Verified verified;

    Later(TsigResult.Verified verified) {
      this.verified = verified;
    }

    @Override
    public void writeTo(Sink sink) throws IOException {
      try {
        sink.send(sign(verified, write(verified)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      places.release();
    }
  }

  @Override
  public Optional<byte[]> reply(byte[] octets) {
    return Optional.of(
        switch (known.verify(octets)) {
          case TsigResult.Malformed() -> headerOnly(octets, Rcode.FORMERR);
          case TsigResult.Unsigned(var message) ->
              TsigKeys.reply(message, Rcode.REFUSED, Optional.of(UNSIGNED)).toWire();
          case TsigResult.Invalid invalid -> invalid.octets();
          case TsigResult.Verified verified ->
              sign(verified, refusal(verified, octets.length).orElse(NOT_READY));
        });
  }

  private static byte[] sign(TsigResult.Verified verified, Verdict verdict) {
    Message reply = TsigKeys.reply(verified.message(), verdict.rcode(), verdict.reason());
    return verified.sign(reply, LARGEST);
  }

  /** The verdict on an update that is not even tried. */
  private Optional<Verdict> refusal(TsigResult.Verified verified, int length) {
    if (!keys.containsKey(verified.key().name())) {
      return Optional.of(NOT_FOR_UPDATES);
    }
    Message message = verified.message();
    List<Record> zones = message.getSection(Section.ZONE);
    if (zones.size() != 1 || zones.getFirst().getType() != Type.SOA || !isWritable(message)) {
      return Optional.of(Verdict.of(Rcode.FORMERR));
    }
    Record asked = zones.getFirst();
    if (asked.getDClass() != DClass.IN || !asked.getName().equals(zone.apex())) {
      return Optional.of(
          new Verdict(
              Rcode.NOTAUTH,
              Optional.of(
                  new Reason(
                      ExtendedErrorCodeOption.NOT_AUTHORITATIVE,
                      "the zone here is " + zone.apex().toString(true)))));
    }
    int records =
        message.getSection(Section.PREREQ).size() + message.getSection(Section.UPDATE).size();
    if (length > LARGEST || records > MOST_RECORDS) {
      return Optional.of(
          Verdict.refused(
              "an update has at most " + MOST_RECORDS + " records and " + LARGEST + " octets"));
    }
    return Optional.empty();
  }

  /**
   * Whether its records have data that can be compared: dnsjava reads some that it cannot write.
   */
  private static boolean isWritable(Message message) {
    try {
      for (int section : new int[] {Section.PREREQ, Section.UPDATE}) {
        message.getSection(section).forEach(Record::rdataToWireCanonical);
      }
      return true;
    } catch (RuntimeException e) {
      LOG.debug("a record of an update", e);
      return false;
    }
  }

  /** Makes the change, and waits until it is durable. */
  private Verdict write(TsigResult.Verified verified) throws InterruptedException {
    UpdateKey key = Objects.requireNonNull(keys.get(verified.key().name()));
    try {
      return store.write(new UpdateTransaction(zone, verified.message(), key, clock.instant()));
    } catch (StoreUnavailableException e) {
      return NOT_READY;
    } catch (IllegalStateException e) {
      LOG.error("while changing a hosted zone", e);
      return NOT_READY;
    }
  }

  private static byte[] headerOnly(byte[] octets, int rcode) {
    Header header = new Header((octets[0] & 0xff) << 8 | (octets[1] & 0xff));
    header.setFlag(Flags.QR);
    header.setOpcode(Opcode.UPDATE);
    header.setRcode(rcode);
    return header.toWire();
  }
}
