package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.testing.FreePorts;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first certificate of a state directory, which makes names and address public. */
class FirstCertificateIT extends ObtainFixture {

  private static final String LINE = "this certificate makes a.v6.test and the address";

  /** The CA as one that the JDK trusts by itself, as it trusts those that browsers do. */
  private Outcome obtainTrusting(String... words) throws Exception {
    Path store = home.resolve("trust.p12");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(home.resolve("root.pem"))) {
      trusted.setCertificateEntry(
          "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    try (OutputStream out = Files.newOutputStream(store)) {
      trusted.store(out, "changeit".toCharArray());
    }
    List<String> all = new ArrayList<>(List.of("--http-address", "::1", "--http-port"));
    all.add(FreePorts.next() + "");
    all.addAll(List.of("--ca", fake.directory() + ""));
    all.addAll(List.of(words));
    return program.run(
        program.process(
            List.of(
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit"),
            List.of(obtaining(all))));
  }

  @Test
  void isSaidToBecomePublicBeforeItIsOrderedAndOnlyOnce() throws Exception {
    Outcome first = obtainTrusting();

    assertDone(first);
    List<String> lines = first.err().lines().toList();
    int said = index(lines, LINE);
    assertThat(lines.get(said)).contains("public", "Certificate Transparency");
    assertThat(said).isLessThan(index(lines, "order placed"));
    Outcome second = obtainTrusting("--force");
    assertDone(second);
    assertThat(second.err()).doesNotContain("public");
  }

  private static int index(List<String> lines, String part) {
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(part)) {
        return i;
      }
    }
    throw new AssertionError(part + " is not in " + lines);
  }

  @Test
  void isNotCalledPublicUnderQuietOrByAPrivateCa() throws Exception {
    Outcome quiet = obtainTrusting("--quiet");
    assertDone(quiet);
    assertThat(quiet.err()).doesNotContain("public");

    Outcome byPrivate = obtainOnSomePort("--lineage", "private", "--force");
    assertDone(byPrivate);
    assertThat(byPrivate.err()).doesNotContain("public");
  }

  @Test
  void ofAPublicCaAfterOneOfAPrivateCaIsTheFirstThatBecomesPublic() throws Exception {
    assertDone(obtainOnSomePort("--lineage", "private"));

    Outcome first = obtainTrusting("--lineage", "public");

    assertDone(first);
    assertThat(first.err()).contains(LINE);
  }
}
