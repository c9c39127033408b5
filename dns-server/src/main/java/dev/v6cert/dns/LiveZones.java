package dev.v6cert.dns;

import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.answer.StaticRecords;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.fast.FastZones;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.guard.FileFailure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The zones as they are answered now. Their files can be read again at any time: queries are
 * answered from the old ones until the new ones are whole, and after an error for longer. Safe for
 * any number of threads.
 */
final class LiveZones {
  private final ZoneSetup setup;
  private final DnsServerConfig config;
  private StaticRecords records;
  private BlockList blockList;
  private volatile ServedZones zones;
  private volatile FastZones fastZones;
  private volatile Set<Path> files;

  LiveZones(ZoneSetup setup, DnsServerConfig config) throws FileFailure {
    this.setup = setup;
    this.config = config;
    this.records = readRecords();
    this.blockList = readBlockList();
    AddressFilter filter = new AddressFilter(config.policy(), blockList);
    this.files = files(config, records);
    this.zones = setup.responder(records, filter);
    this.fastZones = FastZones.of(setup.outlines(records), filter);
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

  /**
   * Reads the files again. Each stands for itself: an error in the zone file does not keep an
   * address from being blocked, and neither does one that is too large for the memory beside the
   * old one. Where there is no memory for what answers from both, all of the old stays.
   */
  synchronized Reload reload() {
    try {
      return replace();
    } catch (OutOfMemoryError e) {
      return new Reload.Failed(files.stream().map(LiveZones::tooLarge).toList());
    }
  }

  private static FileFailure tooLarge(Path file) {
    return new FileFailure(file, 0, "too large for the memory, beside the old one");
  }

  private Reload replace() {
    List<FileFailure> failures = new ArrayList<>();
    StaticRecords nextRecords = records;
    BlockList nextBlockList = blockList;
    try {
      nextRecords = readRecords();
    } catch (FileFailure e) {
      failures.add(e);
    } catch (OutOfMemoryError e) {
      failures.add(tooLarge(config.zoneFile().orElseThrow()));
    }
    try {
      nextBlockList = readBlockList();
    } catch (FileFailure e) {
      failures.add(e);
    } catch (OutOfMemoryError e) {
      failures.add(tooLarge(config.blockList().orElseThrow()));
    }
    AddressFilter filter = new AddressFilter(config.policy(), nextBlockList);
    Set<Path> nextFiles = files(config, nextRecords);
    ServedZones nextZones = setup.responder(nextRecords, filter);
    fastZones = FastZones.of(setup.outlines(nextRecords), filter);
    zones = nextZones;
    files = nextFiles;
    records = nextRecords;
    blockList = nextBlockList;
    return failures.isEmpty() ? new Reload.Done(nextFiles) : new Reload.Failed(failures);
  }

  private StaticRecords readRecords() throws FileFailure {
    return config.zoneFile().isPresent()
        ? StaticRecords.read(config.zoneFile().get(), setup.apexes(), config.ttl())
        : StaticRecords.NONE;
  }

  private BlockList readBlockList() throws FileFailure {
    return config.blockList().isPresent()
        ? BlockList.read(config.blockList().get())
        : BlockList.EMPTY;
  }

  private static Set<Path> files(DnsServerConfig config, StaticRecords records) {
    Set<Path> files = new HashSet<>(records.files());
    config.blockList().ifPresent(files::add);
    return Set.copyOf(files);
  }
}
