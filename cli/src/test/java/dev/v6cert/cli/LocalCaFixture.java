package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.v6cert.cli.Transcript.Outcome;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The set-up of the tests of certificates by the machine's own authority, on a machine in a LAN
 * without a public address.
 */
abstract class LocalCaFixture {

  static final String ADDRESS = RunningLan.ADDRESS;
  static final String NAME = RunningLan.NAME;

  @RegisterExtension static final RunningLan lan = new RunningLan();

  @TempDir Path home;
  V6cert machine;

  @BeforeEach
  void start() {
    machine = new V6cert(lan.machine()::process, home);
  }

  Outcome obtain(String... options) throws Exception {
    Outcome outcome = machine.run(List.of(options), "obtain", "--ca", "local");
    assertThat(outcome.code()).as(outcome.toString()).isZero();
    return outcome;
  }

  /** A run at another time, by the library that {@code faketime} preloads. */
  ProcessBuilder atClock(String offset, String... words) {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/faketime")), "faketime is not installed");
    ProcessBuilder run = machine.process(List.of(), List.of(words));
    int java = run.command().indexOf(Path.of(System.getProperty("java.home"), "bin/java") + "");
    List<String> command = new ArrayList<>(run.command());
    command.addAll(java, List.of("/usr/bin/faketime", "-f", offset));
    return run.command(command);
  }

  String file(String name) {
    return machine.state().resolve("live").resolve(NAME).resolve(name + ".pem").toString();
  }

  List<X509Certificate> chain(String lineage) throws Exception {
    Path file = machine.state().resolve("live").resolve(lineage).resolve("fullchain.pem");
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
          .map(X509Certificate.class::cast)
          .toList();
    }
  }

  List<String> names(String lineage) throws Exception {
    return chain(lineage).getFirst().getSubjectAlternativeNames().stream()
        .map(name -> String.valueOf(name.get(1)))
        .toList();
  }

  /** The name of the present authority, as certificates have it. */
  String issuer() throws Exception {
    String id = machine.run("local-ca", "show", "--json").out().split("\"id\": \"", -1)[1];
    return "CN=v6cert local CA " + id.substring(0, 16);
  }

  String issuerOfCertificate() throws Exception {
    return chain(NAME).getLast().getSubjectX500Principal().getName();
  }

  Path root() throws Exception {
    Outcome shown = machine.run("local-ca", "show", "--pem");
    assertThat(shown.code()).isZero();
    return Files.writeString(home.resolve("root.pem"), shown.out());
  }

  static String openssl(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("openssl"));
    command.addAll(Stream.of(words).toList());
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }
}
