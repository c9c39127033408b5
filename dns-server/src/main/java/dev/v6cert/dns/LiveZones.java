package dev.v6cert.dns;

import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.answer.StaticRecords;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.fast.FastZones;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.guard.FileFailure;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The zones as they are answered now. Their files can be read again at any time: queries are
 * answered from the old ones until the new ones are whole, and after an error for longer. Safe for
 * any number of threads.
 */
final class LiveZones {
  private final ZoneSetup setup;
  private final DnsServerConfig config;
  private volatile ServedZones zones;
  private volatile FastZones fastZones = FastZones.NONE;
  private volatile Set<Path> files = Set.of();

  LiveZones(ZoneSetup setup, DnsServerConfig config) throws FileFailure {
    this.setup = setup;
    this.config = config;
    this.zones = read();
  }

  /** What answers at this moment. */
  ServedZones zones() {
    return zones;
  }

  /** What the fast path answers from at this moment. */
  FastZones fastZones() {
    return fastZones;
  }

  /** The files that the zones were read from. */
  Set<Path> files() {
    return files;
  }

  /** Reads the files again; on a failure nothing changes. */
  synchronized Reload reload() {
    try {
      zones = read();
      return new Reload.Done(files);
    } catch (FileFailure e) {
      return new Reload.Failed(e);
    }
  }

  private ServedZones read() throws FileFailure {
    StaticRecords records =
        config.zoneFile().isPresent()
            ? StaticRecords.read(config.zoneFile().get(), setup.apexes(), config.ttl())
            : StaticRecords.NONE;
    BlockList blockList =
        config.blockList().isPresent() ? BlockList.read(config.blockList().get()) : BlockList.EMPTY;
    Set<Path> read = new HashSet<>(records.files());
    config.blockList().ifPresent(read::add);
    files = Set.copyOf(read);
    AddressFilter filter = new AddressFilter(config.policy(), blockList);
    ServedZones served = setup.responder(records, filter);
    fastZones = FastZones.of(setup.outlines(records), filter);
    return served;
  }
}
