package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of a certificate and its account with a CA that others wrote, which validates for real.
 * The limits of a CA are in its table, with what v6cert says of it; docs/certificates.md has the
 * tables for people, and is held to them.
 */
abstract class InteropFixture {

  /** The abilities that each CA is asked for, in the order of a certificate's life. */
  enum Ability {
    DRY_RUN("`obtain --dry-run`"),
    OBTAIN("`obtain`"),
    RENEWAL("`renew`"),
    KEY_TYPES("`--key-type`, all four"),
    TLS_ALPN("`--challenge tls-alpn-01`"),
    ADDRESS("`--ip`"),
    ROLLOVER("`account rollover`"),
    REVOCATION("`revoke`"),
    REVOCATION_BY_KEY("`revoke --by-key`"),
    DEACTIVATION("`account deactivate`"),
    EXTERNAL_ACCOUNT("`--eab-kid`, `--eab-hmac`");

    final String heading;

    Ability(String heading) {
      this.heading = heading;
    }
  }

  /** The CAs. */
  enum Peer {
    PEBBLE("Pebble 2.10.3"),
    STEP_CA("step-ca 0.30.2"),
    CADDY("Caddy 2.6.2 (`acme_server`)"),
    ACME2CERTIFIER("acme2certifier 0.46.3");

    final String heading;

    Peer(String heading) {
      this.heading = heading;
    }
  }

  /**
   * The end of a run that asks a CA for what it cannot do.
   *
   * @param words of the error
   */
  record Refusal(ExitStatus status, List<String> words) {
    Refusal {
      words = List.copyOf(words);
    }
  }

  private static final Refusal NO_ROLLOVER =
      new Refusal(ExitStatus.CONFIGURATION, List.of("has no change of an account's key"));

  /** The abilities that CAs lack. */
  private static final Map<Peer, Map<Ability, Refusal>> REFUSALS =
      Map.of(
          Peer.PEBBLE,
          Map.of(),
          Peer.STEP_CA,
          Map.of(
              Ability.ROLLOVER,
              NO_ROLLOVER,
              // Its open source edition asks for credentials and has no way to make any; of a key
              // id that it does not know it says HTTP status 500.
              Ability.EXTERNAL_ACCOUNT,
              new Refusal(
                  ExitStatus.TEMPORARY,
                  List.of("HTTP status 500", "check --eab-kid and --eab-hmac-file"))),
          Peer.CADDY,
          Map.of(Ability.ROLLOVER, NO_ROLLOVER),
          Peer.ACME2CERTIFIER,
          Map.of(
              Ability.REVOCATION_BY_KEY,
              new Refusal(
                  ExitStatus.REFUSED, List.of("accountDoesNotExist", "leave --by-key out"))));

  static Optional<Refusal> refusal(Peer peer, Ability ability) {
    return Optional.ofNullable(REFUSALS.getOrDefault(peer, Map.of()).get(ability));
  }

  private final Peer peer;

  InteropFixture(Peer peer) {
    this.peer = peer;
  }

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

  /** Starts a CA, which opens accounts only for those that have one elsewhere where it is bound. */
  PeerAuthority start(boolean bound) throws IOException {
    return switch (peer) {
      case PEBBLE -> PeerAuthority.pebble(network, peerHome, bound);
      case STEP_CA -> PeerAuthority.stepCa(network.internet(), peerHome, bound);
      case CADDY -> PeerAuthority.caddy(network.internet(), peerHome);
      case ACME2CERTIFIER -> PeerAuthority.acme2certifier(network.internet(), peerHome, bound);
    };
  }

  Outcome run(PeerAuthority peer, String... words) throws Exception {
    List<String> options = List.of("--ca", peer.directory(), "--ca-root", peer.root().toString());
    return machine.run(options, words);
  }

  private Outcome obtain(PeerAuthority peer, String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--zone"));
    all.add(TestNetwork.ZONE);
    all.addAll(List.of("--email", "me@example.org"));
    all.addAll(List.of(words));
    return run(peer, all.toArray(String[]::new));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  /** Done, or refused as the CA's table says. */
  private void assertAsDeclared(Ability ability, Outcome outcome) {
    Optional<Refusal> refusal = refusal(peer, ability);
    String what = peer + " " + ability + ": " + outcome;
    assertThat(outcome.code())
        .as(what)
        .isEqualTo(refusal.map(Refusal::status).orElse(ExitStatus.DONE).code());
    refusal.ifPresent(it -> assertThat(outcome.err()).as(what).contains(it.words()));
  }

  @Test
  void theLifeOfACertificateIsAsItsTableSays() throws Exception {
    try (PeerAuthority authority = start(false)) {
      assertAsDeclared(Ability.DRY_RUN, obtain(authority, "--dry-run"));
      assertThat(machine.run("list").err()).contains("no certificates");
      assertAsDeclared(Ability.OBTAIN, obtain(authority));
      assertAsDeclared(Ability.RENEWAL, machine.run("renew", "--force"));
      assertAsDeclared(Ability.KEY_TYPES, obtain(authority, "--force", "--key-type", "ec384"));
      assertAsDeclared(
          Ability.TLS_ALPN,
          obtain(authority, "--force", "--challenge", "tls-alpn-01", "--key-type", "rsa2048"));
      assertAsDeclared(
          Ability.ADDRESS,
          obtain(authority, "--ip", "--lineage", "address", "--key-type", "rsa4096"));
      assertThat(run(authority, "account", "show").out()).contains("valid");
      assertAsDeclared(Ability.ROLLOVER, run(authority, "account", "rollover"));
      assertDone(machine.run("renew", "--force", "--lineage", TestNetwork.NAME));
      assertAsDeclared(Ability.REVOCATION, machine.run("revoke", TestNetwork.NAME, "--yes"));
      assertDone(machine.run("renew", "--lineage", TestNetwork.NAME)); // As it is revoked.
      assertAsDeclared(
          Ability.REVOCATION_BY_KEY, machine.run("revoke", TestNetwork.NAME, "--yes", "--by-key"));
      assertAsDeclared(Ability.DEACTIVATION, run(authority, "account", "deactivate", "--yes"));
      assertThat(machine.run("account", "list").err()).contains("no accounts");
    }
  }

  @Test
  void anExternalAccountIsAsItsTableSays() throws Exception {
    try (PeerAuthority authority = start(true)) {
      if (peer != Peer.CADDY) { // It knows no such accounts, and takes no notice of credentials.
        Outcome without = obtain(authority);
        assertThat(without.code()).as(without + "").isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(without.err()).contains("--eab-kid ID and --eab-hmac-file FILE");
      }
      if (peer == Peer.PEBBLE || peer == Peer.ACME2CERTIFIER) {
        Outcome wrong =
            obtain(authority, "--eab-kid", "other", "--eab-hmac", PeerAuthority.HMAC_KEY);
        assertThat(wrong.code()).as(wrong + "").isEqualTo(ExitStatus.REFUSED.code());
        assertThat(wrong.err().lines().toList().getLast()).contains("--eab-kid", "--eab-hmac");
      }
      Outcome right =
          obtain(
              authority, "--eab-kid", PeerAuthority.KEY_ID, "--eab-hmac", PeerAuthority.HMAC_KEY);
      assertAsDeclared(Ability.EXTERNAL_ACCOUNT, right);
    }
  }
}
