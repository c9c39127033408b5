package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Headless browsers, and other clients, of a user whose trust stores a test has changed.
 *
 * @param starter makes a process of a command line, perhaps in a network namespace
 * @param home of the user
 */
record Browsers(Function<List<String>, ProcessBuilder> starter, Path home) {

  private static final long LIMIT_SECONDS = 90;

  /** The page that Chromium shows, every name led to 127.0.0.1; the test is skipped without it. */
  String chromium(String url, String... options) throws Exception {
    Optional<Path> program = program("chromium", "/usr/bin");
    assumeTrue(program.isPresent(), "chromium is not installed");
    List<String> command =
        new ArrayList<>(
            List.of(
                program.orElseThrow().toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * 127.0.0.1"));
    command.addAll(List.of(options));
    command.addAll(List.of("--dump-dom", url));
    return run(command);
  }

  /** Has Firefox open the page; it ends after the seconds where the page is refused. */
  void firefox(Path profile, String url, int seconds) throws Exception {
    Optional<Path> program =
        program("firefox-esr", "/usr/bin").or(() -> program("firefox", "/usr/bin"));
    assumeTrue(program.isPresent(), "firefox is not installed");
    run(
        List.of(
            "timeout",
            "-k",
            "5",
            Integer.toString(seconds),
            program.orElseThrow().toString(),
            "--headless",
            "--no-remote",
            "--profile",
            profile.toString(),
            "--screenshot",
            profile.resolve("page.png").toString(),
            url));
  }

  static Optional<Path> program(String name, String otherwise) {
    return Stream.concat(
            Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of(otherwise))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  boolean succeeds(String... command) throws Exception {
    Process process = start(List.of(command));
    process.getInputStream().readAllBytes();
    return process.waitFor() == 0;
  }

  private String run(List<String> command) throws Exception {
    Process process = start(command);
    try (InputStream out = process.getInputStream()) {
      String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
      return text;
    } finally {
      process.destroyForcibly();
    }
  }

  private Process start(List<String> command) throws IOException {
    List<String> bounded =
        new ArrayList<>(List.of("timeout", "-k", "5", Long.toString(LIMIT_SECONDS)));
    bounded.addAll(command);
    ProcessBuilder builder = starter.apply(bounded).redirectErrorStream(true);
    builder.environment().put("HOME", home.toString());
    builder.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
