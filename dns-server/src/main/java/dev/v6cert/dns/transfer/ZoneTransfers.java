package dev.v6cert.dns.transfer;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore;
import dev.v6cert.dns.challenge.Serial;
import dev.v6cert.dns.challenge.ZoneChanges;
import dev.v6cert.dns.challenge.ZoneContent;
import dev.v6cert.dns.transport.HostedMessageHandler;
import dev.v6cert.dns.transport.ReplyStream;
import dev.v6cert.dns.tsig.TsigKeys;
import dev.v6cert.dns.tsig.TsigKeys.Reason;
import dev.v6cert.dns.tsig.TsigResult;
import dev.v6cert.dns.tsig.TsigResult.Verified;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Gives the hosted zone to secondaries that sign with a transfer key: as a whole (AXFR, RFC 5936),
 * or what has changed since their serial (IXFR, RFC 1995) as one difference, in which a name that
 * changed often stands once. Where the history does not reach so far, or the difference would be
 * larger than the zone, IXFR gets the whole zone.
 */
public final class ZoneTransfers implements HostedMessageHandler {
  /** The most transfers at a time. */
  static final int MOST_AT_A_TIME = 8;

  private static final int LARGEST_ERROR = 4096;
  private static final Reason UNSIGNED =
      Reason.prohibited("sign the request with a key of --transfer-key");
  private static final Reason OTHER_KEY =
      Reason.prohibited("this key is for updates; --transfer-key has those of transfers");

  private final ChallengeZone zone;
  private final RecordStore store;
  private final TsigKeys keys;
  private final TsigKeys known;
  private final Semaphore permits = new Semaphore(MOST_AT_A_TIME);
  private final LongAdder whole = new LongAdder();
  private final LongAdder differences = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /**
   * Transfers of a zone.
   *
   * @param keys those that permit a transfer
   * @param known these, and others that are only known
   */
  public ZoneTransfers(ChallengeZone zone, RecordStore store, TsigKeys keys, TsigKeys known) {
    this.zone = zone;
    this.store = store;
    this.keys = keys;
    this.known = known;
  }

  /** The requests so far: for the whole zone, for a difference, and those turned down. */
  public Map<String, Long> counts() {
    return Map.of("whole", whole.sum(), "difference", differences.sum(), "refused", refused.sum());
  }

  /** The answer to a request, before it is sent. */
  private sealed interface Decision {
    /** The request is turned down. */
    record Refusal(int rcode, Optional<Reason> reason) implements Decision {
      Refusal(int rcode, Reason reason) {
        this(rcode, Optional.of(reason));
      }

      Refusal(int rcode) {
        this(rcode, Optional.empty());
      }
    }

    /** The SOA record alone. */
    record Current() implements Decision {}

    /** The zone as a whole. */
    record Whole() implements Decision {}

    /** The changes since a serial. */
    record Difference(Serial from) implements Decision {}
  }

  private Decision decide(Verified verified) {
    Message query = verified.message();
    Record question = query.getQuestion();
    if (!keys.has(verified.key())) {
      return new Decision.Refusal(Rcode.REFUSED, OTHER_KEY);
    }
    if (question.getDClass() != DClass.IN || !question.getName().equals(zone.apex())) {
      return new Decision.Refusal(
          Rcode.NOTAUTH,
          new Reason(
              ExtendedErrorCodeOption.NOT_AUTHORITATIVE,
              "the zone here is " + zone.apex().toString(true)));
    }
    if (question.getType() == Type.AXFR) {
      return new Decision.Whole();
    }
    Optional<SOARecord> theirs =
        query.getSection(Section.AUTHORITY).stream()
            .filter(SOARecord.class::isInstance)
            .map(SOARecord.class::cast)
            .findFirst();
    if (theirs.isEmpty()) {
      return new Decision.Refusal(Rcode.FORMERR);
    }
    Serial from = new Serial(theirs.get().getSerial());
    return from.isBefore(Serial.of(store.serial()))
        ? new Decision.Difference(from)
        : new Decision.Current();
  }

