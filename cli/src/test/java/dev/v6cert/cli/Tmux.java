package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A terminal of tmux in which a line is run; it keeps what has scrolled away. */
final class Tmux implements AutoCloseable {

  private static final Path PROGRAM = Path.of("/usr/bin/tmux");

  private final V6cert machine;
  private final String socket;

  /** Runs the line on the machine, in a terminal of 50 rows. */
  Tmux(V6cert machine, int columns, String line) throws IOException {
    assumeTrue(Files.isExecutable(PROGRAM), "there is no " + PROGRAM);
    this.machine = machine;
    this.socket = machine.home().resolve("tmux").toString();
    List<String> words = new ArrayList<>(List.of("-f", "/dev/null", "new-session", "-d"));
    words.addAll(List.of("-x", "" + columns, "-y", "50", line + "; sleep 60"));
    String _ = run(words);
  }

  /** The command as a line of a shell. */
  static String quoted(List<String> command) {
    return command.stream()
        .map(word -> "'" + word.replace("'", "'\\''") + "'")
        .collect(Collectors.joining(" "));
  }

  /** The screen and what has scrolled away, once something of it matches. */
  String await(String regex) throws IOException, InterruptedException {
    Pattern pattern = Pattern.compile(regex);
    String screen = "";
    for (int i = 0; i < 300 && !pattern.matcher(screen).find(); i++) {
      Thread.sleep(100);
      screen = run(List.of("capture-pane", "-p", "-J", "-S", "-"));
    }
    assertThat(screen).containsPattern(pattern);
    return screen;
  }

  void resize(int columns) throws IOException {
    String _ = run(List.of("resize-window", "-x", "" + columns));
  }

  /** Presses a key, by tmux's name: {@code C-c}. */
  void press(String key) throws IOException {
    String _ = run(List.of("send-keys", key));
  }

  private String run(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString(), "-S", socket));
    command.addAll(words);
    ProcessBuilder builder = machine.process(List.of(), List.of());
    builder.command(command);
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("TERM", "xterm");
    builder.environment().remove("NO_COLOR");
    Process process = builder.redirectErrorStream(true).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() throws IOException {
    String _ = run(List.of("kill-server"));
  }
}
