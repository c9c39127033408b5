package dev.v6cert.dns.update;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.file.FileFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpdateKeyFileTest {
  @TempDir Path home;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "key k { algorithm hmac-md5; secret c2VjcmV0; };              | --update-weak-keys",
        "key k { algorithm hmac-sha224; secret c2VjcmV0; };           | --update-weak-keys",
        "key k { algorithm hmac-none; secret c2VjcmV0; };             | hmac-none",
        "key k { algorithm hmac-sha256; secret ==; };                 | not base64",
        "key k { algorithm hmac-sha256                                | ends too soon",
        "grant k name x.auth.magic.test;                              | no key k above",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k name x.test; | does not lie in",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k zone x;      | a name or a subdomain",
        "key k { algorithm hmac-sha256; secret c2VjcmV0; }; grant k name x.auth.magic.test MX; | type MX",
        "hello                                                        | key or grant",
      })
  void aKeyFileWithAnErrorStopsTheStart(String text, String reason) throws IOException {
    Path file = RunningUpdateServer.write(home, "# a comment\n" + text + "\n");
    assertThatThrownBy(() -> UpdateKeyFile.read(file, RunningUpdateServer.ZONE, false))
        .isInstanceOf(FileFailure.class)
        .hasMessageContaining(reason)
        .hasMessageContaining(":2");
  }

  @Test
  void aKeyFileThatOthersReadStopsTheStart() throws IOException {
    Path file = RunningUpdateServer.write(home, "");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> UpdateKeyFile.read(file, RunningUpdateServer.ZONE, false))
        .isInstanceOfSatisfying(
            FileFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(FileFailure.Kind.EXPOSED));
  }
}
