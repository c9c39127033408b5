package dev.v6cert.dns.update;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.StoreUnavailableException;
import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Header;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIGRecord;
import org.xbill.DNS.Type;

/**
 * Takes signed updates of a hosted zone. The signature comes first: without a right one nothing of
 * a message is looked at. The change is made on a thread of its own, for which the caller waits a
 * moment: a client whose disk takes longer gets no reply, and repeats, which does no harm.
 */
public final class UpdateProcessor implements UpdateHandler {
  private static final Logger LOG = LoggerFactory.getLogger(UpdateProcessor.class);

  private static final int LARGEST = 4096;
  private static final int MOST_RECORDS = 32;
  private static final long PATIENCE_MILLIS = 250;

  private final ChallengeZone zone;
  private final RecordStore store;
  private final Map<Name, UpdateKey> keys;
  private final InstantSource clock;

  private UpdateProcessor(
      ChallengeZone zone, RecordStore store, Map<Name, UpdateKey> keys, InstantSource clock) {
    this.zone = zone;
    this.store = store;
    this.keys = keys;
    this.clock = clock;
  }

  /**
   * A processor with the keys of a file.
   *
   * @param weak whether keys with MD5 and SHA-1 are accepted
   * @throws FileFailure when the file cannot be used
   */
  public static UpdateProcessor of(
      ChallengeZone zone, RecordStore store, Path keyFile, boolean weak) throws FileFailure {
    Map<Name, UpdateKey> keys = UpdateKeyFile.read(keyFile, zone.apex(), weak);
    return new UpdateProcessor(zone, store, keys, InstantSource.system());
  }

  @Override
  public Optional<byte[]> handle(byte[] octets) {
    Message message;
    try {
      message = new Message(octets);
    } catch (IOException | IllegalArgumentException e) {
      return Optional.of(headerOnly(octets, Rcode.FORMERR));
    }
    TSIGRecord signature = message.getTSIG();
    if (signature == null) {
      return Optional.of(reply(message, Rcode.REFUSED).toWire());
    }
    UpdateKey key = keys.get(signature.getName());
    if (key == null || !key.algorithm().equals(signature.getAlgorithm())) {
      return Optional.of(unsigned(message, signature, Rcode.BADKEY));
    }
    int verdict = key.tsig().verify(message, octets, null);
    if (verdict == Rcode.BADTIME) {
      Message late = reply(message, Rcode.NOTAUTH);
      late.setTSIG(key.tsig(), Rcode.BADTIME, signature);
      return Optional.of(late.toWire(LARGEST));
    }
    if (verdict != Rcode.NOERROR) {
      return Optional.of(unsigned(message, signature, Rcode.BADSIG));
    }
    return Optional.of(signed(message, key, signature, octets.length));
  }

  private byte[] signed(Message message, UpdateKey key, TSIGRecord signature, int length) {
    Optional<Integer> rcode = update(message, key, length);
    if (rcode.isEmpty()) {
      return new byte[0];
    }
    Message reply = reply(message, rcode.get());
    reply.setTSIG(key.tsig(), Rcode.NOERROR, signature);
    return reply.toWire(LARGEST); // Without a limit dnsjava would not sign.
  }

  /** The rcode of an update; empty where that takes too long. */
  private Optional<Integer> update(Message message, UpdateKey key, int length) {
    List<Record> zones = message.getSection(Section.ZONE);
    if (zones.size() != 1 || zones.getFirst().getType() != Type.SOA) {
      return Optional.of(Rcode.FORMERR);
    }
    Record asked = zones.getFirst();
    if (asked.getDClass() != DClass.IN || !asked.getName().equals(zone.apex())) {
      return Optional.of(Rcode.NOTAUTH);
    }
    int records =
        message.getSection(Section.PREREQ).size() + message.getSection(Section.UPDATE).size();
    if (length > LARGEST || records > MOST_RECORDS) {
      return Optional.of(Rcode.REFUSED);
    }
    UpdateTransaction transaction = new UpdateTransaction(zone, message, key, clock.instant());
    FutureTask<Integer> task = new FutureTask<>(() -> store.write(transaction));
    Thread _ = Thread.ofVirtual().name("dns-update").start(task);
    try {
      return Optional.of(task.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof StoreUnavailableException)) {
        LOG.error("while changing a hosted zone", e);
      }
      return Optional.of(Rcode.SERVFAIL);
    }
  }

  private static Message reply(Message message, int rcode) {
    Message reply = new Message(message.getHeader().getID());
    reply.getHeader().setFlag(Flags.QR);
    reply.getHeader().setOpcode(Opcode.UPDATE);
    reply.getHeader().setRcode(rcode);
    message.getSection(Section.ZONE).forEach(record -> reply.addRecord(record, Section.ZONE));
    return reply;
  }

  /** A reply to a signature that proves nothing, with the reason (RFC 8945 section 5.2). */
  private static byte[] unsigned(Message message, TSIGRecord sent, int error) {
    Message reply = reply(message, Rcode.NOTAUTH);
    reply.addRecord(
        new TSIGRecord(
            sent.getName(),
            sent.getDClass(),
            sent.getTTL(),
            sent.getAlgorithm(),
            sent.getTimeSigned(),
            sent.getFudge(),
            new byte[0],
            sent.getOriginalID(),
            error,
            new byte[0]),
        Section.ADDITIONAL);
    return reply.toWire();
  }

  private static byte[] headerOnly(byte[] octets, int rcode) {
    Header header = new Header((octets[0] & 0xff) << 8 | (octets[1] & 0xff));
    header.setFlag(Flags.QR);
    header.setOpcode(Opcode.UPDATE);
    header.setRcode(rcode);
    return header.toWire();
  }
}
