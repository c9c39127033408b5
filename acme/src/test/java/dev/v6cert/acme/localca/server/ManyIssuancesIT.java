package dev.v6cert.acme.localca.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Issuances one after the other: {@code -Dv6cert.issuances=1000} for the figures of the docs. */
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
}