  @Override
  public Optional<ReplyStream> stream(byte[] message) {
    if (!(known.verify(message) instanceof Verified verified)) {
      return Optional.empty();
    }
    Decision decision = decide(verified);
    boolean single = decision instanceof Decision.Refusal || decision instanceof Decision.Current;
    if (single || !permits.tryAcquire()) {
      return Optional.empty();
    }
    return Optional.of(new TransferStream(verified, () -> records(decision), permits::release));
  }

  @Override
  public Optional<byte[]> reply(byte[] message) {
    return Optional.of(
        switch (known.verify(message)) {
          case TsigResult.Malformed() ->
              throw new IllegalArgumentException("it was read as a query before");
          case TsigResult.Unsigned(var query) -> {
            refused.increment();
            yield TsigKeys.reply(query, Rcode.REFUSED, Optional.of(UNSIGNED)).toWire();
          }
          case TsigResult.Invalid invalid -> {
            refused.increment();
            yield invalid.octets();
          }
          case Verified verified -> reply(verified);
        });
  }

  /** Over UDP a client is told the serial, and comes back over TCP (RFC 1995 section 2). */
  private byte[] reply(Verified verified) {
    Message query = verified.message();
    return switch (decide(verified)) {
      case Decision.Refusal(var rcode, var reason) -> {
        refused.increment();
        yield verified.sign(TsigKeys.reply(query, rcode, reason), LARGEST_ERROR);
      }
      case Decision.Current(), Decision.Difference(_) -> {
        Message reply = TsigKeys.reply(query, Rcode.NOERROR);
        reply.getHeader().setFlag(Flags.AA);
        reply.addRecord(zone.soa(), Section.ANSWER);
        yield verified.sign(reply, LARGEST_ERROR);
      }
      case Decision.Whole() -> {
        refused.increment();
        Reason busy = new Reason(ExtendedErrorCodeOption.NOT_READY, "AXFR needs TCP and a moment");
        yield verified.sign(
            TsigKeys.reply(query, Rcode.SERVFAIL, Optional.of(busy)), LARGEST_ERROR);
      }
    };
  }

  /** The records of the answer sections, in their order. */
  private Stream<Record> records(Decision decision) {
    if (decision instanceof Decision.Difference(var from)) {
      OptionalLong stored = from.stored(store.serial());
      Optional<ZoneChanges> changes =
          stored.isPresent() ? store.changesSince(stored.getAsLong()) : Optional.empty();
      if (changes.isPresent()
          && changes.get().names().size() <= store.status().held().names() + 1) {
        differences.increment();
        return difference(from, changes.get());
      }
    }
    whole.increment();
    ZoneContent content = store.content();
    SOARecord soa = zone.soa(Serial.of(content.serial()));
    return Stream.of(
            Stream.of(soa),
            zone.fixed().stream(),
            content.names().stream().flatMap(ZoneTransfers::plain),
            Stream.of(soa))
        .flatMap(part -> part);
  }

  private Stream<Record> difference(Serial from, ZoneChanges changes) {
    SOARecord soa = zone.soa(Serial.of(changes.serial()));
    return Stream.of(
            Stream.of(soa, zone.soa(from)),
            changes.names().stream().flatMap(name -> without(name.before(), name.now())),
            Stream.of(soa),
            changes.names().stream().flatMap(name -> without(name.now(), name.before())),
            Stream.of(soa))
        .flatMap(part -> part);
  }

  /** The records of one list that are not in another, with their TTL. */
  private static Stream<Record> without(List<HostedRecord> some, List<HostedRecord> others) {
    return plain(some)
        .filter(record ->
            plain(others)
                .noneMatch(other -> other.equals(record) && other.getTTL() == record.getTTL()));
  }

  private static Stream<Record> plain(List<HostedRecord> records) {
    return records.stream().map(HostedRecord::record);
  }
}
