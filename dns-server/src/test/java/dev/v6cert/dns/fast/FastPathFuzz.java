package dev.v6cert.dns.fast;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.v6cert.dns.HandlerFixture;

/** Any octets as a packet: the fast path says what the general one says, or declines. */
class FastPathFuzz {
  private static final BothPaths PATHS =
      new BothPaths(new HandlerFixture(builder -> builder).handler());

  @FuzzTest(maxDuration = "2h")
  void agreesWithTheGeneralPath(byte[] packet) {
    PATHS.agreeOn(packet, () -> "fuzzed");
  }
}
