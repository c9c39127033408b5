package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Certificates by the machine's own authority: the first, its renewals, another root. */
class LocalCaIT extends LocalCaFixture {

  @Nested
  class TheFirstCertificate {

    @Test
    void isForTheNameOfTheLanAddressAndForThisMachine() throws Exception {
      Outcome outcome = obtain();

      assertThat(outcome.err()).contains("address 192.168.1.10 on eth0", "new local CA");
      assertThat(outcome.out().lines().toList().getLast()).isEqualTo("https://" + NAME + "/");
      assertThat(names(NAME)).containsExactly(NAME, "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
    }

    @Test
    void lastsNinetyDaysAndIsRenewedAtSixty() throws Exception {
      obtain();

      X509Certificate leaf = chain(NAME).getFirst();
      assertThat(Duration.between(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()))
          .isEqualTo(Duration.ofDays(90));
      assertThat(machine.run("show", NAME).out()).contains("(in 59d 2");
    }

    @Test
    void isVerifiedByOpensslWithTheRootThatIsShown() throws Exception {
      obtain();
      Path root = root();

      assertThat(openssl("verify", "-CAfile", root + "", "-untrusted", file("chain"), file("cert")))
          .contains("cert.pem: OK");
      assertThat(Files.readString(machine.state().resolve("local-ca/root.pem")))
          .isEqualTo(Files.readString(root));
    }

    @Test
    void isKeptWhileItIsGood() throws Exception {
      obtain();
      X509Certificate first = chain(NAME).getFirst();

      Outcome again = obtain();

      assertThat(again.err()).contains("kept the certificate").doesNotContain("new local CA");
      assertThat(chain(NAME).getFirst()).isEqualTo(first);
      assertThat(obtain("--force").err()).contains("signing by the CA of this machine");
      assertThat(chain(NAME).getFirst()).isNotEqualTo(first);
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
    }

    @Test
    void isOnlyTriedByADryRun() throws Exception {
      Outcome outcome = obtain("--dry-run");

      assertThat(outcome.err()).contains("it would work; nothing was installed");
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
      assertThat(machine.run("list").out()).isEmpty();
    }

    @Test
    void isDeployedAndExportedLikeAnyOther() throws Exception {
      Path seen = home.resolve("seen");
      obtain("--deploy-hook", "echo \"$RENEWED_DOMAINS\" > " + seen, "--key-type", "rsa2048");
      assertThat(seen).content().contains(NAME);
      Path file = home.resolve("all.pem");

      Outcome exported = machine.run("export", NAME, "--format", "pem", "--out", file.toString());

      assertThat(exported.code()).as(exported.toString()).isZero();
      assertThat(file).content().contains("BEGIN CERTIFICATE", "BEGIN PRIVATE KEY");
      Files.delete(seen);
      assertThat(machine.run("renew", "--force").code()).isZero();
      assertThat(seen).content().contains(NAME);
    }
  }

  @Nested
  class OtherNames {

    @Test
    void areThoseThatWereTyped() throws Exception {
      obtain("--domain", "app.test", "--domain", "nas.local", "--ip");

      assertThat(names("app.test")).containsExactly("app.test", "nas.local", ADDRESS);
    }

    @Test
    void areMagicInAnOwnZone() throws Exception {
      obtain("--zone", "v6.example.org");

      assertThat(names("192-168-1-10.v6.example.org")).contains("192-168-1-10.v6.example.org");
      assertThat(machine.run("local-ca", "show").out())
          .contains("test, v6.example.org")
          .doesNotContain("sslip.io");
    }

    @Test
    void areOfAnAddressThatWasTyped() throws Exception {
      obtain("--address", "10.0.0.5", "--ip");

      assertThat(names("ip-10.0.0.5")).containsExactly("10.0.0.5");
    }

    @Test
    void areAddressesAloneWithTheNarrowestRoot() throws Exception {
      obtain("--only-ips");

      assertThat(names("ip-" + ADDRESS))
          .containsExactly(ADDRESS, "localhost", "127.0.0.1", "0:0:0:0:0:0:0:1");
      Outcome shown = machine.run("local-ca", "show");
      assertThat(shown.out()).contains("signs names in    localhost\n");
      assertThat(shown.err()).contains("v6cert trust install");
      assertThat(machine.run("obtain", "--ca", "local", "--domain", "app.test").code())
          .isEqualTo(ExitStatus.USAGE.code());
    }
  }

  @Nested
  class Renew {

