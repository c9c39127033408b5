package dev.v6cert.dns.answer;

import dev.v6cert.dns.guard.FileFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The records that the operator wrote down, by the zone they belong to. */
public final class StaticRecords {
  /** No records. */
  public static final StaticRecords NONE = new StaticRecords(Map.of());

  private final Map<Name, List<Record>> byApex;

  private StaticRecords(Map<Name, List<Record>> byApex) {
    this.byApex = byApex;
  }

  /**
   * Reads a master file with records of any type.
   *
   * @param apexes the zones served; relative names in the file are relative to the first one
   * @param ttl the TTL of records that have none
   * @param files told of each file, this one and included ones, before it is read
   * @throws FileFailure when it cannot be read, or has an error in it
   */
  public static StaticRecords read(Path file, List<Name> apexes, Duration ttl, Consumer<Path> files)
      throws FileFailure {
    Map<Name, List<Record>> byApex = new HashMap<>();
    Checks checks = new Checks();
    for (MasterFile.Located located :
        MasterFile.read(file, apexes.getFirst(), ttl.toSeconds(), files)) {
      Record record = located.record();
      Name apex =
          apexes.stream()
              .filter(record.getName()::subdomain)
              .max(Comparator.comparingInt(Name::labels))
              .orElseThrow(
                  () -> located.failure(record.getName() + " lies in none of the zones served"));
      if (checks.isNew(located, apex)) {
        byApex.computeIfAbsent(apex, _ -> new ArrayList<>()).add(record);
      }
    }
    byApex.replaceAll((_, records) -> withOneTtlPerSet(records));
    return new StaticRecords(byApex);
  }

  /**
   * The records, those of one name and type with the lowest of their TTLs (RFC 2181 section 5.2).
   */
  private static List<Record> withOneTtlPerSet(List<Record> records) {
    Map<String, Long> lowest = new HashMap<>();
    for (Record record : records) {
      lowest.merge(set(record), record.getTTL(), Math::min);
    }
    return records.stream()
        .map(record -> withTtl(record, lowest.getOrDefault(set(record), record.getTTL())))
        .toList();
  }

  private static String set(Record record) {
    return record.getName().canonicalize() + " " + record.getType();
  }

  /** On the wire the TTL stands behind owner, type and class. */
  private static Record withTtl(Record record, long ttl) {
    byte[] wire = record.toWire(Section.ANSWER);
    ByteBuffer.wrap(wire).putInt(record.getName().length() + 4, (int) ttl);
    try {
      return Record.fromWire(wire, Section.ANSWER);
    } catch (IOException e) {
      throw new AssertionError("a record that was written can be read", e);
    }
  }

  List<Record> in(Name apex) {
    return byApex.getOrDefault(apex, List.of());
  }

  /** What must hold between the records of a zone. */
  private static final class Checks {
    private static final Set<Integer> SINGLE = Set.of(Type.SOA, Type.CNAME, Type.DNAME);

    /** Types that may stand beside a CNAME (RFC 4034 section 2.5). */
    private static final Set<Integer> BESIDE_CNAME = Set.of(Type.RRSIG, Type.NSEC);

    private final Set<Record> seen = new HashSet<>();
    private final Map<Name, Set<Integer>> types = new HashMap<>();
    private boolean hasRedirections;

    /** False for a record that was there before. */
    boolean isNew(MasterFile.Located located, Name apex) throws FileFailure {
      Optional<String> reason = refusal(located.record(), apex);
      if (reason.isPresent()) {
        throw located.failure(located.record().getName() + ": " + reason.get());
      }
      types
          .computeIfAbsent(located.record().getName(), _ -> new HashSet<>())
          .add(located.record().getType());
      return seen.add(located.record());
    }

    private Optional<String> refusal(Record record, Name apex) {
      int type = record.getType();
      Set<Integer> others = types.getOrDefault(record.getName(), Set.of());
      if (record.getDClass() != DClass.IN) {
        return Optional.of("only class IN is served");
      }
      if (type == Type.SOA && !record.getName().equals(apex)) {
        return Optional.of("an SOA record stands only at the apex of a zone");
      }
      if (isBelowRedirection(record.getName()) || (type == Type.DNAME && hasBelow(record))) {
        return Optional.of("no records stand below a DNAME (RFC 6672 section 2.4)");
      }
      if (type == Type.NS && record.getName().isWild()) {
        return Optional.of("a wildcard cannot be delegated (RFC 4592 section 4.2)");
      }
      if (SINGLE.contains(type) && others.contains(type) && !seen.contains(record)) {
        return Optional.of("there is a second " + Type.string(type) + " record");
      }
      boolean alias = type == Type.CNAME || others.contains(Type.CNAME);
      boolean both =
          alias
              && others.stream().anyMatch(other -> other != type)
              && !BESIDE_CNAME.contains(type)
              && !BESIDE_CNAME.containsAll(others);
      boolean apexAlias = type == Type.CNAME && record.getName().equals(apex);
      return both || apexAlias
          ? Optional.of("a name with a CNAME has no other records (RFC 2181 section 10.1)")
          : Optional.empty();
    }

    private boolean isBelowRedirection(Name name) {
      for (int i = 1; hasRedirections && i < name.labels(); i++) {
        if (types.getOrDefault(new Name(name, i), Set.of()).contains(Type.DNAME)) {
          return true;
        }
      }
      return false;
    }

    private boolean hasBelow(Record dname) {
      hasRedirections = true;
      return types.keySet().stream()
          .anyMatch(name -> name.subdomain(dname.getName()) && !name.equals(dname.getName()));
    }
  }
}
