package dev.v6cert.acme.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.cert.PKIXParameters;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class FailureTranslationTest {

  /** A Java whose file of roots is a link to nowhere, as Temurin's without Debian's package. */
  @Test
  void aJavaWithoutRootsIsToldAsThat() throws Exception {
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, new char[0]);
    InvalidAlgorithmParameterException cause =
        catchThrowableOfType(
            InvalidAlgorithmParameterException.class, () -> new PKIXParameters(empty));

    SSLException tls =
        new SSLException(
            "(internal_error) Unexpected error",
            new IllegalStateException("Unexpected error", cause));

    assertThat(FailureTranslation.reason(tls)).contains("no root certificates");
    assertThat(FailureTranslation.reason(new SSLException("bad record"))).isEqualTo("bad record");
  }
}
