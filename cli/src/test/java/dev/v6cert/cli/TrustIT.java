package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The root of the local CA in trust stores, each with its real program, in a root of its own. */
class TrustIT extends TrustFixture {

  @Test
  void installsIntoEveryStoreAndRemovesExactlyThat() throws Exception {
    TrustRoot stores = TrustRoot.of("debian", directory);
    stores.java("jdk-8", "jks");
    stores.java("jdk-21", "pkcs12");
    stores.java("jdk-25", "open-pkcs12");
    stores.database(".pki/nssdb");
    stores.database(".mozilla/firefox/abc.default");
    stores.database("snap/firefox/common/.mozilla/firefox/snap.default");
    stores.database("snap/chromium/current/.pki/nssdb");
    stores.database(".var/app/org.mozilla.firefox/.mozilla/firefox/flat.default");
    stores.database(".var/app/org.chromium.Chromium/data/pki/nssdb");

    roundTrip(stores, 10);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fedora", "arch", "opensuse"})
  void knowsTheLayoutOfOtherDistributions(String layout) throws Exception {
    roundTrip(TrustRoot.of(layout, directory).withDatabase(), 2);
  }

  private void roundTrip(TrustRoot stores, int count) throws Exception {
    Map<String, String> before = stores.content();

    Outcome installed = trust(stores, "install");

    assertThat(installed.code()).as(installed.toString()).isZero();
    assertThat(installed.out().lines())
        .hasSize(count)
        .allMatch(line -> line.contains("  installed"));
    assertThat(installed.err())
        .contains("writes ", "adds v6cert-", "NODE_EXTRA_CA_CERTS=", "REQUESTS_CA_BUNDLE=");
    Map<String, String> trusting = stores.content();
    assertThat(trusting).isNotEqualTo(before);

    Outcome again = trust(stores, "install");

    assertThat(again.code()).isZero();
    assertThat(again.out().lines()).hasSize(count).allMatch(line -> line.contains("  trusted"));
    assertThat(stores.content()).isEqualTo(trusting);

    Outcome removed = trust(stores, "remove");

    assertThat(removed.code()).as(removed.toString()).isZero();
    assertThat(removed.out().lines()).hasSize(count).allMatch(line -> line.contains("  removed"));
    assertThat(stores.content()).isEqualTo(before);
    assertThat(trust(stores, "remove").out().lines()).allMatch(line -> line.contains("not there"));
  }

  @Nested
  class AJavaInstallation {

    @Test
    void keepsWhatSomebodyElseAddedMeanwhile() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path file = stores.java("jdk-21", "pkcs12");
      trust(stores, "install");
      KeyStore roots = KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
      roots.setCertificateEntry("third", roots.getCertificate("other"));
      try (var out = Files.newOutputStream(file)) {
        roots.store(out, "changeit".toCharArray());
      }

      assertThat(trust(stores, "remove").code()).isZero();

      assertThat(aliases(file)).containsExactlyInAnyOrder("other", "third");
    }

    @Test
    void withoutAPasswordStaysWithout() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path file = stores.java("jdk-25", "open-pkcs12");

      trust(stores, "install");

      char[] none = null;
      KeyStore roots = KeyStore.getInstance(file.toFile(), none);
      assertThat(roots.getCertificate("other")).isNotNull();
      assertThat(roots.size()).isEqualTo(2);
    }

