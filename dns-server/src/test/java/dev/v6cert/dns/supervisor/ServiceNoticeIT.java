package dev.v6cert.dns.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.v6cert.testing.Program;
import dev.v6cert.testing.SystemHeaders;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ServiceNoticeIT {
  /** A service manager that waits for one word. */
  private static final String MANAGER =
      """
      import socket, sys
      manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
      manager.bind(sys.argv[1].replace("@", "\\0", 1))
      print("waiting", flush=True)
      print("told", manager.recv(100).decode(), flush=True)
      """;

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"", "@"})
  void aServiceManagerIsToldAtAPathAndAtAnAbstractSocket(String kind) throws Exception {
    String socket = kind + directory.resolve("notify");
    String python = Program.find("python3", "python3");
    Process manager = new ProcessBuilder(python, "-c", MANAGER, socket).start();
    try (BufferedReader said = manager.inputReader()) {
      assertThat(said.readLine()).isEqualTo("waiting");
      ServiceNotice.READY.send(socket);
      assertThat(said.readLine()).isEqualTo("told READY=1");
    } finally {
      manager.destroy();
    }
  }

  @Test
  void aSocketThatIsNotThereIsAFailure() {
    String socket = directory.resolve("none").toString();
    int noSuchFile = 2;
    assertThatThrownBy(() -> ServiceNotice.READY.send(socket))
        .isInstanceOf(IOException.class)
        .hasMessage("sendto: errno " + noSuchFile);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "relative", "vsock:2:1234"})
  void whatNamesNoSocketIsAFailure(String socket) {
    assertThatThrownBy(() -> ServiceNotice.READY.send(socket))
        .hasMessageContaining("is not a socket");
  }

  @ParameterizedTest
  @EnumSource
  void addressesAreAsInTheHeaders(SystemHeaders.Target target) throws Exception {
    SystemHeaders headers = new SystemHeaders("stddef.h", "sys/socket.h", "sys/un.h");
    headers.claimConstants(
        ServiceNotice.class,
        Map.of(
            "PATH_OFFSET", "offsetof(struct sockaddr_un, sun_path)",
            "PATH_SIZE", "sizeof(((struct sockaddr_un *) 0)->sun_path)",
            "ERRNO", ""));
    headers.claim("sizeof(sa_family_t)", Short.BYTES);
    headers.claim("sizeof(socklen_t)", Integer.BYTES);
    assertThat(headers.refutedBy(target)).isEmpty();
  }
}
