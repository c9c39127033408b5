package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.ipv6.IpFamily;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Wildcards on the machine of {@link FamilyDroppedIT}: the authority's resolver speaks both
 * families, and its queries over IPv6 are lost on the way.
 */
class WildcardFamilyDroppedIT {

  @RegisterExtension
  static final RunningNetwork network =
      new RunningNetwork(
          pebble -> pebble.dnsServer(FamilyDroppedIT.INTERNET + ":" + RunningResolver.PORT),
          FamilyDroppedIT::join,
          FamilyDroppedIT.INTERNET);

  private static @Nullable RunningResolver resolver;

  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeAll
  static void startTheResolverAndDropItsQueries() throws IOException {
    resolver =
        RunningResolver.start(
            network.internet(),
            network.home(),
            FamilyDroppedIT.INTERNET,
            EnumSet.allOf(IpFamily.class));
    network
        .internet()
        .run(
            "nft",
            "table inet way { chain out { type filter hook output priority 0;"
                + " meta nfproto ipv6 meta l4proto { tcp, udp } th dport 53 drop; }; }");
  }

  @AfterAll
  static void stopTheResolver() {
    if (resolver != null) {
      resolver.close();
    }
  }

  @BeforeEach
  void home(@TempDir Path home) {
    machine = network.machine(home);
  }

  private Outcome obtain(String... more) throws Exception {
    String[] words =
        Stream.concat(Stream.of("obtain", "--wildcard"), Stream.of(more)).toArray(String[]::new);
    return machine.run(network.options(), words);
  }

  @Test
  void leadsToTheIpv4NameAndItsWildcard() throws Exception {
    Outcome outcome = obtain();

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.DONE.code());
    assertThat(outcome.err().lines().filter(line -> line.startsWith("warning: the CA could not")))
        .singleElement()
        .asString()
        .contains("no DNS query for the record reached port 53 here", "; trying 9.9.9.7 on eth0");
    assertThat(outcome.out()).endsWith("https://" + FamilyDroppedIT.IPV4_NAME + "/\n");

    Outcome renewal = machine.run("renew", "--force");

    assertThat(renewal.code()).as(renewal.toString()).isEqualTo(ExitStatus.DONE.code());
    assertThat(renewal.err()).contains("*." + FamilyDroppedIT.IPV4_NAME + " validated");
  }

  @Test
  void aFamilyThatWasChosenStays() throws Exception {
    Outcome outcome = obtain("--family", "ipv6");

    assertThat(outcome.code()).as(outcome.toString()).isEqualTo(ExitStatus.REFUSED.code());
    assertThat(outcome.err())
        .contains("open UDP and TCP port 53 for IPv6 in the router")
        .doesNotContain("trying");
  }
}
