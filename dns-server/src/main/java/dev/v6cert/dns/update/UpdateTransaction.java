package dev.v6cert.dns.update;

import dev.v6cert.dns.challenge.ChallengeZone;
import dev.v6cert.dns.challenge.HostedRecord;
import dev.v6cert.dns.challenge.RecordStore.Draft;
import dev.v6cert.dns.challenge.RecordStore.Transaction;
import dev.v6cert.dns.tsig.TsigKeys.Reason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * The prerequisites and changes of an UPDATE message, in the order of RFC 2136 section 3; the
 * result is the rcode. Where that is not NOERROR, nothing is changed.
 *
 * @param message the message, whose zone section is right
 * @param key the key that has signed it
 * @param now the time that the records get
 */
record UpdateTransaction(ChallengeZone zone, Message message, UpdateKey key, Instant now)
    implements Transaction<Verdict> {
  private static final int MOST_OF_A_TYPE = 16;
  private static final long LONGEST_TTL = 3600;
  private static final int OCTETS_BESIDE_DATA = 16; // Of a record in memory.
  private static final Verdict FULL =
      new Verdict(
          Rcode.SERVFAIL,
          Optional.of(
              new Reason(
                  ExtendedErrorCodeOption.NOT_READY, "the server has no memory for more records")));

  @Override
  public Verdict apply(Draft draft) {
    int rcode = prerequisites(draft);
    if (rcode != Rcode.NOERROR) {
      return Verdict.of(rcode);
    }
    Verdict verdict = scan(draft);
    return verdict.isDone() ? change(draft) : verdict;
  }

  private List<Record> at(Draft draft, Name name) {
    List<Record> all = new ArrayList<>(zone.fixed(name));
    draft.records(name).forEach(hosted -> all.add(hosted.record()));
    return all;
  }

  /** The prerequisites (section 3.2). */
  private int prerequisites(Draft draft) {
    Map<Name, Map<Integer, Set<Record>>> wanted = new HashMap<>();
    for (Record record : message.getSection(Section.PREREQ)) {
      if (record.getTTL() != 0) {
        return Rcode.FORMERR;
      }
      if (!record.getName().subdomain(zone.apex())) {
        return Rcode.NOTZONE;
      }
      int rcode = Rcode.NOERROR;
      if (record.getDClass() == DClass.IN) {
        wanted
            .computeIfAbsent(record.getName(), _ -> new HashMap<>())
            .computeIfAbsent(record.getType(), _ -> new HashSet<>())
            .add(record);
      } else {
        rcode = prerequisite(draft, record);
      }
      if (rcode != Rcode.NOERROR) {
        return rcode;
      }
    }
    for (Map.Entry<Name, Map<Integer, Set<Record>>> name : wanted.entrySet()) {
      for (Map.Entry<Integer, Set<Record>> set : name.getValue().entrySet()) {
        Set<Record> there = new HashSet<>();
        at(draft, name.getKey()).stream()
            .filter(record -> record.getType() == set.getKey())
            .forEach(there::add);
        if (!there.equals(set.getValue())) {
          return Rcode.NXRRSET;
        }
      }
    }
    return Rcode.NOERROR;
  }

  /** A prerequisite without data: that a name or a set of records is there, or is not. */
  private int prerequisite(Draft draft, Record record) {
    int dclass = record.getDClass();
    if (!isEmpty(record) || (dclass != DClass.ANY && dclass != DClass.NONE)) {
      return Rcode.FORMERR;
    }
    List<Record> there = at(draft, record.getName());
    boolean any = record.getType() == Type.ANY;
    boolean found =
        any ? !there.isEmpty() : there.stream().anyMatch(one -> one.getType() == record.getType());
    if (found == (dclass == DClass.ANY)) {
      return Rcode.NOERROR;
    }
    if (dclass == DClass.ANY) {
      return any ? Rcode.NXDOMAIN : Rcode.NXRRSET;
    }
    return any ? Rcode.YXDOMAIN : Rcode.YXRRSET;
  }

  /** Whether every change is permitted and well-formed (sections 3.3 and 3.4.1). */
  private Verdict scan(Draft draft) {
    for (Record record : message.getSection(Section.UPDATE)) {
      if (!record.getName().subdomain(zone.apex())) {
        return Verdict.of(Rcode.NOTZONE);
      }
      if (!isWellFormed(record)) {
        return Verdict.of(Rcode.FORMERR);
      }
      Name name = record.getName();
      if (zone.isFixed(name)) {
        return Verdict.refused(name.toString(true) + " is the server's own; --ns sets it");
      }
      if (name.isWild()) {
        return Verdict.refused("this zone has no wildcards: " + name.toString(true));
      }
      if (!isPermitted(draft, record)) {
        return Verdict.refused(missingGrant(record));
      }
    }
    return Verdict.DONE;
  }

  private String missingGrant(Record record) {
    String type = record.getType() == Type.ANY ? "TXT A AAAA" : Type.string(record.getType());
    return "missing in the file of --update-key: grant "
        + key.key().name().toString(true)
        + " name "
        + record.getName().toString(true)
        + " "
        + type
        + ";";
  }

  private boolean isPermitted(Draft draft, Record record) {
    Name name = record.getName();
    if (record.getType() != Type.ANY) {
      return key.permits(name, record.getType());
    }
    List<HostedRecord> there = draft.records(name);
    return there.isEmpty()
        ? key.covers(name)
        : there.stream().allMatch(one -> key.permits(name, one.record().getType()));
  }

  private static boolean isEmpty(Record record) {
    return record.rdataToWireCanonical().length == 0;
  }

  private static boolean isWellFormed(Record record) {
    boolean empty = isEmpty(record);
    boolean meta = record.getType() >= 128 && record.getType() <= 255;
    return switch (record.getDClass()) {
      case DClass.IN -> !empty && !meta;
      case DClass.ANY -> empty && record.getTTL() == 0 && (!meta || record.getType() == Type.ANY);
      case DClass.NONE -> !empty && record.getTTL() == 0 && !meta;
      default -> false;
    };
  }

  private Verdict change(Draft draft) {
    Map<Name, List<HostedRecord>> names = new LinkedHashMap<>();
    for (Record record : message.getSection(Section.UPDATE)) {
      List<HostedRecord> there =
          names.computeIfAbsent(record.getName(), name -> new ArrayList<>(draft.records(name)));
      switch (record.getDClass()) {
        case DClass.IN -> add(there, record);
        case DClass.ANY ->
            there.removeIf(
                one -> record.getType() == Type.ANY || one.record().getType() == record.getType());
        default -> there.removeIf(one -> sameData(one.record(), record));
      }
    }
    // Once all changes are made: a repeat of them then has the same result.
    if (names.values().stream().anyMatch(UpdateTransaction::hasTooMany)) {
      return Verdict.refused("a name has at most " + MOST_OF_A_TYPE + " records of a type");
    }
    if (!draft.hasRoom()
        && names.entrySet().stream()
            .anyMatch(one -> octets(one.getValue()) > octets(draft.records(one.getKey())))) {
      return FULL;
    }
    names.forEach((name, records) -> {
      if (!records.equals(draft.records(name))) {
        draft.set(name, records);
      }
    });
    return Verdict.DONE;
  }

  private static int octets(List<HostedRecord> records) {
    return records.stream()
        .mapToInt(one -> OCTETS_BESIDE_DATA + one.record().rdataToWireCanonical().length)
        .sum();
  }

  private static boolean hasTooMany(List<HostedRecord> records) {
    return records.stream()
        .collect(Collectors.groupingBy(one -> one.record().getType(), Collectors.counting()))
        .values()
        .stream()
        .anyMatch(count -> count > MOST_OF_A_TYPE);
  }

  /** Adds a record; all of its type take its TTL (RFC 2181 section 5.2). */
  private void add(List<HostedRecord> there, Record record) {
    long ttl = Math.min(record.getTTL(), LONGEST_TTL);
    boolean known = there.stream().anyMatch(one -> sameData(one.record(), record));
    for (int i = 0; i < there.size(); i++) {
      HostedRecord one = there.get(i);
      if (one.record().getType() == record.getType() && one.record().getTTL() != ttl) {
        there.set(i, new HostedRecord(withTtl(one.record(), ttl), one.written()));
      }
    }
    if (!known) {
      there.add(new HostedRecord(withTtl(record, ttl), now));
    }
  }

  private static Record withTtl(Record record, long ttl) {
    return Record.newRecord(
        record.getName(), record.getType(), DClass.IN, ttl, record.rdataToWireCanonical());
  }

  private static boolean sameData(Record one, Record other) {
    return one.getType() == other.getType()
        && Arrays.equals(one.rdataToWireCanonical(), other.rdataToWireCanonical());
  }
}
