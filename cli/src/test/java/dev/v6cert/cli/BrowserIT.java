package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Chromium with the window of a phone, against a real Vite behind {@code up}: gate, page,
 * hot reload, redirect, a server that is away for a moment, and the inspector. With {@code
 * v6cert.pictures}, a folder, it leaves pictures there.
 */
class BrowserIT {

  private static final String CERTUTIL = "/usr/bin/certutil";

  @Test
  void showsAVitePageOnAPhoneAndReloadsItHot(@TempDir Path home) throws Exception {
    Path chromium = Path.of("/usr/bin/chromium");
    assumeThat(chromium).as("a browser: apt-get install chromium").exists();
    assumeThat(Path.of(CERTUTIL)).as("apt-get install libnss3-tools").exists();
    String pictures = System.getProperty("v6cert.pictures", home.toString());
    try (TestNetwork network = TestNetwork.create(home, settings -> settings);
        DevServers servers = new DevServers(network, home)) {
      network
          .internet()
          .run("mount", "--bind", home.resolve("resolv.conf").toString(), "/etc/resolv.conf");
      trust(network.pebble().issuingRoot(), home);
      List<String> vite = servers.node("vite/bin/vite.js", "--port", "5173", "--strictPort");
      Process server = servers.serve("vite", 5173, vite);
      String link = servers.up("5173");

      walk(
          servers.client(
              "browser.mjs",
              chromium.toString(),
              link,
              TestNetwork.ADDRESS,
              servers.app("vite/text.js").toString(),
              pictures),
          line -> {
            switch (line) {
              case "stop the server" -> end(server);
              case "start the server" -> servers.serve("vite", 5173, vite);
              default -> {}
            }
          });
      walk(
          servers.here("inspector.mjs", chromium + "", "http://localhost:4040/", pictures),
          line -> {
            if (line.equals("make a request")) {
              String jar = home.resolve("cookies").toString();
              servers.curl("-c", jar, link);
              assertThat(servers.curl("-b", jar, DevServers.URL + "/text.js?inspected"))
                  .contains("second text");
            }
          });
    }
  }

  private static void end(Process server) {
    server.descendants().forEach(ProcessHandle::destroy);
    server.destroy();
    server.onExit().join();
  }

  /** Does what a script asks for. */
  private interface Helper {
    void help(String line) throws Exception;
  }

  /** Runs a script to its end, and helps it after each line of its own. */
  private static void walk(ProcessBuilder script, Helper helper) throws Exception {
    List<String> said = new ArrayList<>();
    Process browser = script.redirectErrorStream(true).start();
    try (BufferedReader out = browser.inputReader(StandardCharsets.UTF_8);
        BufferedWriter in = browser.outputWriter(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        said.add(line);
        if (line.startsWith("stop") || line.startsWith("start") || line.startsWith("make")) {
          helper.help(line);
          in.write("\n");
          in.flush();
        }
      }
    }
    assertThat(said).as(String.join("\n", said)).last().isEqualTo("walked");
  }

  /** Chromium looks for the roots of its user in a database of its own. */
  private static void trust(Path root, Path home) throws IOException, InterruptedException {
    Path store = Files.createDirectories(home.resolve(".pki/nssdb"));
    for (List<String> words :
        List.of(
            List.of("-N", "--empty-password"),
            List.of("-A", "-t", "C,,", "-n", "root", "-i", root.toString()))) {
      List<String> command =
          Stream.concat(Stream.of(CERTUTIL, "-d", "sql:" + store), words.stream()).toList();
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(out).isZero();
    }
  }
}
