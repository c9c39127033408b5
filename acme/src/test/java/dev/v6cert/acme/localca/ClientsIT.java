package dev.v6cert.acme.localca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.Subject;
import dev.v6cert.ipv6.name.Zone;
import dev.v6cert.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS clients, each with the root in its trust store, against what the authority signs. */
class ClientsIT {

  @TempDir static Path home;

  static TlsClients clients;
  static LocalAuthority authority;
  static Path root;
  static KeyPair server;
  static Instant now;

  @BeforeAll
  static void make() throws Exception {
    clients = new TlsClients(home);
    now = Instant.now();
    authority =
        LocalAuthority.create("me@here", NameConstraints.in(List.of(Zone.of("sslip.io"))), now);
    root = Files.writeString(home.resolve("root.pem"), TestAuthority.pem(authority.root()));
    server = TestAuthority.newKeys();
  }

  @ParameterizedTest
  @ValueSource(strings = {"openssl", "curl", "python", "node", "go", "java"})
  void acceptPrivateNamesAndAddresses(String client) throws Exception {
    List<Subject> subjects =
        Stream.of(
                "192-168-1-10.sslip.io",
                "localhost",
                "nas.local",
                "a.b.test",
                "127.0.0.1",
                "::1",
                "192.168.1.10")
            .map(Subject::parse)
            .toList();
    List<X509Certificate> chain = authority.sign(server.getPublic(), subjects, now);
    try (TlsServer https = new TlsServer(server.getPrivate(), chain)) {
      for (String name :
          List.of("192-168-1-10.sslip.io", "nas.local", "a.b.test", "127.0.0.1", "192.168.1.10")) {
        assertThat(clients.accepts(client, root, name, https.port())).as(name).isTrue();
      }
      assertThat(clients.accepts(client, root, "other.test", https.port())).isFalse();
    }
  }

  /** The key of the intermediate is all that a stolen state directory has. */
  @ParameterizedTest
  @ValueSource(strings = {"openssl", "curl", "python", "node", "go", "java"})
  void refuseAPublicNameThatAStolenKeySigned(String client) throws Exception {
    for (String name : List.of("example.com", "www.example.com", "8.8.8.8")) {
      try (TlsServer https = new TlsServer(server.getPrivate(), stolen(name))) {
        assertThat(clients.accepts(client, root, name, https.port())).as(name).isFalse();
      }
    }
  }

  /** Shows that the refusals above are those of the constraints. */
  @ParameterizedTest
  @ValueSource(strings = {"openssl", "curl", "python", "node", "go", "java"})
  void acceptTheSameOfARootWithoutConstraints(String client) throws Exception {
    TestAuthority other = new TestAuthority("unconstrained");
    Path otherRoot = other.writeRoot(home.resolve("other-" + client + ".pem"));
    X509Certificate leaf =
        other.leaf(
            server.getPublic(),
            List.of(TestAuthority.dns("example.com"), TestAuthority.ip("8.8.8.8")),
            Duration.ofDays(10));
    try (TlsServer https = new TlsServer(server.getPrivate(), List.of(leaf))) {
      for (String name : List.of("example.com", "8.8.8.8")) {
        assertThat(clients.accepts(client, otherRoot, name, https.port())).as(name).isTrue();
      }
    }
  }

  /** A chain that {@link LocalAuthority#sign} refuses to make. */
  private static List<X509Certificate> stolen(String name) {
    X509Certificate leaf =
        CertificateTemplate.leaf(
            List.of(Subject.parse(name)),
            server.getPublic(),
            authority.intermediate(),
            authority.key(),
            new CertificateTemplate.Validity(
                now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30))));
    return List.of(leaf, authority.intermediate());
  }
}
