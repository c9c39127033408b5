package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of a certificate and its account with CAs that others wrote, which validate for real.
 */
class InteropIT {

  @RegisterExtension static final RunningNetwork network = new RunningNetwork();

  @TempDir Path home;
  @TempDir Path peerHome;
  private V6cert machine;

  @BeforeAll
  static void make() throws IOException {
    Path resolver = network.home().resolve("resolv.conf");
    network.internet().run("mount", "--bind", resolver.toString(), "/etc/resolv.conf");
  }

  @BeforeEach
  void home() {
    machine = network.machine(home);
  }

  private Outcome run(PeerAuthority peer, String... words) throws Exception {
    List<String> options = List.of("--ca", peer.directory(), "--ca-root", peer.root().toString());
    return machine.run(options, words);
  }

  private void obtain(PeerAuthority peer, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--zone"));
    all.add(TestNetwork.ZONE);
    all.addAll(List.of(words));
    assertDone(run(peer, all.toArray(String[]::new)));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @Test
  void caddy() throws Exception {
    try (PeerAuthority caddy = PeerAuthority.caddy(network.internet(), peerHome)) {
      obtain(caddy, "--dry-run");
      obtain(caddy);
      assertDone(machine.run("renew", "--force"));
      obtain(caddy, "--force", "--key-type", "rsa2048");
      obtain(caddy, "--force", "--challenge", "tls-alpn-01", "--ip");
      assertThat(run(caddy, "account", "show").out()).contains("valid");
      Outcome rollover = run(caddy, "account", "rollover");
      assertThat(rollover.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(rollover.err()).contains("has no change of an account's key");
      assertDone(machine.run("revoke", TestNetwork.NAME, "--yes"));
      assertDone(run(caddy, "account", "deactivate", "--yes"));
    }
  }

  @Test
  void stepCa() throws Exception {
    try (PeerAuthority peer = PeerAuthority.stepCa(network.internet(), peerHome)) {
      obtain(peer, "--dry-run");
      obtain(peer);
      assertDone(machine.run("renew", "--force"));
      obtain(peer, "--force", "--key-type", "rsa2048");
      obtain(peer, "--force", "--challenge", "tls-alpn-01", "--ip");
      assertThat(run(peer, "account", "show").out()).contains("valid");
      assertDone(machine.run("revoke", TestNetwork.NAME, "--yes"));
      assertDone(run(peer, "account", "deactivate", "--yes"));
    }
  }

  @Test
  void acme2certifier() throws Exception {
    try (PeerAuthority peer = PeerAuthority.acme2certifier(network.internet(), peerHome)) {
      Outcome bare = run(peer, "obtain", "--agree-tos", "--zone", TestNetwork.ZONE);
      assertThat(bare.code()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(bare.err().lines().toList().getLast()).contains("--email MAIL");
      obtain(peer, "--email", "me@example.org", "--dry-run");
      obtain(peer, "--email", "me@example.org");
      Path live = machine.state().resolve("live").resolve(TestNetwork.NAME);
      assertThat(live.resolve("fullchain.pem")).exists();
      assertDone(machine.run("renew", "--force"));
      assertDone(run(peer, "account", "show"));
      assertDone(machine.run("revoke", TestNetwork.NAME, "--yes"));
      assertThat(Files.isDirectory(live)).isTrue();
    }
  }
}
