package dev.v6cert.dns.answer;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** All zones of a server: the closest enclosing one answers, and aliases are followed. */
public final class ServedZones implements Responder {
  private static final int LONGEST_CHAIN = 8;

  private final Responder first;
  private final Map<Name, Responder> zones;

  /** The given zones; of two with the same apex the last one answers. */
  public ServedZones(List<ServedZone> zones) {
    this(zones, _ -> new Answer.Declined());
  }

  /** The same, where {@code first} is asked before them. */
  public ServedZones(List<ServedZone> zones, Responder first) {
    this.first = first;
    this.zones =
        zones.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    zone -> zone.summary().apex(), ServedZone::responder, (_, last) -> last));
  }

  /** The apex of the zone that {@code name} lies in, the longest one. */
  public Optional<Name> apexOf(Name name) {
    for (int i = 0; i < name.labels(); i++) {
      Name apex = i == 0 ? name : new Name(name, i);
      if (zones.containsKey(apex)) {
        return Optional.of(apex);
      }
    }
    return Optional.empty();
  }

  @Override
  public Answer answer(Question question) {
    Answer answer = ask(question);
    if (!(answer instanceof Answer.Alias)) {
      return answer;
    }
    List<Record> chain = new ArrayList<>();
    Set<Name> seen = new HashSet<>();
    seen.add(question.name());
    while (answer instanceof Answer.Alias(List<Record> records, Name target)) {
      chain.addAll(records);
      // A loop ends where it closes; the client sees it and gives up.
      answer =
          seen.add(target) && seen.size() <= LONGEST_CHAIN
              ? ask(question.about(target))
              : new Answer.Refused();
    }
    return new Answer.Aliased(chain, answer);
  }

  private Answer ask(Question question) {
    Answer handed = first.answer(question);
    if (!(handed instanceof Answer.Declined)) {
      return handed;
    }
    Optional<Responder> zone = apexOf(question.name()).map(zones::get);
    return zone.isPresent() ? zone.get().answer(question) : new Answer.Refused();
  }
}
