package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The whole mission on real parts: from an address to a certificate, and to the next one. */
class MissionIT {

  @Nested
  class ACertificateOfOrdinaryLifetime {

    @RegisterExtension static final RunningNetwork network = new RunningNetwork();

    @Test
    void isObtainedThroughOurDnsServerAndOurResponder(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);

      Outcome outcome = machine.run(network.options(), "obtain");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(outcome.err())
          .contains("address " + TestNetwork.ADDRESS + " on eth0")
          .contains("the DNS leads " + TestNetwork.NAME + " here")
          .contains("on [" + TestNetwork.ADDRESS + "]:80")
          .contains("[" + TestNetwork.INTERNET + "]")
          .contains("asked for our token: answered");
      Path live = machine.state().resolve("live").resolve(TestNetwork.NAME);
      assertThat(outcome.out()).contains(live.resolve("fullchain.pem").toString());
      verify(live);
      assertThat(text(live)).contains("DNS:" + TestNetwork.NAME);
      assertThat(permissions(live.resolve("privkey.pem"))).isEqualTo("rw-------");
      assertThat(permissions(machine.state())).isEqualTo("rwx------");
    }

    @Test
    void needsNoManagementBeans(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      Path log = home.resolve("classes.log");
      List<String> obtain = new ArrayList<>(List.of("obtain"));
      obtain.addAll(network.options());
      List<String> options = List.of("-Xlog:class+load:file=" + log + "::filecount=0");

      Outcome outcome = machine.run(machine.process(options, obtain));

      assertThat(outcome.code()).as(outcome.toString()).isZero();

      assertThat(Files.readString(log))
          .contains(" org.xnio.nio.NioXnio ")
          .doesNotContain(" sun.management.ManagementFactoryHelper ");
    }

    @Test
    void isKeptWhileItIsGood(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      String serial = obtain(machine);

      Outcome again = machine.run(network.options(), "obtain");

      assertThat(again.code()).isZero();
      assertThat(again.err()).contains("still good").doesNotContain("order");
      assertThat(serial(machine)).isEqualTo(serial);

      List<String> options = new ArrayList<>(network.options());
      options.set(options.indexOf("--ca-root") + 1, home.resolve("absent.pem").toString());
      Outcome mistyped = machine.run(options, "obtain");
      assertThat(mistyped.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(mistyped.err()).contains("absent.pem").contains("there is no such file");
    }

    @Test
    void isLeftAloneByRenewWithoutAHeavyClass(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      String serial = obtain(machine);

      assertThat(machine.loadedClasses("renew"))
          .contains("dev.v6cert.acme.renew.Renewer")
          .filteredOn(LightCommandsIT::isHeavy)
          .isEmpty();
      assertThat(machine.loadedClasses("list")).filteredOn(LightCommandsIT::isHeavy).isEmpty();
      assertThat(machine.loadedClasses("show", TestNetwork.NAME))
          .filteredOn(LightCommandsIT::isHeavy)
          .isEmpty();
      Outcome renew = machine.run("renew");
      assertThat(renew.code()).isZero();
      assertThat(renew.err()).contains("is not due before");
      assertThat(machine.run("renew", "--quiet")).isEqualTo(new Outcome("", "", 0));
      assertThat(serial(machine)).isEqualTo(serial);
    }

    @Test
    void makesRenewTouchNoNetwork(@TempDir Path home) throws Exception {
      Assumptions.assumeTrue(
          Files.isExecutable(Path.of("/usr/bin/strace")), "there is no /usr/bin/strace");
      V6cert machine = network.machine(home);
      obtain(machine);
      ProcessBuilder renew = machine.process(List.of(), List.of("renew"));
      Path trace = home.resolve("trace.txt");
      int java = renew.command().indexOf(javaBinary(renew.command()));
      renew
          .command()
          .addAll(java, List.of("strace", "-f", "-e", "trace=network", "-o", trace.toString()));

      Outcome outcome = machine.run(renew);

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      // The JDK tries out whether there are sockets when it first opens a file; it uses none.
      assertThat(Files.readString(trace))
          .contains("exited with 0")
          .doesNotContainPattern("(bind|connect|sendto|sendmsg|sendmmsg|recvfrom)[(].*AF_INET");
    }

    @Test
    void isReplacedByRenewForce(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      String serial = obtain(machine);

      Outcome outcome = machine.run("renew", "--force");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(serial(machine)).isNotEqualTo(serial);
      verify(machine.state().resolve("live").resolve(TestNetwork.NAME));
    }

    @Test
    void isNotInstalledByADryRun(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);

      Outcome outcome = machine.run(network.options(), "obtain", "--dry-run");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(machine.run("list").err()).contains("no certificates");
    }

