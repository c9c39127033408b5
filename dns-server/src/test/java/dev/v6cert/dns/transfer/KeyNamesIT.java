package dev.v6cert.dns.transfer;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Transfers;
import dev.v6cert.dns.DnsServerConfig.Updates;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A key of one name in the files of updates and of transfers. */
class KeyNamesIT {

  @TempDir Path home;

  private Path key(String file, String algorithm, String secret) throws IOException {
    Path path =
        Files.writeString(
            home.resolve(file),
            "key same { algorithm " + algorithm + "; secret \"" + secret + "\"; };\n");
    return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
  }

  private void start(String algorithm, String secret) throws IOException {
    Hosting hosting =
        new Hosting(
            Zone.of("auth.magic.test"),
            new StoreLocation.Directory(home.resolve("store")),
            Optional.empty(),
            Optional.empty(),
            Registration.CLOSED,
            new Updates(Optional.of(key("updates", "hmac-sha256", "c2VjcmV0")), false),
            new Transfers(Optional.of(key("transfers", algorithm, secret)), List.of()));
    new RunningServer(config -> config.hosting(hosting)).start().close();
  }

  @Test
  void isTheSameKey() {
    assertThatCode(() -> start("hmac-sha256", "c2VjcmV0")).doesNotThrowAnyException();
    for (List<String> other :
        List.of(List.of("hmac-sha256", "b3RoZXI="), List.of("hmac-sha512", "c2VjcmV0"))) {
      assertThatThrownBy(() -> start(other.get(0), other.get(1)))
          .isInstanceOf(FileFailure.class)
          .hasMessage(
              home.resolve("updates")
                  + ": the key same is another one in the file of --transfer-key");
    }
  }
}
