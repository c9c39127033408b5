package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.account.Keys;
import dev.v6cert.acme.lineage.CertificateFile;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.testing.FakeAuthority;
import dev.v6cert.testing.FakeOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SigningRequestIT {

  private static final CertificateAuthority ANOTHER =
      CertificateAuthority.of("https://ca.test/directory");

  /** A name of 65 characters. */
  private static final String LONG =
      "a123456789b123456789c123456789d123456789e123456789f123456789.test";

  @TempDir Path temporary;

  private static List<Subject> subjects(String... names) {
    return Stream.of(names).map(Subject::parse).toList();
  }

  @Nested
  class AsOpensslReadsIt {

    private String text(CertificateAuthority authority, KeyType type, String... names)
        throws Exception {
      Path file = temporary.resolve("csr.der");
      Files.write(file, SigningRequest.der(subjects(names), Keys.generate(type), authority));
      String path = file.toString();
      return IssuanceIT.run(
          "openssl", "req", "-inform", "DER", "-in", path, "-noout", "-text", "-verify");
    }

    @ParameterizedTest
    @EnumSource(names = {"EC256", "EC384", "RSA2048", "RSA4096"})
    void namesItsSubjectsAndForLetsEncryptHasNoCommonName(KeyType type) throws Exception {
      String text = text(CertificateAuthority.LETS_ENCRYPT, type, "a.test", "2001:db8::1");
      assertThat(text)
          .containsIgnoringCase("verify OK")
          .contains("DNS:a.test, IP Address:2001:DB8:0:0:0:0:0:1")
          .containsPattern("Alternative Name: critical")
          .containsPattern("Subject: *\n")
          .doesNotContain("CN");
      assertThat(Arrays.stream(Security.getProviders()).map(Provider::getName))
          .doesNotContain("BC");
    }

    @ParameterizedTest
    @CsvSource({"a.test,a.test", "2001:db8::1 a.test b.test,a.test", LONG + " b.test,b.test"})
    void hasTheFirstNameThatFitsAsItsCommonNameForOthers(String names, String commonName)
        throws Exception {
      String text = text(ANOTHER, KeyType.EC256, names.split(" "));
      assertThat(text)
          .containsIgnoringCase("verify OK")
          .containsPattern("Subject: *CN *= *" + commonName + "\n")
          .containsPattern("Alternative Name: *\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::1", LONG})
    void hasNoCommonNameWhereNothingFits(String name) throws Exception {
      assertThat(text(ANOTHER, KeyType.EC256, name))
          .containsIgnoringCase("verify OK")
          .containsPattern("Alternative Name: critical")
          .containsPattern("Subject: *\n");
    }
  }

  @Nested
  class SignedAsItStands {

    @TempDir Path state;

    @ParameterizedTest
    @ValueSource(strings = {"a.v6.test", "2001:db8::1", LONG})
    void isACertificateThatCanBeRead(String name) throws Exception {
      assertThat(issued(FakeOrder.Copying.SUBJECT_AND_NAMES, name)).isEqualTo(subjects(name));
    }

    @Test
    void isOneAlsoWhereTheNamesAreNeverMarkedCritical() throws Exception {
      assertThat(issued(FakeOrder.Copying.SUBJECT_AND_NAMES_UNCRITICAL, "a.v6.test"))
          .isEqualTo(subjects("a.v6.test"));
    }

    private List<Subject> issued(FakeOrder.Copying copying, String name) throws Exception {
      try (FakeAuthority fake = new FakeAuthority(temporary.resolve("root.pem"))) {
        fake.order().copying(copying);
        X509Certificate certificate =
            KeyedCertificate.of(TestClient.of(fake, state, event -> {}).issue(name)).certificate();
        return CertificateFile.subjects(certificate);
      }
    }
  }
}
