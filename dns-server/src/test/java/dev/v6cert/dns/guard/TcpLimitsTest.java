package dev.v6cert.dns.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TcpLimitsTest {
  private static final int MOST_SOCKETS = 100_000_000;

  @Test
  void leavesDescriptorsForItsOwnSockets() {
    int without = TcpLimits.capacity(0).byDescriptors();
    assertThat(TcpLimits.capacity(without / 2).byDescriptors()).isEqualTo(without - without / 2);
  }

  /** With 40 the metrics endpoint had no descriptor left at {@code ulimit -n 256}. */
  @Test
  void leavesEightyDescriptorsForAllElse() throws IOException {
    String limits = Files.readString(Path.of("/proc/self/limits"));
    long open = Long.parseLong(limits.replaceFirst("(?s).*Max open files +(\\d+).*", "$1"));
    assertThat(TcpLimits.capacity(0).byDescriptors()).isEqualTo((int) (open - 80));
  }

  @Test
  void servesSomeConnectionsInAnyCase() {
    assertThat(TcpLimits.capacity(MOST_SOCKETS).connections()).isEqualTo(8);
    assertThat(TcpLimits.ofThisProcess(MOST_SOCKETS).connections()).isEqualTo(8);
    assertThat(TcpLimits.ofThisProcess(MOST_SOCKETS).connectionsPerNetwork()).isEqualTo(2);
  }

  @Test
  void holdsNoMoreThanAQuarterOfTheHeap() {
    long heap = Runtime.getRuntime().maxMemory();
    TcpLimits limits = TcpLimits.ofThisProcess(1);
    assertThat(limits.pendingOctets()).isEqualTo(heap / 8);
    assertThat(limits.connections()).isLessThanOrEqualTo(TcpLimits.capacity(1).byHeap());
    assertThat(1536L * TcpLimits.capacity(1).byHeap()).isLessThanOrEqualTo(heap / 8);
  }

  @Test
  void givesANetworkAQuarterUnlessToldOtherwise() {
    TcpLimits limits = TcpLimits.ofThisProcess(1).withConnections(100);
    assertThat(limits.connectionsPerNetwork()).isEqualTo(25);
    assertThat(limits.withConnectionsPerNetwork(60).connections()).isEqualTo(100);
    assertThat(limits.withConnectionsPerNetwork(60).connectionsPerNetwork()).isEqualTo(60);
  }
}
