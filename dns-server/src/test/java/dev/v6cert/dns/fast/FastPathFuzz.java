package dev.v6cert.dns.fast;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.HandlerFixture;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Any octets as a packet: the fast path says what the general one says, or declines. */
class FastPathFuzz {
  private static final HandlerFixture FIXTURE = new HandlerFixture(builder -> builder);
  private static final BothPaths PATHS = new BothPaths(FIXTURE.handler());

  static Stream<byte[]> seeds() {
    PacketGenerator packets = new PacketGenerator(new Random(1), FIXTURE);
    return Stream.generate(packets::next).limit(500);
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "2h")
  void agreesWithTheGeneralPath(byte[] packet) {
    PATHS.agreeOn(packet, () -> "fuzzed");
  }
}
