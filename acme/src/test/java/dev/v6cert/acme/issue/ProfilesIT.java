package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.IssuanceEvent;
import dev.v6cert.acme.lineage.Generation;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.testing.RunningPebble;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Profiles of a real Pebble that has some. */
class ProfilesIT {

  private static final Duration SHORT = Duration.ofHours(161);

  @RegisterExtension
  static final RunningPebble pebble =
      new RunningPebble(settings -> settings.profiles("classic", "tlsserver", "shortlived"));

  @TempDir Path state;
  private final List<IssuanceEvent> events = new CopyOnWriteArrayList<>();

  private Lineage issue(Optional<String> profile, String... subjects) throws AcmeFailureException {
    TestClient client = TestClient.of(pebble.running(), state, events::add);
    return client.issue(client.request(subjects).with(profile));
  }

  private AcmeFailure.ProfileNotOffered refusalOf(String profile) {
    AcmeFailureException e =
        catchThrowableOfType(
            AcmeFailureException.class, () -> issue(Optional.of(profile), "a.v6.test"));
    assertThat(e).isNotNull();
    assertThat(e.failure()).isInstanceOf(AcmeFailure.ProfileNotOffered.class);
    return (AcmeFailure.ProfileNotOffered) e.failure();
  }

  private void needProfiles() {
    Assumptions.assumeFalse(
        refusalOf("none-such").offered().isEmpty(),
        "this pebble knows no profiles; version 2.7 and newer do");
  }

  private static Duration lifetime(Lineage lineage) {
    return lineage.generation().map(Generation::lifetime).orElseThrow();
  }

  @Test
  void anAddressAloneGetsTheShortLivedProfileByItself() throws Exception {
    needProfiles();
    Lineage lineage = issue(Optional.empty(), "::1");
    assertThat(lifetime(lineage)).isLessThan(SHORT);
    assertThat(events).contains(new IssuanceEvent.ProfileChosen("shortlived"));
    assertThat(lineage.plan().request().profile()).isEmpty();
  }

  @Test
  void anAddressBesideANameGetsItToo() throws Exception {
    needProfiles();
    Lineage lineage = issue(Optional.empty(), "b.v6.test", "::1");
    assertThat(lifetime(lineage)).isLessThan(SHORT);
    assertThat(lineage.generation().orElseThrow().subjects()).hasSize(2);
  }

  @Test
  void aNameGetsTheProfileAskedFor() throws Exception {
    needProfiles();
    assertThat(lifetime(issue(Optional.of("tlsserver"), "c.v6.test"))).isGreaterThan(SHORT);
    assertThat(lifetime(issue(Optional.of("shortlived"), "c.v6.test"))).isLessThan(SHORT);
    assertThat(events).doesNotHaveAnyElementsOfTypes(IssuanceEvent.ProfileChosen.class);
  }

  @Test
  void aProfileThatIsNotOfferedIsRefusedBeforeAnyOrderOrAccount() throws Exception {
    AcmeFailure.ProfileNotOffered refusal = refusalOf("none-such");
    assertThat(refusal.profile()).isEqualTo("none-such");
    assertThat(events)
        .doesNotHaveAnyElementsOfTypes(
            IssuanceEvent.AccountCreated.class, IssuanceEvent.OrderCreated.class);
    try (Stream<Path> accounts = Files.list(state.resolve("accounts"))) {
      assertThat(accounts).isEmpty();
    }
    needProfiles();
    assertThat(refusal.offered()).contains("classic", "shortlived", "tlsserver");
  }
}
