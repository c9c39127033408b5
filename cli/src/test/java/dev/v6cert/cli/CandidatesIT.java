package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The behaviour of obtain at a limit of the CA, against a CA that reports one. */
class CandidatesIT {

  private static final int TEMPORARY = 75;
  private static final int REFUSED = 76;

  @TempDir Path home;
  private FakeAuthority fake;
  private V6cert machine;
  private int port;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
    machine = V6cert.here(home);
    port = Pebble.freePort();
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private void limits(int orders) {
    for (int i = 0; i < orders; i++) {
      fake.next("/new-order", Answer.problem(429, "rateLimited", Map.of("Retry-After", "7200")));
    }
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--no-dns-check"));
    all.addAll(List.of("--http-address", "::1", "--http-port", port + ""));
    all.addAll(List.of("--ca", fake.directory() + "", "--ca-root", home.resolve("root.pem") + ""));
    if (machine.run("addresses").code() != 0) {
      all.addAll(List.of("--address", "2a01:4f8:c17:b8f::2")); // Taken at its word.
    }
    all.addAll(List.of(words));
    return machine.run(all.toArray(String[]::new));
  }

  private long orders() {
    return fake.count("/new-order");
  }

  private String names() throws Exception {
    return machine.run("list").out();
  }

  @Test
  void the_first_zone_is_taken_while_there_is_no_limit() throws Exception {
    assertThat(obtain().code()).isZero();
    assertThat(names()).contains(".sslip.io").doesNotContain("nip.io");
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void a_limit_leads_to_the_next_zone_and_that_is_said() throws Exception {
    limits(1);

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(outcome.err())
        .contains("a limit of the CA is reached")
        .containsPattern("trying .*nip.io");
    assertThat(names()).contains(".nip.io").doesNotContain("sslip.io");
    assertThat(orders()).isEqualTo(2);
  }

  @Test
  void what_was_obtained_further_down_is_kept() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    Outcome again = obtain();

    assertThat(again.code()).as(again.toString()).isZero();
    assertThat(again.err())
        .containsPattern("kept the certificate for .*nip.io, which is still good; --force")
        .doesNotContain("as it was", "as they were");
    assertThat(orders()).isEqualTo(2);
  }

  @Test
  void what_was_asked_for_as_such_is_not_kept_in_place_of_the_name() throws Exception {
    assertThat(obtain("--ip").code()).isZero();
    assertThat(obtain("--zone", "nip.io").code()).isZero();

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("ip-", ".nip.io", ".sslip.io");
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void a_zone_whose_limit_is_known_is_not_asked_for_again() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    Outcome forced = obtain("--force");

    assertThat(forced.code()).as(forced.toString()).isZero();
    assertThat(forced.err()).contains("takes no order before");
    assertThat(orders()).isEqualTo(3);
    assertThat(names()).doesNotContain("sslip.io");
  }

  @Test
  void a_renewal_stays_with_what_the_lineage_has() throws Exception {
    limits(1);
    assertThat(obtain().code()).isZero();

    assertThat(machine.run("renew", "--force").code()).isZero();

    assertThat(names()).contains(".nip.io").doesNotContain("sslip.io");
    assertThat(fake.requests().getLast()).doesNotContain("sslip");
  }

  @Test
  void the_last_step_is_the_address_itself() throws Exception {
    limits(2);

    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("ip-").doesNotContain(".io");
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void at_the_end_of_the_ladder_it_is_a_failure_and_nothing_is_installed() throws Exception {
    limits(3);

    Outcome outcome = obtain();

    assertThat(outcome.code()).isEqualTo(TEMPORARY);
    assertThat(names()).isEmpty();
    assertThat(orders()).isEqualTo(3);
  }

  @Test
  void zones_that_were_typed_are_all_that_is_tried_under_one_name() throws Exception {
    limits(1);
    Outcome outcome = obtain("--zone", "a.test", "--zone", "b.test", "--lineage", "web");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    assertThat(names()).contains("web ", ".b.test").doesNotContain("a.test");

    limits(2);
    assertThat(obtain("--zone", "c.test", "--zone", "d.test").code()).isEqualTo(TEMPORARY);

    assertThat(names()).doesNotContain("ip-", "c.test", "d.test");
  }

  @Test
  void another_refusal_is_no_reason_to_go_on() throws Exception {
    fake.next("/new-order", Answer.problem(400, "rejectedIdentifier", Map.of()));

    assertThat(obtain().code()).isEqualTo(REFUSED);

    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void an_authority_that_wants_to_be_left_alone_altogether_is_asked_for_no_other_name()
      throws Exception {
    fake.next("/new-order", Answer.html(503, Map.of("Retry-After", "7200")));
    assertThat(obtain().code()).isEqualTo(TEMPORARY);

    Outcome again = obtain();

    assertThat(again.code()).as(again.toString()).isEqualTo(TEMPORARY);
    assertThat(again.err())
        .contains("takes no order before", "last asked for anything")
        .doesNotContain("trying");
    assertThat(orders()).isEqualTo(1);
  }

  @Test
  void a_rehearsal_stays_on_the_first_step() throws Exception {
    limits(1);

    assertThat(obtain("--dry-run").code()).isEqualTo(TEMPORARY);

    assertThat(orders()).isEqualTo(1);
  }
}
