package dev.v6cert.cli.dns;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailure.RecordProblem;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ChallengeRequest;
import dev.v6cert.acme.challenge.dns.ChallengeRecord;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtRecords;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.lookup.Aliases;
import dev.v6cert.dns.update.TxtValue;
import dev.v6cert.dns.update.UpdateClient;
import dev.v6cert.dns.update.UpdateFailedException;
import dev.v6cert.dns.update.UpdateServer;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * TXT records that a name server takes by signed updates (RFC 2136). Aliases are followed, the zone
 * is found, and the key is tried before anything is ordered. All records of a zone are set at once,
 * and these alone are deleted.
 *
 * @param plan the server, the key, and the time that the zone's servers have to show the records
 * @param console where the progress is told
 */
public record UpdateTxtRecords(TxtPlace.Update plan, Console console) implements TxtRecords {

  @Override
  public boolean here() {
    return false;
  }

  @Override
  public Zone open(Collection<ChallengeRecord> records, ChallengeRequest.Listener listener)
      throws AcmeFailureException {
    UpdateClient client;
    try {
      client = UpdateClient.of(new UpdateServer(plan.host(), plan.port()), plan.keyFile());
    } catch (FileFailure e) {
      throw unusable(e);
    }
    Map<HostName, Place> places = new LinkedHashMap<>();
    for (ChallengeRecord record : records) {
      places.put(record.name(), find(client, record.name()));
    }
    for (HostName zone : places.values().stream().map(Place::zone).distinct().toList()) {
      try {
        client.tryKey(zone);
      } catch (UpdateFailedException e) {
        throw UpdateText.failure(e, client, zone, zone);
      }
      console.steps().done(client.server() + " takes updates of " + zone);
    }
    return new Updated(client, places);
  }

  private static AcmeFailureException unusable(FileFailure e) {
    String where = e.file() + (e.line().isPresent() ? ", line " + e.line().getAsInt() : "");
    return new AcmeFailureException(
        new AcmeFailure.RecordNotTaken(
            RecordProblem.CONFIGURATION,
            "cannot use the key file " + where,
            e.reason(),
            e.kind() == FileFailure.Kind.EXPOSED
                ? "chmod o-rwx " + e.file()
                : "tsig-keygen writes such a file; see docs/wildcards.md"),
        e);
  }

  /**
   * The place of a record.
   *
   * @param zone the zone of the server
   * @param owner the end of the name's aliases, which the record is set at
   */
  private record Place(HostName zone, HostName owner) {}

  private Place find(UpdateClient client, HostName name) throws AcmeFailureException {
    console.steps().begin("asking " + client.server() + " for the zone of " + name);
    HostName owner;
    try {
      owner = Aliases.end(name, Optional.empty());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AcmeFailureException(new AcmeFailure.Interrupted(), e);
    } catch (IOException e) {
      console.steps().fail();
      throw new AcmeFailureException(
          new AcmeFailure.RecordNotTaken(
              RecordProblem.UNAVAILABLE,
              "the DNS does not tell whether " + name + " is an alias",
              String.valueOf(e.getMessage()),
              "correct the name's records or this machine's resolver, then try again"),
          e);
    }
    try {
      Place place = new Place(client.zoneOf(owner), owner);
      console.steps().done(name + (owner.equals(name) ? "" : " leads to " + owner));
      return place;
    } catch (UpdateFailedException e) {
      console.steps().fail();
      throw UpdateText.failure(e, client, owner, owner);
    }
  }

  /** The records of one order. */
  private final class Updated implements Zone {

    private final UpdateClient client;
    private final Map<HostName, Place> places;
    private final Map<HostName, List<String>> values = new LinkedHashMap<>();
    private final Set<TxtValue> unwanted = new LinkedHashSet<>();
    private boolean set;

    Updated(UpdateClient client, Map<HostName, Place> places) {
      this.client = client;
      this.places = places;
    }

    @Override
    public void add(ChallengeRecord record, String value) {
      values.computeIfAbsent(record.name(), _ -> new ArrayList<>()).add(value);
    }

    @Override
    public void settle() throws AcmeFailureException {
      set = true;
      for (Map.Entry<HostName, List<TxtValue>> entry : byZone(all()).entrySet()) {
        HostName zone = entry.getKey();
        console.steps().begin("setting TXT records in " + zone + " at " + client.server());
        try {
          client.add(zone, entry.getValue());
        } catch (UpdateFailedException e) {
          console.steps().fail();
          throw UpdateText.failure(e, client, zone, entry.getValue().getFirst().name());
        }
        console.steps().done(count(entry.getValue()) + " set at " + client.server());
      }
      new Propagation(plan.propagationLimit(), console).await(values);
    }

    private List<TxtValue> all() {
      List<TxtValue> all = new ArrayList<>();
      values.forEach((name, some) -> some.forEach(value -> all.add(at(name, value))));
      return all;
    }

    private TxtValue at(HostName name, String value) {
      return new TxtValue(place(name).owner(), value);
    }

    private Place place(HostName name) {
      return Optional.ofNullable(places.get(name)).orElseThrow();
    }

    private Map<HostName, List<TxtValue>> byZone(Collection<TxtValue> records) {
      Map<HostName, List<TxtValue>> zones = new LinkedHashMap<>();
      for (TxtValue one : records) {
        HostName zone =
            places.values().stream()
                .filter(place -> place.owner().equals(one.name()))
                .findFirst()
                .orElseThrow()
                .zone();
        zones.computeIfAbsent(zone, _ -> new ArrayList<>()).add(one);
      }
      return zones;
    }

    /** Deletes with the last one, so that a zone changes once. */
    @Override
    public void remove(ChallengeRecord record, String value) {
      unwanted.add(at(record.name(), value));
      if (unwanted.size() == Set.copyOf(all()).size()) {
        delete();
      }
    }

    private void delete() {
      if (set) {
        byZone(unwanted).forEach(this::delete);
      }
      set = false;
      unwanted.clear();
    }

    private void delete(HostName zone, List<TxtValue> records) {
      try {
        client.delete(zone, records);
      } catch (UpdateFailedException e) {
        console.warn(
            "could not delete "
                + count(records)
                + " at "
                + records.getFirst().name()
                + ": "
                + UpdateText.text(e, client, zone));
      }
    }

    @Override
    public void close() {
      delete();
    }
  }

  private static String count(Collection<TxtValue> records) {
    return records.size() == 1 ? "1 TXT record" : records.size() + " TXT records";
  }
}
