package dev.v6cert.dns.fast;

import dev.v6cert.ipv6.name.MagicNameParser;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The grammar of magic names: all addresses of one relative name. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NameGrammarBenchmark {
  /** The name; the last ones are the worst that were found, as long as a name can be. */
  @Param({
    "2001-db8-0-0-0-1a2b-3c4d-1",
    "2001-db8--1",
    "20010db800000000000000001a2b3c4d",
    "2001.db8.0.0.0.0.0.1",
    "192-0-2-1",
    "www.192.0.2.1.app",
    "c0000201",
    "www.service",
    "1-* 62",
    "--1-* 61",
    "1.* 120"
  })
  private String name = "";

  private final MagicNameParser parser = new MagicNameParser();
  private byte[] octets = {};

  /** Repeats what stands before a star. */
  @Setup
  public void prepare() {
    int star = name.indexOf('*');
    String whole =
        star < 0
            ? name
            : name.substring(0, star).repeat(Integer.parseInt(name.substring(star + 2)));
    octets = whole.getBytes(StandardCharsets.US_ASCII);
  }

  /** Both families. */
  @Benchmark
  public boolean parse() {
    parser.parse(octets, 0, octets.length);
    return parser.hasIpv6() != parser.hasIpv4();
  }
}
