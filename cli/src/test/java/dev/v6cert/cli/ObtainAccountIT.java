package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FakeAuthority.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Accounts with a CA that has lost them, or answers oddly. */
class ObtainAccountIT extends ObtainFixture {

  @Test
  void anAccountThatGotLostIsOpenedAnewByATimer() throws Exception {
    assertDone(obtainOnSomePort());
    try (Stream<Path> tree = Files.walk(program.state().resolve("accounts"))) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
    long accounts = fake.count("/new-account");

    assertDone(program.run("renew", "--force"));

    assertThat(fake.count("/new-account")).isGreaterThan(accounts);
  }

  private Outcome account(String action) throws Exception {
    return program.run(authority(), "account", action);
  }

  @Test
  void anAccountWhoseContactIsNullIsShownWithoutAny() throws Exception {
    assertDone(obtainOnSomePort());
    fake.next("/account/1", Answer.json(200, "{\"status\":\"valid\",\"contact\":[null]}"));

    Outcome shown = account("show");

    assertDone(shown);
    assertThat(shown.out()).contains("valid").doesNotContain("contact");
  }

  @Test
  void anAccountWhoseKeyTheCaCannotChangeIsToldForGoodAndKeepsItsKey() throws Exception {
    assertDone(obtainOnSomePort());
    String base = fake.directory().resolve("/").toString();
    Answer directory =
        Answer.json(
            200,
            "{\"newNonce\":\"%1$snew-nonce\",\"newAccount\":\"%1$snew-account\",\"newOrder\":\"%1$snew-order\",\"keyChange\":\"%1$skey-change\"}"
                .formatted(base));
    fake.next("/directory", directory, directory, directory);
    fake.next("/key-change", Answer.html(501, Map.of()));

    Outcome refused = account("rollover");

    assertThat(refused.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    assertThat(refused.err())
        .contains("has no change of an account's key")
        .doesNotContain("try again");
    try (Stream<Path> tree = Files.walk(program.state())) {
      assertThat(tree).noneMatch(file -> file.endsWith("privkey.next.pem"));
    }
    assertThat(fake.count("/key-change")).isEqualTo(1);
  }

  @Test
  void anAccountThatWantsAnAddressToWriteToNamesItsOption() throws Exception {
    Answer answer = Answer.problem(400, "invalidContact", Map.of());
    fake.next("/new-account", answer);

    Outcome outcome = obtainOnSomePort();

    assertThat(outcome.code()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(outcome.err().lines().toList().getLast()).contains("--email MAIL");
  }
}