    @Test
    void mayBeForSeveralNamesAndTheAddress(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);

      Outcome outcome =
          machine.run(
              network.options(),
              "obtain",
              "--domain",
              "www." + TestNetwork.NAME,
              "--ip",
              "--lineage",
              "web",
              "--key-type",
              "rsa2048",
              "--json");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      Path live = machine.state().resolve("live/web");
      assertThat(text(live))
          .contains("DNS:" + TestNetwork.NAME)
          .contains("DNS:www." + TestNetwork.NAME)
          .contains("IP Address:2A01:4F8:C17:B8F:0:0:0:2")
          .contains("2048 bit");
      assertThat(outcome.out()).contains("\"lineage\": \"web\"").contains("\"schema\": 1");
    }

    @Test
    void keepsItsKeyAndWhoMayReadItWhenItIsRenewed(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      String group = network.namespace().run("id", "-gn").strip();

      Outcome outcome =
          machine.run(
              network.options(),
              "obtain",
              "--key-type",
              "ec384",
              "--reuse-key",
              "--key-group",
              group,
              "--key-mode",
              "0440");

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      Path key = machine.state().resolve("live").resolve(TestNetwork.NAME).resolve("privkey.pem");
      String first = Files.readString(key);
      String serial = serial(machine);
      assertThat(machine.run("renew", "--force").code()).isZero();
      assertThat(serial(machine)).isNotEqualTo(serial);
      assertThat(Files.readString(key)).isEqualTo(first);
      assertThat(permissions(key)).isEqualTo("r--r-----");
      assertThat(permissions(machine.state())).isEqualTo("rwx--x--x");
      assertThat(machine.run("show", TestNetwork.NAME).out())
          .contains("ec384, kept by renewals, readable by the group " + group);
    }

    @Test
    void isGivenToTheDeployHook(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      Path seen = home.resolve("seen.txt");
      String hook = "echo \"$RENEWED_DOMAINS in $RENEWED_LINEAGE\" >> " + seen;

      Outcome outcome = machine.run(network.options(), "obtain", "--deploy-hook", hook);

      assertThat(outcome.code()).as(outcome.toString()).isZero();
      assertThat(Files.readString(seen))
          .isEqualTo(
              TestNetwork.NAME
                  + " in "
                  + machine.state().resolve("live").resolve(TestNetwork.NAME)
                  + "\n");
      assertThat(machine.run("renew", "--force").code()).isZero();
      assertThat(Files.readAllLines(seen)).hasSize(2);
    }

    private String obtain(V6cert machine) throws Exception {
      Outcome outcome = machine.run(network.options(), "obtain");
      assertThat(outcome.code()).as(outcome.toString()).isZero();
      return serial(machine);
    }

    private void verify(Path live) throws IOException {
      assertThat(
              run(
                  "openssl",
                  "verify",
                  "-CAfile",
                  network.pebble().issuingRoot().toString(),
                  "-untrusted",
                  live.resolve("chain.pem").toString(),
                  live.resolve("cert.pem").toString()))
          .endsWith(": OK\n");
    }
  }

  @Nested
  class ACertificateThatLivesForSeconds {

    private static final Duration LIFETIME = Duration.ofSeconds(20);
    private static final Duration LIMIT = LIFETIME.multipliedBy(2);

    @RegisterExtension
    static final RunningNetwork network =
        new RunningNetwork(settings -> settings.lifetime(LIFETIME));

    @Test
    void isRenewedByItselfWhenItIsDue(@TempDir Path home) throws Exception {
      V6cert machine = network.machine(home);
      assertThat(machine.run(network.options(), "obtain").code()).isZero();
      String serial = serial(machine);
      assertThat(machine.run("renew").err()).contains("is not due before");

      long start = System.nanoTime();
      Outcome renew;
      do {
        renew = machine.run("renew");
        assertThat(renew.code()).as(renew.toString()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
            .as(renew + machine.run("list", "--json").out())
            .isLessThan(LIMIT);
      } while (!renew.out().contains(" renewed, "));

      assertThat(serial(machine)).isNotEqualTo(serial);
    }
  }

  private static String javaBinary(List<String> command) {
    return command.stream().filter(word -> word.endsWith("/java")).findFirst().orElseThrow();
  }

  private static String serial(V6cert machine) throws IOException {
    Path live = machine.state().resolve("live").resolve(TestNetwork.NAME);
    return run("openssl", "x509", "-noout", "-serial", "-in", live.resolve("cert.pem") + "");
  }

  private static String text(Path live) throws IOException {
    return run("openssl", "x509", "-noout", "-text", "-in", live.resolve("cert.pem").toString());
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
