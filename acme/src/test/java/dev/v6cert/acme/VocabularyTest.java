package dev.v6cert.acme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VocabularyTest {

  @Nested
  class ASubject {

    @ParameterizedTest
    @CsvSource({
      "2001:DB8:0:0:0:0:0:1, ip, 2001:db8::1",
      "2800-3F0-4001-810-0-0-0-200E.sslip.io., dns, 2800-3f0-4001-810-0-0-0-200e.sslip.io"
    })
    void isReadAsWhatItIs(String text, String type, String value) {
      Subject subject = Subject.parse(text);
      assertThat(subject.type()).isEqualTo(type);
      assertThat(subject.value()).isEqualTo(value);
      assertThat(Subject.parse(subject.value())).isEqualTo(subject);
    }
  }

  @Nested
  class ALineageName {

    @ParameterizedTest
    @CsvSource({"2001:db8::1, ip-2001-db8--1", "a.example, a.example"})
    void hasNoColons(String subject, String name) {
      assertThat(LineageName.of(Subject.parse(subject))).hasToString(name);
    }

    @Test
    void isCutToWhatNamesAFileAndStillNamesOneSubject() {
      String label = "a".repeat(60);
      LineageName one = LineageName.of(Subject.parse(String.join(".", label, label, label, "b")));
      LineageName other = LineageName.of(Subject.parse(String.join(".", label, label, label, "c")));
      assertThat(one.text()).hasSize(128).startsWith(label + "." + label.substring(0, 50));
      assertThat(other.text()).hasSize(128).isNotEqualTo(one.text());
    }

    @Test
    void doesNotEndAsOurFilesDo() {
      assertThat(LineageName.of(Subject.parse("foo.properties")).text())
          .matches("foo\\.properties-[0-9a-f]{16}");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"", ".", "..", ".hidden", "a/b", "../a", "a b", "a\n", "a:b", "x.properties"})
    void isRefusedWhereItCouldLeaveItsDirectory(String text) {
      assertThatIllegalArgumentException().isThrownBy(() -> new LineageName(text));
    }
  }

  @Nested
  class AnAuthority {

    @Test
    void isKnownByNameAndByAddress() {
      for (CertificateAuthority known : CertificateAuthority.known()) {
        assertThat(CertificateAuthority.of(known.id())).isEqualTo(known);
        assertThat(CertificateAuthority.of(known.directory().toString())).isEqualTo(known);
        assertThat(known.trusting(Path.of("root.pem")).isKnown()).isTrue();
      }
      assertThat(CertificateAuthority.of("https://ca.test/dir").isKnown()).isFalse();
      assertThat(CertificateAuthority.LOCAL.isKnown()).isFalse();
      assertThat(CertificateAuthority.of("https://ca.test/dir").directory())
          .isEqualTo(URI.create("https://ca.test/dir"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"letsencript", "http://ca.test/dir", "https://", "ftp://x/", "https:///d"})
    void isRefusedOtherwise(String text) {
      assertThatIllegalArgumentException().isThrownBy(() -> CertificateAuthority.of(text));
    }

    @Test
    void isRehearsedWithWhereItCostsNothing() {
      assertThat(CertificateAuthority.LETS_ENCRYPT.rehearsal())
          .isEqualTo(CertificateAuthority.LETS_ENCRYPT_STAGING);
      CertificateAuthority own =
          CertificateAuthority.of("https://ca.test/dir").trusting(Path.of("ca.pem"));
      assertThat(own.rehearsal()).isEqualTo(own);
      assertThat(own.roots().orElseThrow()).isAbsolute();
    }
  }

  @Nested
  class ARequest {

    @Test
    void namesEachSubjectOnce() {
      LineageName name = new LineageName("a");
      Subject subject = Subject.parse("a.test");
      assertThatIllegalArgumentException()
          .isThrownBy(() ->
              IssuanceRequest.of(
                  name, List.of(subject, subject), CertificateAuthority.LETS_ENCRYPT));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> IssuanceRequest.of(name, List.of(), CertificateAuthority.LETS_ENCRYPT));
    }
  }

  @Nested
  class ARegistration {

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a@", "@b", "a@b,c@d", "a b@c", "a@b?cc=d"})
    void isRefusedWithoutOneAddress(String email) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> new Registration(Optional.of(email), terms -> true, Optional.empty()));
    }

    @Test
    void keepsTheMacKeyOutOfItsText() {
      String key = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldC0";
      assertThat(new ExternalAccount("kid", key).toString()).contains("kid").doesNotContain(key);
      assertThatIllegalArgumentException().isThrownBy(() -> new ExternalAccount("kid", "c2hvcnQ"));
    }
  }
}
