package dev.v6cert.acme.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.Subject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Provider;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Our signing requests as openssl reads them. */
class SigningRequestIT {

  @TempDir Path temporary;

  @ParameterizedTest
  @EnumSource(names = {"EC256", "EC384", "RSA2048", "RSA4096"})
  void namesItsSubjectsAndHasNoCommonName(KeyType type) throws Exception {
    List<Subject> subjects = List.of(Subject.parse("a.test"), Subject.parse("2001:db8::1"));
    Path file = temporary.resolve("csr.der");
    Files.write(file, SigningRequest.der(subjects, Keys.generate(type)));
    String text =
        IssuanceIT.run(
            "openssl",
            "req",
            "-inform",
            "DER",
            "-in",
            file.toString(),
            "-noout",
            "-text",
            "-verify");
    assertThat(text)
        .containsIgnoringCase("verify OK")
        .contains("DNS:a.test, IP Address:2001:DB8:0:0:0:0:0:1")
        .containsPattern("Subject: *\n")
        .doesNotContain("CN");
    assertThat(Arrays.stream(Security.getProviders()).map(Provider::getName)).doesNotContain("BC");
  }
}
