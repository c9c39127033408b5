package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.failure.ExitStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose prefix changes: what its lineages become at the next renewal. */
class AddressChangeIT {

  private static final String OTHER = "2a01:4f8:c17:b90::2";
  private static final String OTHER_NAME =
      "2a01-04f8-0c17-0b90-0000-0000-0000-0002." + TestNetwork.ZONE;

  @TempDir Path home;
  @RegisterExtension private final RunningNetwork network = new RunningNetwork();
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeEach
  void make() throws IOException {
    network.internet().run("ip", "-6", "route", "add", "2a01:4f8:c17:b90::/64", "dev", "eth0");
    machine = network.machine(home);
  }

  private void obtain(String... words) throws Exception {
    List<String> all = new ArrayList<>(network.options());
    all.addAll(List.of(words));
    Outcome outcome = machine.run(all, "obtain");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
  }

  private Outcome renew() throws Exception {
    Outcome outcome = machine.run("renew");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  /** As a router does: the new prefix comes, and the old one stays for a while, or goes. */
  private void change(String... oldOptions) throws IOException {
    network.namespace().addAddress("eth0", OTHER + "/64");
    if (oldOptions.length == 0) {
      network.namespace().run("ip", "address", "del", TestNetwork.ADDRESS + "/64", "dev", "eth0");
      network.namespace().run("ip", "-6", "route", "add", TestNetwork.INTERNET, "dev", "eth0");
      network
          .namespace()
          .run("ip", "-6", "route", "replace", "default", "via", TestNetwork.INTERNET);
    }
  }

  private void lifetimes(String valid, String preferred) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "address", "change"));
    command.addAll(List.of(TestNetwork.ADDRESS + "/64", "dev", "eth0"));
    command.addAll(List.of("valid_lft", valid, "preferred_lft", preferred));
    network.namespace().run(command.toArray(String[]::new));
  }

  private Outcome check(String... words) throws Exception {
    List<String> all = new ArrayList<>(List.of("check"));
    all.addAll(network.options().subList(0, network.options().indexOf("--agree-tos")));
    all.addAll(List.of(words));
    return machine.run(all.toArray(String[]::new));
  }

  private List<String> names(Path certificate) throws Exception {
    try (InputStream in = Files.newInputStream(certificate)) {
      X509Certificate x509 =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return x509.getSubjectAlternativeNames().stream().map(it -> it.get(1).toString()).toList();
    }
  }

  private Path live(String lineage) {
    return machine.state().resolve("live").resolve(lineage).resolve("cert.pem");
  }

  @Test
  void aNewPrefixGivesANewNameInTheSameLineageAndTheHookHearsBoth() throws Exception {
    Path log = home.resolve("log");
    obtain("--deploy-hook", "echo \"$OLD_NAME>$NEW_NAME $RENEWED_LINEAGE\" >> " + log);
    Path old = machine.state().resolve("archive").resolve(TestNetwork.NAME).resolve("1/cert.pem");
    change();

    Outcome status = machine.run("status");
    assertThat(status.code()).as(status.toString()).isEqualTo(ExitStatus.FAILING.code());
    assertThat(status.out()).contains(TestNetwork.NAME + " does not lead to this machine any more");

    Outcome renew = machine.run("renew", "--quiet");

    assertThat(renew.code()).as(renew.toString()).isZero();
    assertThat(renew.out().lines())
        .singleElement()
        .asString()
        .contains(" renewed for " + OTHER_NAME + " in place of " + TestNetwork.NAME);
    assertThat(machine.run("status").out()).startsWith("healthy: ");
    assertThat(names(live(TestNetwork.NAME))).containsExactly(OTHER_NAME);
    assertThat(names(old)).containsExactly(TestNetwork.NAME);
    String lineage = " " + machine.state().resolve("live").resolve(TestNetwork.NAME);
    assertThat(Files.readAllLines(log))
        .containsExactly(">" + lineage, TestNetwork.NAME + ">" + OTHER_NAME + lineage);
    assertThat(renew().err()).contains("is not due before");
    assertThat(machine.run("renew", "--force").code()).isZero();
    assertThat(Files.readAllLines(log)).hasSize(3).last().isEqualTo(">" + lineage);
  }

  @Test
  void anObtainAfterTheMoveKeepsTheCertificateOfTheLineageThatMoved() throws Exception {
    obtain();
    change();
    renew();

    obtain();
    Outcome check = check();
    obtain("--force");

    assertThat(check.code()).as(check.toString()).isZero();
    assertThat(check.out())
        .contains("lineage   " + TestNetwork.NAME + " has a good certificate, which obtain keeps");
    assertThat(machine.state().resolve("live"))
        .isDirectoryContaining(live -> live.endsWith(TestNetwork.NAME));
    assertThat(live(OTHER_NAME)).doesNotExist();
    assertThat(machine.state().resolve("live").resolve(TestNetwork.NAME).toRealPath())
        .endsWith(Path.of("3"));
  }

  @Test
  void anObtainBeforeTheMoveSaysThatItMakesASecondLineageAndHowToMoveTheFirst() throws Exception {
    obtain();
    change();

    Outcome check = check();
    Outcome outcome = machine.run(network.options(), "obtain");

    assertThat(check.out())
        .contains("warn  lineage   obtain would make a second lineage beside " + TestNetwork.NAME)
        .contains("v6cert renew --lineage " + TestNetwork.NAME);
    assertThat(outcome.err())
        .contains("a second lineage beside " + TestNetwork.NAME)
        .contains("v6cert renew --lineage " + TestNetwork.NAME);
    assertThat(live(OTHER_NAME)).exists();
  }

  @Test
  void anAddressThatIsThereAndPreferredIsKeptBesideANewOne() throws Exception {
    obtain();
    change("keep");

    assertThat(renew().err()).contains("is not due before");
    assertThat(machine.run("renew", "--force").code()).isZero();

    assertThat(names(live(TestNetwork.NAME))).containsExactly(TestNetwork.NAME);
  }

  @Test
  void anObtainAndACheckThatNameTheLineageKeepToItsAddressBesideABetterOne() throws Exception {
    obtain("--lineage", "web");
    change("keep");
    lifetimes("7200", "3600");
    assertThat(machine.run("addresses").out()).contains("\n1  " + OTHER);

    Outcome check = check("--lineage", "web");
    obtain("--lineage", "web", "--force");

    assertThat(check.out())
        .contains("address   " + TestNetwork.ADDRESS + " on eth0", "web has a good certificate");
    assertThat(names(live("web"))).containsExactly(TestNetwork.NAME);
    assertThat(check().out()).contains("address   " + OTHER + " on eth0");
  }

  @Test
  void anAddressThatIsDeprecatedIsLeftForALastingOne() throws Exception {
    obtain();
    change("keep");
    lifetimes("3600", "0");

    renew();

    assertThat(names(live(TestNetwork.NAME))).containsExactly(OTHER_NAME);
  }

  @Test
  void theAddressItselfIsReplacedInTheCertificateBesideTheName() throws Exception {
    obtain("--ip", "--lineage", "web");
    change();

    renew();

    assertThat(names(live("web"))).hasSize(2).contains(OTHER_NAME, "2a01:4f8:c17:b90:0:0:0:2");
  }

  @Test
  void aTypedAddressIsNotLeft() throws Exception {
    obtain("--address", TestNetwork.ADDRESS);
    change();

    assertThat(renew().err()).contains("is not due before");

    assertThat(names(live(TestNetwork.NAME))).containsExactly(TestNetwork.NAME);
  }

  @Test
  void aMachineWithoutAnAddressForAWhileKeepsItsCertificate() throws Exception {
    obtain();
    network.namespace().run("ip", "address", "del", TestNetwork.ADDRESS + "/64", "dev", "eth0");

    assertThat(renew().err()).contains("is not due before");
  }
}