    private List<String> aliases(Path file) throws Exception {
      return Collections.list(
          KeyStore.getInstance(file.toFile(), "changeit".toCharArray()).aliases());
    }
  }

  @Nested
  class AStoreThatFails {

    @Test
    void keepsNoOther() throws Exception {
      TrustRoot stores = TrustRoot.of("debian", directory);
      Path java = stores.java("jdk-21", "pkcs12");
      Path firefox = stores.database(".mozilla/firefox/abc.default");
      stores.database(".pki/nssdb");
      Files.writeString(java, "damaged");
      Files.writeString(firefox.resolve("cert9.db"), "damaged");

      Outcome outcome = trust(stores, "install");

      assertThat(outcome.code()).isEqualTo(ExitStatus.CONFIGURATION.code());
      assertThat(outcome.out().lines().filter(line -> line.contains("  failed"))).hasSize(2);
      assertThat(outcome.out().lines().filter(line -> line.contains("  installed"))).hasSize(2);
      assertThat(java).hasContent("damaged");
      assertThat(firefox.resolve("cert9.db")).hasContent("damaged");
    }

    @Test
    void isRepairedWhereItHasAPartOfOurFile() throws Exception {
      TrustRoot stores = TrustRoot.of("fedora", directory);
      Map<String, String> before = stores.content();
      assertThat(trust(stores, "install").code()).isZero();
      Map<String, String> trusting = stores.content();
      Path anchors = stores.root().resolve("etc/pki/ca-trust/source/anchors");
      try (Stream<Path> files = Files.list(anchors)) {
        Path ours = files.filter(file -> file.toString().contains("v6cert-")).findFirst().get();
        Files.writeString(ours, Files.readString(ours).substring(0, 100));
      }

      assertThat(trust(stores, "status").out())
          .containsPattern("the system \\(Fedora\\) +not trusted");
      assertThat(trust(stores, "install").out()).contains("  installed");

      assertThat(stores.content()).isEqualTo(trusting);
      assertThat(trust(stores, "remove").code()).isZero();
      assertThat(stores.content()).isEqualTo(before);
    }

    @Test
    void isNotTouchedWhereTheRecordOfOurChangesIsDamaged() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      trust(stores, "install");
      Map<String, String> trusting = stores.content();
      Files.writeString(machine.state().resolve("trust/journal.properties"), "nonsense\n");

      for (String action : List.of("install", "status", "remove")) {
        Outcome outcome = trust(stores, action);
        assertThat(outcome.code())
            .as(outcome.toString())
            .isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(outcome.err()).contains("journal.properties is damaged");
        assertThat(outcome.err().lines().filter(line -> line.startsWith("error:"))).hasSize(1);
      }
      assertThat(stores.content()).isEqualTo(trusting);
    }

    @Test
    void isChangedOnceItIsWellAgain() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Path program = stores.root().resolve("usr/bin/update-ca-trust");
      String good = Files.readString(program);
      Files.writeString(program, "#!/bin/sh\necho no space left; exit 1\n");

      Outcome outcome = trust(stores, "install");

      assertThat(outcome.out()).contains("failed", "update-ca-trust: no space left");
      assertThat(trust(stores, "status").out()).contains("not trusted");
      Files.writeString(program, good);
      assertThat(trust(stores, "install").out()).contains("installed");
    }
  }

  @Nested
  class ADatabaseThatIsMissing {

    @Test
    void isMadeAndRemovedAgain() throws Exception {
      TrustRoot.certutil();
      TrustRoot stores = TrustRoot.of("arch", directory);
      stores.program("usr/bin/chromium", "");
      Map<String, String> before = stores.content();

      assertThat(trust(stores, "install").code()).isZero();
      assertThat(stores.home().resolve(".pki/nssdb/cert9.db")).exists();
      assertThat(trust(stores, "remove").code()).isZero();

      assertThat(stores.content()).isEqualTo(before);
    }
  }

  @Nested
  class Consent {

    @Test
    void isAskedForBeforeAnythingIsWritten() throws Exception {
      TrustRoot stores = TrustRoot.of("arch", directory);
      Map<String, String> before = stores.content();

      Outcome outcome = machine.run(process(stores, "trust", "install"));

      assertThat(outcome.code()).isEqualTo(ExitStatus.USAGE.code());
      assertThat(outcome.err()).contains("will be trusted by", "writes ", "add --yes");
      assertThat(stores.content()).isEqualTo(before);
    }
  }

  @Nested
  class AReplacedRoot {

    @Test
    void isRemovedAsWell() throws Exception {
      TrustRoot stores = TrustRoot.of("fedora", directory);
      stores.java("jdk-21", "pkcs12");
      stores.program("usr/bin/chromium", "");
      Map<String, String> before = stores.content();
      trust(stores, "install");
      machine.run("local-ca", "rotate", "--yes");

      Outcome installed = trust(stores, "install");

      assertThat(installed.err()).contains("of an earlier local CA");
      machine.run("local-ca", "remove", "--yes");
      Outcome removed = trust(stores, "remove");
      assertThat(removed.code()).as(removed.toString()).isZero();
      assertThat(stores.content().keySet()).isEqualTo(before.keySet());
      assertThat(trust(stores, "remove").code()).isEqualTo(ExitStatus.CONFIGURATION.code());
    }
  }
}
