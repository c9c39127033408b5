package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A dev server on port 3000 of loopback, which {@code v6cert up 3000} shows. */
final class ShownServer implements AutoCloseable {

  private final RunningNetwork network;
  private final V6cert machine;
  private final Process server;

  private ShownServer(RunningNetwork network, V6cert machine, Process server) {
    this.network = network;
    this.machine = machine;
    this.server = server;
  }

  static ShownServer start(RunningNetwork network, V6cert machine) throws IOException {
    Path site = Files.createDirectories(machine.home().resolve("site"));
    Files.writeString(site.resolve("index.html"), "here\n");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process server =
        network
            .namespace()
            .process(
                List.of(
                    java, "-m", "jdk.httpserver", "-b", "127.0.0.1", "-p", "3000", "-d", site + ""))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new ShownServer(network, machine, server);
  }

  /**
   * The page, as a phone in the Internet gets it by the link that a run prints.
   *
   * @param name that of the link
   * @param address that the name leads to
   */
  String page(String name, String address, String... options) throws Exception {
    List<String> words = new ArrayList<>(List.of("up", "3000"));
    words.addAll(List.of(options));
    words.addAll(network.options());
    Path told = machine.home().resolve("up.err");
    Process up = machine.process(List.of(), words).redirectError(told.toFile()).start();
    try {
      String link = up.inputReader(StandardCharsets.UTF_8).readLine();
      assertThat(link).as(Files.readString(told)).startsWith("https://" + name + "/?v6cert=");
      return network
          .internet()
          .run(
              "curl",
              "-sSL",
              "--cookie",
              "", // Kept, as browsers do.
              "--max-time",
              "10",
              "--cacert",
              network.pebble().issuingRoot() + "",
              "--resolve",
              name + ":443:" + address,
              link);
    } finally {
      up.destroy();
      assertThat(up.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Override
  public void close() {
    server.destroyForcibly().onExit().join();
  }
}
