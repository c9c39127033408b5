package dev.v6cert.dns;

import dev.v6cert.dns.answer.Answer;
import dev.v6cert.dns.answer.Question;
import dev.v6cert.dns.answer.Responder;
import dev.v6cert.dns.answer.ServedZone;
import dev.v6cert.dns.answer.ServedZones;
import dev.v6cert.dns.answer.ZoneRecords;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.fast.FastZones;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.pipeline.Responses;
import dev.v6cert.dns.publish.HandoverRecords;
import dev.v6cert.dns.zonefile.StaticRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * The zones as they are answered now. Their files can be read again at any time: queries are
 * answered from the old ones until the new ones are whole, and after an error for longer. Safe for
 * any number of threads.
 */
final class LiveZones {
  private static final Logger LOG = LoggerFactory.getLogger(LiveZones.class);

  private final ZoneSetup setup;
  private final DnsServerConfig config;
  private final ServerCookies cookies;
  private final Consumer<Reload> slow;
  private final List<ServedZone> hosted;
  private final HandoverRecords handed;
  private Map<Name, ZoneRecords> records;
  private BlockList blockList;
  private volatile ServedZones zones;
  private volatile FastZones fastZones;
  private volatile Set<Path> files;

  /**
   * Reads the files.
   *
   * @param cookies given the secrets that are read
   * @param slow told of a file that takes long to read, now or later
   * @param hosted the zones whose records do not come from files
   * @param handed records of other processes, which go before all zones
   */
  LiveZones(
      ZoneSetup setup,
      DnsServerConfig config,
      ServerCookies cookies,
      Consumer<Reload> slow,
      List<ServedZone> hosted,
      HandoverRecords handed)
      throws FileFailure {
    this.setup = setup;
    this.hosted = hosted;
    this.handed = handed;
    this.cookies = cookies;
    this.config = config;
    this.slow = slow;
    Set<Path> read = new HashSet<>();
    this.records = readRecords(read, ReadBudget::atStart);
    this.blockList = readBlockList(read, ReadBudget::atStart);
    readCookieSecrets(read);
    AddressFilter filter = new AddressFilter(config.guards().rules(), blockList);
    this.files = Set.copyOf(read);
    List<ServedZone> served = setup.served(records, filter);
    this.zones = allZones(served);
    this.fastZones = fastZones(served, zones, records, filter);
  }

  private FastZones fastZones(
      List<ServedZone> served,
      ServedZones answers,
      Map<Name, ZoneRecords> known,
      AddressFilter filter) {
    // The fast path knows nothing of hosted zones but that it leaves them to the general one.
    List<Name> others = hosted.stream().map(zone -> zone.summary().apex()).toList();
    return FastZones.of(
        served.stream().map(zone -> zone.summary().without(others)).toList(),
        filter,
        setup.explicitQuestions(known),
        question -> Responses.of(answers.answer(question)),
        () -> !handed.isEmpty());
  }

  private ServedZones allZones(List<ServedZone> served) {
    return new ServedZones(
        Stream.concat(served.stream(), hosted.stream()).toList(), new HandoverResponder(handed));
  }

  /** The zones that answer at this moment. */
  ServedZones zones() {
    return zones;
  }

  /** The zones of the fast path at this moment. */
  FastZones fastZones() {
    return fastZones;
  }

  /** The files that were read, also those with an error and those that are not there. */
  Set<Path> files() {
    return files;
  }

  /**
   * Reads the files again. Each stands for itself: an error in the zone file does not keep an
   * address from being blocked, and neither does one that is too large for the memory beside the
   * old one. Whatever goes wrong, the old content stays.
   */
  synchronized Reload reload() {
    try {
      return replace();
    } catch (RuntimeException | Error e) {
      LOG.warn("while reading the files again", e);
      return new Reload.Failed(files.stream().map(file -> unserved(file, e)).toList());
    }
  }

  private Reload replace() {
    List<FileFailure> failures = new ArrayList<>();
    Set<Path> read = new HashSet<>();
    Map<Name, ZoneRecords> nextRecords = records;
    BlockList nextBlockList = blockList;
    try {
      nextRecords = readRecords(read, ReadBudget::whileServing);
    } catch (FileFailure e) {
      failures.add(e);
    }
    try {
      nextBlockList = readBlockList(read, ReadBudget::whileServing);
    } catch (FileFailure e) {
      failures.add(e);
    }
    try {
      readCookieSecrets(read);
    } catch (FileFailure e) {
      failures.add(e);
    }
    Set<Path> nextFiles = Set.copyOf(read);
    try {
      serve(nextRecords, nextBlockList);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("while taking in the zone file", e);
      config.zones().zoneFile().ifPresent(file -> failures.add(unserved(file, e)));
      serve(records, nextBlockList);
    }
    files = nextFiles;
    return failures.isEmpty() ? new Reload.Done(nextFiles) : new Reload.Failed(failures);
  }

  private static FileFailure unserved(Path file, Throwable fault) {
    return new FileFailure(file, 0, "cannot be served: " + fault);
  }

  private void serve(Map<Name, ZoneRecords> nextRecords, BlockList nextBlockList) {
    AddressFilter filter = new AddressFilter(config.guards().rules(), nextBlockList);
    List<ServedZone> served = setup.served(nextRecords, filter);
    ServedZones nextZones = allZones(served);
    fastZones = fastZones(served, nextZones, nextRecords, filter);
    zones = nextZones;
    records = nextRecords;
    blockList = nextBlockList;
  }

  private Map<Name, ZoneRecords> readRecords(Set<Path> read, Budgets budgets) throws FileFailure {
    if (config.zones().zoneFile().isEmpty()) {
      return setup.completed(StaticRecords.NONE, ReadBudget.NONE);
    }
    Path file = config.zones().zoneFile().get();
    ReadBudget budget = budgets.of(file, () -> slow.accept(new Reload.Slow("zone file", file)));
    return setup.completed(
        StaticRecords.read(file, setup.apexes(), config.zones().ttl(), read::add, budget), budget);
  }

  private void readCookieSecrets(Set<Path> read) throws FileFailure {
    if (config.guards().rateLimits().cookieSecrets().isPresent()) {
      Path file = config.guards().rateLimits().cookieSecrets().get();
      read.add(file);
      cookies.read(file);
    }
  }

  private BlockList readBlockList(Set<Path> read, Budgets budgets) throws FileFailure {
    if (config.guards().rules().blockList().isEmpty()) {
      return BlockList.EMPTY;
    }
    Path file = config.guards().rules().blockList().get();
    read.add(file);
    ReadBudget budget = budgets.of(file, () -> slow.accept(new Reload.Slow("block list", file)));
    return BlockList.read(file, config.guards().rules().format(), budget);
  }

  private interface Budgets {
    ReadBudget of(Path file, Runnable slow);
  }

  /** Answers with records that processes of this machine handed over. They go before all zones. */
  private record HandoverResponder(HandoverRecords records) implements Responder {

    @Override
    public Answer answer(Question question) {
      Optional<HandoverRecords.Held> held = records.find(question.name(), question.type());
      if (held.isEmpty()) {
        return new Answer.Declined();
      }
      return held.get().records().isEmpty()
          ? new Answer.NoData(held.get().soa())
          : new Answer.Found(held.get().records());
    }
  }
}
