package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Certificates obtained from a CA that agrees to all, and the messages about them. */
class ObtainIT extends ObtainFixture {

  @Nested
  class AKeptCertificate {

    private String stored() {
      return read(program.state().resolve("renewal").resolve(NAME + ".properties"));
    }

    @Test
    void isRenewedAtThePortThatWasTypedLast() throws Exception {
      assertDone(obtainOnSomePort());
      String port = FreePorts.next() + "";

      Outcome again = obtain("--http-port", port);

      assertDone(again);
      assertThat(again.err())
          .contains("kept the certificate", "its renewals answer the CA on [::1]:" + port)
          .doesNotContain("as it was", "as they were");
      assertThat(stored()).contains("responder.port=" + port);
      assertThat(fake.count("/new-order")).isEqualTo(1);
      Outcome renewal = program.run("renew", "--force");
      assertDone(renewal);
      assertThat(fake.count("/new-order")).isEqualTo(2);
    }

    @Test
    void isRenewedByTheWayThatWasTypedLast() throws Exception {
      assertDone(obtainOnSomePort());
      Path webroot = Files.createDirectory(home.resolve("www"));

      Outcome again = obtain("--webroot", webroot.toString());

      assertDone(again);
      assertThat(again.err()).contains("its renewals answer the CA with files in " + webroot);
      assertThat(stored()).contains("webroot=" + webroot).doesNotContain("http-address");
      assertDone(program.run("renew", "--force"));

      Outcome third = obtain("--challenge", "tls-alpn-01", "--tls-port", FreePorts.next() + "");

      assertDone(third);
      assertThat(third.err()).contains("(tls-alpn-01)");
      assertThat(stored()).contains("challenge=tls-alpn-01").doesNotContain("webroot");
    }

    /** The options by which renewals are answered, and what is then stored and said of it. */
    static Stream<Arguments> ways() {
      return Stream.of(
          Arguments.of(List.of("--http-port", "8079"), "responder.port=8079", "8079"),
          Arguments.of(
              List.of("--http-address", "::1"), "responder.address=0:0:0:0:0:0:0:1", "[::1]:80"),
          Arguments.of(List.of("--challenge", "tls-alpn-01"), "tls-alpn-01", "(tls-alpn-01)"),
          Arguments.of(List.of("--webroot", "/"), "webroot=/", "with files in /"));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void isRenewedByOneOptionThatWasTypedAlone(List<String> words, String stored, String said)
        throws Exception {
      String port = FreePorts.next() + "";
      assertDone(obtain(List.of("--http-address", "127.0.0.1", "--http-port", port)));
      assertThat(stored().replace("\\", "")).doesNotContain(stored);

      Outcome again = obtain(words);

      assertDone(again);
      assertThat(again.err())
          .containsPattern("its renewals answer the CA .*" + Pattern.quote(said))
          .doesNotContain("as it was", "as they were");
      assertThat(stored().replace("\\", "")).contains(stored);
      assertThat(fake.count("/new-order")).isEqualTo(1);
    }

    @Test
    void staysAsItIsWhereNothingOfThatIsTyped() throws Exception {
      assertDone(obtainOnSomePort());
      String before = stored();

      Outcome again = obtain(List.of());

      assertDone(again);

      assertThat(again.err()).doesNotContain("renewals answer", "as it was", "as they were");
      assertThat(stored()).isEqualTo(before);
    }

    @Test
    void namesTheOptionsThatItDoesNotTakeOver() throws Exception {
      assertDone(obtainOnSomePort());

      Outcome again = obtain("--reuse-key", "--key-mode", "0400");

      assertDone(again);
      assertThat(again.err())
          .contains(
              "--reuse-key, --key-mode stay as they were when it was obtained; add --force for a"
                  + " new certificate with what is given now");
      assertThat(fake.count("/new-order")).isEqualTo(1);
    }

    @Test
    void saysNothingOfOptionsThatAreTheSame() throws Exception {
      assertDone(obtainOnSomePort("--reuse-key"));

      Outcome again = obtainOnSomePort("--reuse-key");

      assertDone(again);
      assertThat(again.err()).doesNotContain("as it was", "as they were");
    }
  }

  @Nested
  class TheLastLine {

    @Test
    void isTheAddressToOpenAlsoBelowAWarning() throws Exception {
      Outcome outcome = obtainOnSomePort("--domain", NAME, "--domain", "b.v6.test");

      assertDone(outcome);
      assertThat(outcome.out().lines().toList().getLast()).isEqualTo("https://a.v6.test/");
      ProcessBuilder both =
          program.process(List.of(), Stream.concat(obtained(), authority().stream()).toList());
      Path all = home.resolve("all.txt");
      Process process = both.redirectErrorStream(true).redirectOutput(all.toFile()).start();
      assertThat(process.waitFor()).isZero();
      List<String> lines = Files.readAllLines(all);
      assertThat(lines.get(lines.size() - 2)).contains("renew");
      assertThat(lines.getLast()).isEqualTo("https://a.v6.test/");
    }

    private static Stream<String> obtained() throws IOException {
      return Stream.of(
          obtaining(List.of("--domain", NAME, "--domain", "b.v6.test", "--http-address", "::1")));
    }

    @Test
    void hasTheAddressInBracketsWhereTheCertificateIsForIt() throws Exception {
      List<String> words = new ArrayList<>(List.of(obtaining(List.of("--http-address", "::1"))));
      words.subList(words.indexOf("--domain"), words.indexOf("--domain") + 2).clear();
      words.addAll(List.of("--ip", "--http-port", FreePorts.next() + ""));

      Outcome outcome = program.run(authority(), words.toArray(String[]::new));

      assertDone(outcome);
      assertThat(outcome.out().lines().toList().getLast()).matches("https://\\[[0-9a-f:]+]/");
    }

    @Test
    void isAMemberOfTheJson() throws Exception {
      Outcome outcome = obtainOnSomePort("--json");

      assertDone(outcome);
      assertThat(outcome.out()).contains("\"url\": \"https://a.v6.test/\"");
    }
  }

  @Test
  void aClockThatIsAYearBehindIsNamed() throws Exception {
    Path root = home.resolve("later.pem");
    try (FakeAuthority later = new FakeAuthority(root, Instant.now().plus(Duration.ofDays(365)))) {
      Outcome outcome =
          program.run(
              List.of("--ca", later.directory() + "", "--ca-root", root + ""),
              obtaining(List.of("--http-address", "::1", "--http-port", FreePorts.next() + "")));

      assertThat(outcome.code()).isEqualTo(ExitStatus.UNAVAILABLE.code());
      assertThat(outcome.err())
          .contains("this machine's clock disagree", "is not valid before", "timedatectl")
          .doesNotContain("--ca-root");
    }
  }
}
