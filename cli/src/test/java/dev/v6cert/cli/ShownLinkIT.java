package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.terminal.Palette;
import dev.v6cert.cli.up.QrCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Links that a phone is to open, at a terminal of 80 columns: as text, and as a QR code. */
class ShownLinkIT {

  private static final String WAITING =
      "waiting for requests; Ctrl-C ends; certificate (89|90) days";

  @RegisterExtension static final RunningLan network = new RunningLan("192.168.1.20");

  @TempDir Path home;
  private V6cert machine = V6cert.here(Path.of(""));

  @BeforeEach
  void make() throws Exception {
    machine = new V6cert(network.machine()::process, home);
    Files.writeString(Files.createDirectory(home.resolve("site")).resolve("index.html"), "here\n");
  }

  private Tmux terminal(String... words) throws Exception {
    return new Tmux(machine, 80, Tmux.quoted(machine.process(List.of(), List.of(words)).command()));
  }

  private static String found(String screen, String regex) {
    Matcher matcher = Pattern.compile(regex).matcher(screen);
    assertThat(matcher.find()).as(screen).isTrue();
    return matcher.group();
  }

  private static void assertShowsCode(String screen, String link) {
    List<String> code =
        QrCode.lines(link, new Palette(true, true)).stream()
            .map(line -> line.replaceAll("\u001b\\[[0-9;]*m", "").stripTrailing())
            .toList();
    assertThat(screen.lines().map(String::stripTrailing).toList()).containsSequence(code);
  }

  @Test
  void ofUpHasALineBelowThatCountsRequestsAndEndsByCtrlC() throws Exception {
    try (Tmux terminal = terminal("up", home + "/site", "--local")) {
      String screen = terminal.await(WAITING);
      String link = found(screen, "https://\\S+/\\?v6cert=\\S+");
      assertShowsCode(screen, link);
      assertThat(screen.lines()).allSatisfy(row -> assertThat(row.length()).isLessThan(81));

      String[] curl = {"curl", "-sSkL", "-c", "/dev/null", "--max-time", "10", "--resolve"};
      List<String> words = new ArrayList<>(List.of(curl));
      words.addAll(List.of(RunningLan.NAME + ":443:" + RunningLan.ADDRESS, link));
      assertThat(network.neighbour().run(words.toArray(String[]::new))).isEqualTo("here\n");

      assertThat(terminal.await("2 requests, last: 200; certificate \\d\\d days; GET /"))
          .doesNotContain("waiting for requests");
      long start = System.nanoTime();
      terminal.press("C-c");
      terminal.await("stopped");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(3));
    }
  }

  @Test
  void isTextOnlyWithoutTheCode() throws Exception {
    try (Tmux terminal = terminal("up", home + "/site", "--local", "--no-qr")) {
      assertThat(terminal.await(WAITING)).contains("https://").doesNotContain("\u2580", "\u2584");
    }
  }

  @Test
  void ofTheSharedRootIsACode() throws Exception {
    assertThat(machine.run("obtain", "--ca", "local").code()).isZero();
    try (Tmux terminal = terminal("trust", "share")) {
      String screen = terminal.await("http://\\S+:8765/[0-9a-f]{8}/");
      assertShowsCode(screen, found(screen, "http://\\S+:8765/[0-9a-f]{8}/"));
      terminal.press("C-c");
    }
  }

  @Test
  void ofTheAcmeServerIsACodeWithItsCredentials() throws Exception {
    try (Tmux terminal = terminal("local-ca", "serve")) {
      terminal.await("root sha-256 +[0-9a-f]{64}");
      String screen = terminal.await("\u2580|\u2584");
      String directory = found(screen, "https://\\S+/acme/directory");
      String id = found(screen, "(?<=eab key id {1,9})\\S+");
      String key = found(screen, "(?<=eab hmac key {1,9})\\S+");
      assertShowsCode(screen, directory + "#eab-kid=" + id + "&eab-hmac-key=" + key);
      terminal.press("C-c");
    }
  }
}
