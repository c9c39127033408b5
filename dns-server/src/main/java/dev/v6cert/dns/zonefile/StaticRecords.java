package dev.v6cert.dns.zonefile;

import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
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
   * @throws FileFailure when it cannot be read, has an error in it, or does not fit into memory
   */
  public static StaticRecords read(
      Path file, List<Name> apexes, Duration ttl, Consumer<Path> files, ReadBudget budget)
      throws FileFailure {
    Map<Name, List<Record>> byApex = new HashMap<>();
    Checks checks = new Checks();
    for (MasterFile.Located located :
        MasterFile.read(file, apexes.getFirst(), ttl.toSeconds(), files, budget)) {
      budget.step(0);
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
    if (checks.hasSetsOfSeveralTtls) {
      for (List<Record> records : byApex.values()) {
        for (int i = 0; i < records.size(); i++) {
          budget.step(0);
          records.set(i, withTtl(records.get(i), checks.lowestTtl(records.get(i))));
        }
      }
    }
    return new StaticRecords(byApex);
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

  /** The records of one zone, in the order of the file. */
  public List<Record> in(Name apex) {
    return byApex.getOrDefault(apex, List.of());
  }

  /** Checks the rules between the records of a zone. */
  private static final class Checks {
    private static final Set<Integer> SINGLE = Set.of(Type.SOA, Type.CNAME, Type.DNAME);

    /** Types that may stand beside a CNAME (RFC 4034 section 2.5). */
    private static final Set<Integer> BESIDE_CNAME = Set.of(Type.RRSIG, Type.NSEC);

    private final Set<Record> seen = new HashSet<>();

    /** The room of a message for the records of one name and type. */
    private static final int LARGEST_SET = 65_000;

    /** The sets of each name, by type. */
    private final Map<Name, Map<Integer, RecordSet>> types = new HashMap<>();

    /** The names that have some below them. */
    private final Set<Name> parents = new HashSet<>();

    private boolean hasRedirections;
    private boolean hasSetsOfSeveralTtls;

    /** False for a record that was there before. */
    boolean isNew(MasterFile.Located located, Name apex) throws FileFailure {
      Optional<String> reason = refusal(located.record(), apex);
      if (reason.isPresent()) {
        throw located.failure(located.record().getName() + ": " + reason.get());
      }
      Record record = located.record();
      if (!seen.add(record)) {
        return false;
      }
      RecordSet set =
          types
              .computeIfAbsent(record.getName(), _ -> new HashMap<>(2))
              .computeIfAbsent(record.getType(), _ -> new RecordSet(record.getTTL()));
      set.octets += located.octets();
      if (set.octets > LARGEST_SET) {
        throw located.failure(
            record.getName()
                + ": all records of type "
                + Type.string(record.getType())
                + " together fit into no answer");
      }
      if (set.ttl != record.getTTL()) {
        set.ttl = Math.min(set.ttl, record.getTTL());
        hasSetsOfSeveralTtls = true;
      }
      addParents(record.getName());
      return true;
    }

    private void addParents(Name name) {
      for (int i = 1; i < name.labels() && parents.add(new Name(name, i)); ) {
        i++;
      }
    }

    /** The one TTL of all records of a name and type (RFC 2181 section 5.2). */
    private long lowestTtl(Record record) {
      RecordSet set = types.getOrDefault(record.getName(), Map.of()).get(record.getType());
      return set == null ? record.getTTL() : set.ttl;
    }

    private Optional<String> refusal(Record record, Name apex) {
      int type = record.getType();
      Set<Integer> others = types.getOrDefault(record.getName(), Map.of()).keySet();
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
        if (types.getOrDefault(new Name(name, i), Map.of()).containsKey(Type.DNAME)) {
          return true;
        }
      }
      return false;
    }

    private boolean hasBelow(Record dname) {
      hasRedirections = true;
      return parents.contains(dname.getName());
    }

    /** The records of one name and type. */
    private static final class RecordSet {
      long ttl;
      int octets;

      RecordSet(long ttl) {
        this.ttl = ttl;
      }
    }
  }
}
