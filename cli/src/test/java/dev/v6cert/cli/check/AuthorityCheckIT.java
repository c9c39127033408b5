package dev.v6cert.cli.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FakeAuthority;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The findings about a CA that has only IPv4, or listens only there. */
class AuthorityCheckIT {

  @TempDir static Path home;
  static FakeAuthority fake;

  @BeforeAll
  static void start() throws IOException {
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterAll
  static void stop() {
    fake.close();
  }

  private static CertificateAuthority authority(String host) {
    String directory = fake.directory().toString().replace("127.0.0.1", host);
    return CertificateAuthority.of(directory).trusting(home.resolve("root.pem"));
  }

  @Test
  void oneThatAnswersOverIpv4AloneIsAskedThere() {
    List<Finding> findings = AuthorityCheck.of(authority("127.0.0.1"), clock(0)).findings();

    assertThat(findings).extracting(Finding::level).containsOnly(Finding.Level.OK);
    assertThat(findings.getFirst().text()).isEqualTo("127.0.0.1 answers over IPv4");
  }

  @Test
  void oneThatAnswersOverIpv4ThoughItHasIpv6IsAWarning() throws Exception {
    assumeTrue(
        List.of(InetAddress.getAllByName("localhost")).contains(InetAddress.ofLiteral("::1")),
        "localhost has no IPv6 address here");

    Finding finding = AuthorityCheck.of(authority("localhost"), clock(0)).findings().getFirst();

    assertThat(finding.level()).isEqualTo(Finding.Level.WARN);
    assertThat(finding.text())
        .isEqualTo("localhost answers not over IPv6 (Connection refused), over IPv4");
  }

  @Test
  void aClockThatIsOffIsAWarning() {
    List<Finding> findings = AuthorityCheck.of(authority("127.0.0.1"), clock(7200)).findings();

    assertThat(findings.getLast().level()).isEqualTo(Finding.Level.WARN);
    assertThat(findings.getLast().text()).contains("clock is 2h", "ahead of the CA's");
  }

  @Test
  void aCertificateWhoseDatesDoNotGoWithTheClockIsAboutTheClock() throws Exception {
    Path root = home.resolve("later.pem");
    try (FakeAuthority later = new FakeAuthority(root, Instant.now().plus(Duration.ofDays(365)))) {
      Finding finding = AuthorityCheck.of(later.authority(), clock(0)).findings().getFirst();

      assertThat(finding.check()).isEqualTo("clock");
      assertThat(finding.text()).contains("is not valid before", "the clock here says");
      assertThat(finding.fix()).get().asString().contains("timedatectl");
      assertThat(finding.status()).isEqualTo(ExitStatus.UNAVAILABLE);
    }
  }

  private static Clock clock(long seconds) {
    return Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
  }
}
