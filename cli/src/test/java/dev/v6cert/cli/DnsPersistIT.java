package dev.v6cert.cli;

import static dev.v6cert.cli.OwnZone.assertEnded;
import static dev.v6cert.cli.TestNetwork.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names whose owner sets a record that stays, in our own DNS server. Pebble asks it. */
class DnsPersistIT {

  @RegisterExtension
  static final OwnZone ZONE = new OwnZone(_ -> List.of("--ns=ns.own.test=" + ADDRESS));

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void needPebble() throws IOException {
    Pebble.need("dns-persist-01");
  }

  @BeforeEach
  void onTheMachine() throws Exception {
    machine = ZONE.machine(home);
    ZONE.set("");
  }

  private Outcome obtain(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("--challenge=dns-persist-01"));
    all.addAll(List.of(options));
    return ZONE.obtain(machine, all);
  }

  @Test
  void aNameAndItsWildcardAreProvenByTheRecordAndRenewedWhileItStays() throws Exception {
    Outcome first = obtain("--domain=a.own.test", "--wildcard");

    assertEnded(first, ExitStatus.TEMPORARY);
    String record = first.out().strip();
    assertThat(record)
        .matches(
            "_validation-persist\\.a\\.own\\.test\\. TXT \"pebble\\.letsencrypt\\.org;"
                + " accounturi=https://[^;\" ]+; policy=wildcard\"");
    assertThat(first.err()).contains("set: " + record);

    ZONE.set(record + "\n");
    Outcome second = obtain("--domain=a.own.test", "--wildcard");

    assertEnded(second, ExitStatus.DONE);
    assertThat(second.err())
        .contains("*.a.own.test validated", "a.own.test validated")
        .doesNotContain("permits this account");
    Path lineage = machine.state().resolve("renewal/a.own.test.properties");
    assertThat(Files.readString(lineage))
        .contains("format-version=6", "txt.challenge=dns-persist-01", "txt.by=owner");

    long soon = Instant.now().plus(Duration.ofDays(30)).getEpochSecond();
    ZONE.set(record.replace("wildcard\"", "wildcard; persistUntil=" + soon + "\"") + "\n");
    Outcome renewal = machine.run("renew", "--force");

    assertEnded(renewal, ExitStatus.DONE);
    assertThat(renewal.err())
        .contains("_validation-persist.a.own.test permits this account until", "persistUntil");

    ZONE.set("");
    Outcome gone = machine.run("renew", "--force");

    assertThat(gone.code()).as(gone.toString()).isEqualTo(ExitStatus.TEMPORARY.code());
    assertThat(gone.err()).contains(record).doesNotContain("order placed");
  }

  @ParameterizedTest
  @CsvSource({
    "'; policy=wildcard', '', permits no wildcard",
    "'accounturi=https', accounturi=http, permits another account",
    "'wildcard', wildcard; persistUntil=1000000000, has ended",
    "pebble.letsencrypt.org, other.test, does not permit this account yet",
  })
  void aRecordThatDoesNotPermitItIsToldBeforeAnythingIsOrdered(
      String part, String instead, String why) throws Exception {
    String record = obtain("--domain=b.own.test", "--wildcard").out().strip();
    ZONE.set(record.replace(part, instead) + "\n");

    Outcome outcome = obtain("--domain=b.own.test", "--wildcard");

    assertEnded(outcome, ExitStatus.TEMPORARY);
    assertThat(outcome.err()).contains("_validation-persist.b.own.test " + why);
  }

  @ParameterizedTest
  @CsvSource({
    "--challenge=dns-persist-01, is for names of your own",
    "--challenge=dns-persist-01 --wildcard, is for names of your own",
    "--challenge=dns-persist-01 --domain=a.test --dns-hook=true, is of no use with",
    "--challenge=dns-persist-01 --domain=a.test --open-port, is of no use with",
  })
  void optionsThatClashAreRefused(String options, String why) throws Exception {
    Outcome outcome = machine.run(List.of(options.split(" ", -1)), "obtain");

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains(why);
  }

  @Test
  void itIsTakenFromNoFile() throws Exception {
    Path file = Files.writeString(home.resolve("settings"), "challenge=dns-persist-01\n");

    Outcome outcome = machine.run("obtain", "--domain=a.own.test", "--config=" + file);

    assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
    assertThat(outcome.err()).contains("is taken from no file", "type --challenge dns-persist-01");
  }
}