    @Test
    void signsWhatIsDueWithTheSameAuthority() throws Exception {
      obtain();
      X509Certificate first = chain(NAME).getFirst();
      String issuer = issuer();
      assertThat(machine.run("renew").err()).contains("is not due before");
      assertThat(chain(NAME).getFirst()).isEqualTo(first);

      Outcome later = machine.run(atClock("+61 days", "renew"));

      assertThat(later.code()).as(later.toString()).isZero();
      assertThat(later.out()).contains(NAME + " renewed");
      assertThat(chain(NAME).getFirst()).isNotEqualTo(first);
      assertThat(issuerOfCertificate()).isEqualTo(issuer);
    }

    @Test
    void isNotDueBeforeSixtyDays() throws Exception {
      obtain();

      assertThat(machine.run(atClock("+59 days", "renew")).err()).contains("is not due before");
    }

    @Test
    void asksNobody() throws Exception {
      obtain();

      List<String> classes = machine.loadedClasses("renew");

      assertThat(classes).filteredOn(LightCommandsIT::isHeavy).isEmpty();
    }

    @Test
    void followsTheAddressInTheLan() throws Exception {
      obtain();
      lan.machine().run("ip", "address", "add", "192.168.1.77/24", "dev", "eth0");
      assertThat(machine.run("renew").err()).contains("is not due before");
      lan.machine().run("ip", "address", "del", ADDRESS + "/24", "dev", "eth0");
      lan.machine().run("ip", "address", "add", "192.168.1.77/24", "dev", "eth0");
      lan.machine().run("ip", "route", "replace", "default", "via", "192.168.1.1");
      try {
        Outcome outcome = machine.run("renew");

        assertThat(outcome.code()).as(outcome.toString()).isZero();
        assertThat(names(NAME)).contains("192-168-1-77.sslip.io", "localhost").doesNotContain(NAME);
      } finally {
        lan.machine().run("ip", "address", "flush", "dev", "eth0");
        lan.machine().run("ip", "address", "add", ADDRESS + "/24", "dev", "eth0");
        lan.machine().run("ip", "route", "replace", "default", "via", "192.168.1.1");
      }
    }

    @Test
    void failsOnceTheAuthorityIsRemovedAndKeepsTheCertificate() throws Exception {
      obtain();
      Outcome removed = machine.run("local-ca", "remove", "--yes");
      assertThat(removed.code()).isZero();
      assertThat(removed.err()).contains(NAME + " is renewed no longer");
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
      List<X509Certificate> before = chain(NAME);

      Outcome outcome = machine.run("renew", "--force");

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.err()).contains("there is no local CA here");
      assertThat(chain(NAME)).isEqualTo(before);
      assertThat(machine.state().resolve("local-ca")).doesNotExist();
    }

    @Test
    void showsEachThatFailsAsFailedAtATerminal() throws Exception {
      obtain();
      obtain("--domain", "app.test");
      machine.run("local-ca", "remove", "--yes");
      List<String> renew = machine.process(List.of(), List.of("renew", "--force")).command();

      try (Tmux terminal = new Tmux(machine, 80, Tmux.quoted(renew))) {
        terminal.await("error: " + NAME);
        assertThat(terminal.await("error: app.test: there is no local CA here"))
            .contains("✗ renewing " + NAME, "✗ renewing app.test")
            .doesNotContain("✓ renewing");
      }
    }
  }

  @Nested
  class Rotate {

    @Test
    void makesAnotherRootAndTheNextRenewReplacesTheCertificates() throws Exception {
      obtain();
      Path old = Files.copy(root(), home.resolve("old.pem"));

      Outcome rotated = machine.run("local-ca", "rotate", "--yes");

      assertThat(rotated.code()).isZero();
      assertThat(rotated.err()).contains("v6cert renew replaces " + NAME);
      assertThat(root()).content().isNotEqualTo(Files.readString(old));
      assertThat(issuerOfCertificate()).isNotEqualTo(issuer());
      assertThat(machine.run("renew").out()).contains(NAME + " renewed");
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
      assertThat(machine.run("renew").err()).contains("is not due before");
      assertThat(openssl("verify", "-CAfile", old + "", "-untrusted", file("chain"), file("cert")))
          .contains("unable to get");
    }

    @Test
    void isNoReasonToKeepWhatTheOldOneSigned() throws Exception {
      obtain();
      machine.run("local-ca", "rotate", "--yes");

      assertThat(obtain().err()).doesNotContain("kept the certificate");
      assertThat(issuerOfCertificate()).isEqualTo(issuer());
    }
  }
}
