package dev.v6cert.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.proxy.gate.OpenGate;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of a folder, and no others. */
class FolderIT {

  @TempDir Path home;
  private Rig rig;

  @BeforeEach
  void start() throws Exception {
    Path root = Files.createDirectories(home.resolve("site"));
    Files.writeString(home.resolve("secret"), "SECRET");
    Files.writeString(root.resolve("index.html"), "<p>home");
    Files.writeString(root.resolve("a b.txt"), "0123456789");
    Files.createDirectories(root.resolve("sub"));
    Files.writeString(root.resolve("sub/index.html"), "<p>sub");
    Files.createDirectories(root.resolve(".git"));
    Files.writeString(root.resolve(".git/config"), "SECRET");
    Files.writeString(root.resolve(".env"), "SECRET");
    Files.createDirectories(root.resolve(".well-known"));
    Files.writeString(root.resolve(".well-known/x.json"), "{}");
    Files.createSymbolicLink(root.resolve("out"), home.resolve("secret"));
    rig =
        Rig.of(
            new OpenGate(),
            new Route("/", new Route.Target.Folder(root)),
            new Route("/docs", new Route.Target.Folder(root.resolve("sub"))));
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private String get(String path, String... more) throws Exception {
    try (Rig.Wire wire = rig.wire()) {
      return wire.send("GET " + path + " HTTP/1.1\r\nHost: " + rig.host() + "\r\n")
          .send(String.join("", more) + "Connection: close\r\n\r\n")
          .rest(4000);
    }
  }

  @Test
  void areServedWithTheirTypes() throws Exception {
    assertThat(get("/")).contains("Content-Type: text/html").endsWith("<p>home");
    assertThat(get("/a%20b.txt")).contains("Content-Type: text/plain").endsWith("0123456789");
    assertThat(get("/.well-known/x.json")).startsWith("HTTP/1.1 200 ").endsWith("{}");
    assertThat(get("/docs/")).endsWith("<p>sub");
    assertThat(get("/sub/")).endsWith("<p>sub");
    assertThat(get("/sub")).startsWith("HTTP/1.1 302 ").contains("/sub/");
  }

  @Test
  void areServedInParts() throws Exception {
    assertThat(get("/a%20b.txt", "Range: bytes=2-4\r\n"))
        .startsWith("HTTP/1.1 206 ")
        .contains("Content-Range: bytes 2-4/10")
        .endsWith("234");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret",
        "/%2e%2e/secret",
        "/%2E%2E%2Fsecret",
        "/..%2fsecret",
        "/sub/../../secret",
        "/sub/%2e%2e/%2e%2e/secret",
        "/..%5csecret",
        "/%c0%ae%c0%ae/secret",
        "/%252e%252e/secret",
        "/..;/secret",
        "/;/../secret",
        "/docs/../../secret",
        "/docs/%2e%2e/%2e%2e/secret",
        "//../secret",
        "/%00/../secret",
        "/a%00",
        "/out",
        "/.git/config",
        "/%2egit/config",
        "/.env",
        "/sub/../.env",
        "/nothing",
        "/%zz"
      })
  void areAllThereIs(String path) throws Exception {
    assertThat(get(path))
        .doesNotContain("SECRET")
        .satisfiesAnyOf(
            it -> assertThat(it).startsWith("HTTP/1.1 404 "),
            it -> assertThat(it).startsWith("HTTP/1.1 400 "));
  }
}
