package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.AddressSelector;
import dev.v6cert.ipv6.selection.Selection;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeAuthority.Answer;
import dev.v6cert.testing.Pebble;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates obtained, kept and renewed from a CA that agrees to all, and the messages about
 * them.
 */
class ObtainIT {

  private static final String NAME = "a.v6.test";

  @TempDir Path home;
  private V6cert program;
  private FakeAuthority fake;

  @BeforeEach
  void start() throws IOException {
    program = V6cert.here(home);
    fake = new FakeAuthority(home.resolve("root.pem"));
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  private Outcome obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    if (!all.contains("--webroot")) {
      all.addAll(List.of("--http-address", "::1"));
    }
    return obtain(all);
  }

  /** The same, where nothing else is said of how the CA is answered. */
  private Outcome obtain(List<String> words) throws Exception {
    return program.run(authority(), obtaining(words));
  }

  private static String[] obtaining(List<String> words) throws IOException {
    List<String> all = new ArrayList<>(List.of("obtain", "--agree-tos", "--no-dns-check"));
    all.addAll(words);
    if (!all.contains("--domain")) {
      all.addAll(List.of("--domain", NAME));
    }
    if (!(new AddressFinder().look(new AddressSelector()) instanceof Selection.Chosen)) {
      all.addAll(List.of("--address", "2a01:4f8:c17:b8f::2")); // Any will do.
    }
    return all.toArray(String[]::new);
  }

  private List<String> authority() {
    return List.of("--ca", fake.directory() + "", "--ca-root", home.resolve("root.pem") + "");
  }

  private Outcome obtainOnSomePort(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--http-port", Pebble.freePort() + ""));
    return obtain(all.toArray(String[]::new));
  }

  private static void assertDone(Outcome outcome) {
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  @Nested
  class ALineage {

    private List<Path> live() throws IOException {
      try (Stream<Path> links = Files.list(program.state().resolve("live"))) {
        return links.sorted().toList();
      }
    }

    @Test
    void ofANameThatEndsAsAFileOfOursIsCalledOtherwise() throws Exception {
      assertDone(obtainOnSomePort("--domain", "foo.properties"));

      assertThat(live()).hasSize(1);
      String lineage = live().getFirst().getFileName().toString();
      assertThat(lineage).startsWith("foo.properties-");
      assertDone(program.run("show", lineage));
    }

    @Test
    void ofALongNameLeavesThatOfAnotherAlone() throws Exception {
      String label = "a".repeat(60);
      String start = label + "." + label + "." + label + ".";
      assertDone(obtainOnSomePort("--domain", start + "b.test"));
      String first = Files.readString(live().getFirst().resolve("cert.pem"));

      assertDone(obtainOnSomePort("--domain", start + "c.test"));

      assertThat(live()).hasSize(2);
      assertThat(live().stream().map(link -> read(link.resolve("cert.pem")))).contains(first);
    }
  }

  /** Before the hash came behind long names, they were cut to 128 characters. */
  @Nested
  class ALineageOfALongNameByAnOlderVersion {

    private static final String LABEL = "a".repeat(60);
    private static final String START = LABEL + "." + LABEL + "." + LABEL + ".";
    private static final String CUT = START.substring(0, 128);

    @Test
    void isTheOneOfItsNameAndOfNoOther() throws Exception {
      assertDone(obtainOnSomePort("--domain", START + "b.test", "--lineage", CUT));

      Outcome again = obtainOnSomePort("--domain", START + "b.test");

      assertDone(again);
      assertThat(again.err()).contains("kept the certificate for the same names");
      assertThat(again.out()).contains("/live/" + CUT + "/fullchain.pem");
      assertDone(program.run("show", CUT));
      assertDone(program.run("renew", "--force", "--lineage", CUT));
      assertDone(obtainOnSomePort("--domain", START + "c.test"));
      assertThat(program.run("list").out().lines().filter(line -> line.contains("aaa"))).hasSize(2);
      assertThat(program.run("show", CUT).out()).contains(START + "b.test");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Nested
  class AKeptCertificate {

    private String stored() {
      return read(program.state().resolve("renewal").resolve(NAME + ".properties"));
    }

    @Test
    void isRenewedAtThePortThatWasTypedLast() throws Exception {
      assertDone(obtainOnSomePort());
      String port = Pebble.freePort() + "";

      Outcome again = obtain("--http-port", port);

      assertDone(again);
      assertThat(again.err())
          .contains("kept the certificate", "its renewals answer the CA on [::1]:" + port)
          .doesNotContain("as it was", "as they were");
      assertThat(stored()).contains("http-port=" + port);
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

      Outcome third = obtain("--challenge", "tls-alpn-01", "--tls-port", Pebble.freePort() + "");

      assertDone(third);
      assertThat(third.err()).contains("(tls-alpn-01)");
      assertThat(stored()).contains("challenge=tls-alpn-01").doesNotContain("webroot");
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
  class TheFirstCertificate {

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
      all.add(Pebble.freePort() + "");
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
      words.addAll(List.of("--ip", "--http-port", Pebble.freePort() + ""));

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

  @Nested
  class AnAccount {

    @Test
    void thatGotLostIsOpenedAnewByATimer() throws Exception {
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
    void whoseContactIsNullIsShownWithoutAny() throws Exception {
      assertDone(obtainOnSomePort());
      fake.next("/account/1", Answer.json(200, "{\"status\":\"valid\",\"contact\":[null]}"));

      Outcome shown = account("show");

      assertDone(shown);
      assertThat(shown.out()).contains("valid").doesNotContain("contact");
    }

    @Test
    void whoseKeyTheCaCannotChangeIsToldForGoodAndKeepsItsKey() throws Exception {
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
    void thatWantsAnAddressToWriteToNamesItsOption() throws Exception {
      Answer answer = Answer.problem(400, "invalidContact", Map.of());
      fake.next("/new-account", answer);

      Outcome outcome = obtainOnSomePort();

      assertThat(outcome.code()).isEqualTo(ExitStatus.REFUSED.code());
      assertThat(outcome.err().lines().toList().getLast()).contains("--email MAIL");
    }
  }

  @Test
  void aClockThatIsAYearBehindIsNamed() throws Exception {
    Path root = home.resolve("later.pem");
    try (FakeAuthority later = new FakeAuthority(root, Instant.now().plus(Duration.ofDays(365)))) {
      Outcome outcome =
          program.run(
              List.of("--ca", later.directory() + "", "--ca-root", root + ""),
              obtaining(List.of("--http-address", "::1", "--http-port", Pebble.freePort() + "")));

      assertThat(outcome.code()).isEqualTo(ExitStatus.UNAVAILABLE.code());
      assertThat(outcome.err())
          .contains("this machine's clock disagree", "is not valid before", "timedatectl")
          .doesNotContain("--ca-root");
    }
  }
}
