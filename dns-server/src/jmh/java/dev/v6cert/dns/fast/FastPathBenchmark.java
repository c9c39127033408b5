package dev.v6cert.dns.fast;

import dev.v6cert.dns.answer.ServedZone;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.answer.ZoneSummary;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.file.ReadBudget;
import dev.v6cert.dns.guard.AddressFilter;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.BlockList;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.wire.Response;
import dev.v6cert.dns.zonefile.StaticRecords;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * A whole answer of the fast path, with the guards on: query in, reply out, over the same octets.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FastPathBenchmark {
  private static final long CLIENT_LOW = 0xffff_c000_0263L;
  private static final int BATCH = 32;

  /** One network alone would soon have used up the highest limit that there is. */
  private static final int NETWORKS = 64;

  /** So many different queries that a branch predictor cannot know them by heart. */
  private static final int QUERIES = 8192;

  /** The kind of query: an address of one family, of both in turn, or a name without any. */
  @Param({"ipv4", "ipv6", "mixed", "none"})
  private String asked = "mixed";

  /** The number of zones served. */
  @Param({"1", "10000"})
  private int zones = 1;

  /** The number of words on the block list, none of them in a name. */
  @Param({"0", "100000"})
  private int words = 0;

  private final byte[] octets = new byte[FastHandler.ROOM];
  private byte[][] queries = {};
  private int next;
  private FastPath path = path(1, BlockList.EMPTY);

  /** Makes the queries. */
  @Setup
  public void prepare() throws IOException {
    path = path(zones, blockList());
    Random random = new Random(1);
    queries = IntStream.range(0, QUERIES).mapToObj(i -> query(random, i)).toArray(byte[][]::new);
  }

  private BlockList blockList() throws IOException {
    Path file = Files.createTempFile("words", ".txt");
    Files.write(file, IntStream.range(0, words).mapToObj("*login-%05d-bank*"::formatted).toList());
    BlockList list = BlockList.read(file);
    Files.delete(file);
    return list;
  }

  private static FastPath path(int zones, BlockList blockList) {
    List<Zone> served =
        IntStream.range(0, zones)
            .mapToObj(i -> Zone.of(i == 0 ? "bench.test" : "zone" + i + ".test"))
            .toList();
    ZoneSetup setup =
        new ZoneSetup(
            served, List.of(), List.of(), Optional.empty(), Duration.ofHours(1), true, Map.of());
    AddressFilter filter = new AddressFilter(AnswerRules.DEFAULT, blockList);
    FastZones current =
        FastZones.of(
            summaries(setup, filter), filter, Stream.empty(), _ -> Response.of(Rcode.REFUSED));
    RateLimiter limiter = new RateLimiter(RateLimits.of(RateLimits.HIGHEST), System.nanoTime());
    ServerCookies cookies = new ServerCookies(InstantSource.system());
    return new FastPath(() -> current, limiter, cookies, new Counters(), Transport.UDP);
  }

  private static List<ZoneSummary> summaries(ZoneSetup setup, AddressFilter filter) {
    try {
      return setup.served(setup.completed(StaticRecords.NONE, ReadBudget.NONE), filter).stream()
          .map(ServedZone::summary)
          .toList();
    } catch (FileFailure e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] query(Random random, int number) {
    boolean ipv6 = asked.equals("ipv6") || (asked.equals("mixed") && number % 2 == 1);
    String name =
        asked.equals("none")
            ? "www" + random.nextInt(10_000) + ".service"
            : ipv6
                ? "2001-db8-0-0-0-%x-%x-1".formatted(random.nextInt(0x10000), number)
                : "10-%d-%d-%d"
                    .formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256));
    Name owner = Name.fromConstantString(name + ".bench.test.");
    return Message.newQuery(Record.newRecord(owner, ipv6 ? Type.AAAA : Type.A, DClass.IN)).toWire();
  }

  /** One answer; the time of copying the query is part of it. */
  @Benchmark
  public int answer() {
    byte[] query = queries[next];
    next = (next + 1) % QUERIES;
    System.arraycopy(query, 0, octets, 0, query.length);
    int written = path.handle(octets, 0, query.length, 0, CLIENT_LOW + (next % NETWORKS << 8));
    if (next % BATCH == 0) {
      path.flush();
    }
    if (written <= 0) {
      throw new IllegalStateException("no answer");
    }
    return written;
  }
}
