package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.testing.ChildJvm;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Issuances one after the other: {@code -Dv6cert.issuances=1000} for the figures of the docs, with
 * the memory of a server in a process of its own.
 */
class ManyIssuancesIT {

  private static final int COUNT = Integer.getInteger("v6cert.issuances", 20);

  /** Those of one account that are kept. */
  private static final int KEPT = 200;

  @RegisterExtension static final RunningLocalAcmeServer running = new RunningLocalAcmeServer();

  @Test
  void allSucceedWithoutGrowth() throws Exception {
    AcmePeer peer = running.peer();
    Set<String> serials = new HashSet<>();
    long start = System.nanoTime();
    for (int i = 0; i < COUNT; i++) {
      List<X509Certificate> chain = running.issue(peer, "n" + i + ".lan.test");
      serials.add(chain.getFirst().getSerialNumber().toString());
    }
    Duration time = Duration.ofNanos(System.nanoTime() - start);

    assertThat(serials).hasSize(COUNT);
    assertThat(running.events).noneMatch(ServerEvent.Fault.class::isInstance);
    try (Stream<Path> files =
        Files.list(running.directory().localAuthority().resolve("acme/orders"))) {
      assertThat(files).as(COUNT + " in " + time).hasSize(Math.min(COUNT, KEPT));
    }
    System.getLogger(ManyIssuancesIT.class.getName())
        .log(System.Logger.Level.INFO, COUNT + " certificates in " + time.toMillis() + " ms");
  }

  @Test
  @EnabledIfSystemProperty(named = "v6cert.issuances", matches = "[0-9]{4,}")
  void leaveTheServersMemoryAsItWas(@TempDir Path home) throws Exception {
    StateDirectory state = new StateDirectory(home.resolve("state"));
    X509Certificate root;
    try (StateLock lock = StateLock.acquire(state)) {
      root =
          new LocalAuthorityStore(state)
              .create(lock, "me@here", NameConstraints.in(List.of()), Instant.now())
              .root();
    }
    int port = FreePorts.next();
    Process server =
        new ProcessBuilder(
                ChildJvm.command(
                    List.of("-Xmx64m"),
                    ChildServer.class,
                    state.root() + "",
                    port + "",
                    running.webPort() + ""))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Long> live = new ArrayList<>();
    List<String> resident = new ArrayList<>();
    try {
      assertThat(server.inputReader(StandardCharsets.US_ASCII).readLine())
          .isEqualTo(ChildServer.READY);
      AcmePeer peer = new AcmePeer("https://127.0.0.1:" + port, root);
      assertThat(peer.open(Optional.empty()).status()).isEqualTo(201);
      for (int i = 1; i <= COUNT; i++) {
        assertThat(running.issue(peer, "n" + i + ".lan.test")).hasSize(2);
        if (i % KEPT == 0) {
          live.add(live(server));
          resident.add(resident(server));
        }
      }
    } finally {
      server.destroyForcibly().waitFor();
    }
    System.getLogger(ManyIssuancesIT.class.getName())
        .log(System.Logger.Level.INFO, "live octets " + live + ", resident " + resident);
    // The first has all orders that are kept of an account.
    assertThat(live.getLast()).isLessThan(live.getFirst() * 11 / 10);
  }

  /** The octets that objects take after a collection. */
  private static long live(Process server) throws Exception {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(server.pid()),
                "GC.class_histogram")
            .start();
    List<String> lines = jcmd.inputReader(StandardCharsets.US_ASCII).readAllLines();
    return Long.parseLong(lines.getLast().strip().split(" +", -1)[2]);
  }

  private static String resident(Process server) throws IOException {
    return Files.readAllLines(Path.of("/proc", Long.toString(server.pid()), "status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .map(line -> line.substring("VmRSS:".length()).strip())
        .findFirst()
        .orElseThrow();
  }
}
