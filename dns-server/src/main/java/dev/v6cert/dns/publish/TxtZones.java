package dev.v6cert.dns.publish;

import dev.v6cert.dns.publish.TxtQuery.Outcome;
import dev.v6cert.dns.wire.MessageHeader;
import dev.v6cert.dns.wire.QueryReader;
import dev.v6cert.dns.wire.ReceivedMessage;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.wire.ResponseWriter;
import dev.v6cert.ipv6.name.HostName;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.TXTRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Small zones with TXT records and nothing else. Each is served by the host one label above its
 * apex, which is what a magic zone delegates {@code _acme-challenge} to.
 */
final class TxtZones {

  /** No cache is to keep the set of records of an order that has failed. */
  private static final long TTL = 0;

  private static final long SECOND = 1;
  private static final long DAY = 86_400;

  private final List<Name> apexes;
  private final Map<Name, Set<String>> values = new ConcurrentHashMap<>();
  private final Set<Name> overTcp = ConcurrentHashMap.newKeySet();

  TxtZones(Collection<HostName> apexes) {
    this.apexes = apexes.stream().map(TxtZones::name).toList();
  }

  /**
   * Answers a query of our own, so that the classes are there when a resolver asks: to load them
   * takes up to a second, and resolvers ask again after 400 ms.
   */
  void warmUp() {
    for (Name apex : apexes) {
      Message query = Message.newQuery(Record.newRecord(apex, Type.TXT, DClass.IN));
      Optional<Reply> _ = reply(ByteBuffer.wrap(query.toWire()), false);
    }
  }

  /** Adds a value; {@code onlyByTcp} has queries over UDP come back by TCP. */
  void add(HostName name, String value, boolean onlyByTcp) {
    Name owner = name(name);
    values.compute(
        owner,
        (_, present) -> {
          Set<String> all = present == null ? new LinkedHashSet<>() : new LinkedHashSet<>(present);
          all.add(value);
          return all;
        });
    if (onlyByTcp) {
      overTcp.add(owner);
    }
  }

  void remove(HostName name, String value) {
    values.computeIfPresent(
        name(name),
        (_, present) -> {
          Set<String> rest = new LinkedHashSet<>(present);
          rest.remove(value);
          return rest.isEmpty() ? null : rest;
        });
  }

  /**
   * A reply.
   *
   * @param message the message to send
   * @param query the name, type and outcome; empty where the message was none that asks
   */
  record Reply(ByteBuffer message, Optional<Asked> query) {

    Reply(byte[] octets, Optional<Asked> query) {
      this(ByteBuffer.wrap(octets), query);
    }

    byte[] octets() {
      byte[] octets = new byte[message.remaining()];
      message.duplicate().get(octets);
      return octets;
    }
  }

  /** The question of a query, and what came back. */
  record Asked(String name, String type, Outcome outcome) {}

  /** The reply to a message; empty where it gets none. */
  Optional<Reply> reply(ByteBuffer message, boolean byTcp) {
    return switch (QueryReader.read(message)) {
      case ReceivedMessage.Dropped _ -> Optional.empty();
      case ReceivedMessage.Malformed malformed -> headerOnly(malformed.header(), Rcode.FORMERR);
      case ReceivedMessage.OtherOpcode other -> headerOnly(other.header(), Rcode.NOTIMP);
      case ReceivedMessage.CookieRequest request ->
          Optional.of(
              new Reply(
                  ResponseWriter.write(request, Response.of(Rcode.NOERROR)), Optional.empty()));
      case ReceivedMessage.MalformedQuery malformed ->
          Optional.of(
              new Reply(
                  write(malformed.query(), Response.of(Rcode.FORMERR), byTcp), Optional.empty()));
      case ReceivedMessage.Query query -> Optional.of(answer(query, byTcp));
    };
  }

  private static Optional<Reply> headerOnly(MessageHeader header, int rcode) {
    return Optional.of(new Reply(ResponseWriter.headerOnly(header, rcode), Optional.empty()));
  }

  private static byte[] write(ReceivedMessage.Query query, Response response, boolean byTcp) {
    int limit = byTcp ? 0xffff : ResponseWriter.udpLimit(query.edns());
    return ResponseWriter.write(query, response, limit);
  }

  private Reply answer(ReceivedMessage.Query query, boolean byTcp) {
    Optional<Name> apex =
        query.dclass() == DClass.IN
            ? apexes.stream().filter(query.name()::subdomain).findFirst()
            : Optional.empty();
    if (apex.isEmpty()) {
      return reply(query, Response.of(Rcode.REFUSED), Outcome.REFUSED, byTcp);
    }
    List<Record> records = records(query.name(), query.type(), apex.get());
    boolean hasValues = records.stream().anyMatch(TXTRecord.class::isInstance);
    if (hasValues && !byTcp && overTcp.contains(query.name())) {
      Response whole = response(records, List.of());
      return new Reply(
          ResponseWriter.truncated(query, whole), Optional.of(asked(query, Outcome.OVER_TCP)));
    }
    return records.isEmpty()
        ? reply(query, response(List.of(), List.of(soa(apex.get()))), Outcome.NO_DATA, byTcp)
        : reply(
            query,
            response(records, List.of()),
            hasValues ? Outcome.VALUES : Outcome.NO_DATA,
            byTcp);
  }

  private static Reply reply(
      ReceivedMessage.Query query, Response response, Outcome outcome, boolean byTcp) {
    return new Reply(write(query, response, byTcp), Optional.of(asked(query, outcome)));
  }

  private static Asked asked(ReceivedMessage.Query query, Outcome outcome) {
    return new Asked(query.name().toString(true), Type.string(query.type()), outcome);
  }

  private static Response response(List<Record> answer, List<Record> authority) {
    return new Response(Rcode.NOERROR, true, answer, authority, List.of(), List.of());
  }

  /** The records of a question; empty where it is about none of these zones. */
  Optional<HandoverRecords.Held> find(Name name, int type) {
    return apexes.stream()
        .filter(name::subdomain)
        .findFirst()
        .map(apex -> new HandoverRecords.Held(records(name, type, apex), soa(apex)));
  }

  private List<Record> records(Name name, int type, Name apex) {
    List<Record> records = new ArrayList<>();
    boolean any = type == Type.ANY;
    if (type == Type.TXT || any) {
      for (String value : values.getOrDefault(name, Set.of())) {
        records.add(new TXTRecord(name, DClass.IN, TTL, value));
      }
    }
    boolean atApex = name.equals(apex);
    if (atApex && (type == Type.SOA || any)) {
      records.add(soa(apex));
    }
    if (atApex && (type == Type.NS || any)) {
      records.add(new NSRecord(apex, DClass.IN, SECOND, new Name(apex, 1)));
    }
    return records;
  }

  /** Negative answers are kept a second at most: clients look for a record before they set it. */
  private static SOARecord soa(Name apex) {
    Name host = new Name(apex, 1);
    return new SOARecord(apex, DClass.IN, SECOND, host, host, 1, DAY, DAY, DAY, SECOND);
  }

  private static Name name(HostName name) {
    try {
      return Name.fromString(name.text(), Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException(name.text(), e);
    }
  }
}
