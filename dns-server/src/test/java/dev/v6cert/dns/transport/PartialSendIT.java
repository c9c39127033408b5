package dev.v6cert.dns.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.testing.NetworkNamespace;
import dev.v6cert.testing.Program;
import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A batch of replies some of which the kernel refuses to send, as it does where a firewall drops
 * what leaves: {@code sendmmsg} then ends early, with the number of those before.
 */
class PartialSendIT {
  private static final String BARRED = "127.0.0.2";

  @ParameterizedTest
  @EnumSource(names = {"BATCHED", "NIO"})
  void losesNoOtherReply(DatagramIo io) throws IOException {
    assumeTrue(io.isSupported(), io + " does not work on this machine");
    Program.find("nft", "nftables");
    try (NetworkNamespace machine = NetworkNamespace.create()) {
      machine.run("nft", "add table ip test");
      machine.run("nft", "add chain ip test out { type filter hook output priority 0; }");
      machine.run("nft", "add rule ip test out ip daddr " + BARRED + " drop");

      assertThat(machine.runJava(RefusedReplies.class, io.name(), BARRED).strip())
          .isEqualTo("welcome 9 of 9, barred 0");
    }
  }
}
