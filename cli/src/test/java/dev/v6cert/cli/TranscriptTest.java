package dev.v6cert.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.v6cert.cli.Transcript.Outcome;
import dev.v6cert.cli.setting.Environment;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The transcripts that need nothing of the machine, run in this JVM. */
class TranscriptTest {

  /** The width of columns must not depend on where this machine keeps temporary files. */
  private static final int HOME_LENGTH = 80;

  @TempDir Path scratch;
  private Path home = Path.of("");

  @BeforeEach
  void makeHomeOfFixedLength() throws IOException {
    int missing = HOME_LENGTH - scratch.toString().length() - 1;
    home = Files.createDirectory(scratch.resolve("h".repeat(missing)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "name", "usage", "config", "dns-server", "dns-accounts"})
  void theCommandLineBehavesAsRecorded(String name) throws Exception {
    Files.writeString(home.resolve("good.properties"), "# mine\nzone = nip.io\nform=padded\n");
    Files.writeString(home.resolve("misspelt.properties"), "\nzoen = nip.io\n");
    Files.writeString(home.resolve("bad-value.properties"), "form = \\\n  roman\n");
    Files.writeString(home.resolve("twice.properties"), "zone=nip.io\nform=hex\nzone=sslip.io\n");
    Files.writeString(home.resolve("force.properties"), "json=true\n");
    Files.writeString(home.resolve("bad.zone"), "www A 192.0.2.1\nwww CNAME elsewhere\n");
    Files.writeString(home.resolve("bad.list"), "# phishing\n203.0.113.7/24\n");
    Files.write(home.resolve("latin1.properties"), new byte[] {'#', (byte) 0xe9, '\n'});
    Transcript transcript = Transcript.named(name);

    String now = transcript.replay(this::run, text -> text.replace(home.toString(), "/home/me"));

    assertThat(now).isEqualTo(transcript.recorded());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"help", "help --help", "help help", "help -h", "--quiet help", "--quiet -h"})
  void theOverallHelpIsShownHoweverItIsAskedFor(String words) {
    assertThat(run(List.of(words.split(" ", -1)))).isEqualTo(run(List.of("--help")));
  }

  /** Leading words {@code NAME=value} are the environment, as in a shell. */
  private Outcome run(List<String> words) {
    Map<String, String> variables = new HashMap<>(Map.of("TERM", "xterm"));
    int at = 0;
    while (at < words.size() && words.get(at).matches("[A-Z0-9_]+=.*")) {
      String[] parts = words.get(at++).split("=", 2);
      variables.put(parts[0], parts[1].replace("~", home.toString()));
    }
    Environment environment =
        new Environment(variables, home, home.resolve("etc"), Environment.Platform.UNIX, false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            out,
            err,
            new Streams.Terminals(false, false, false),
            StandardCharsets.UTF_8);
    List<String> arguments =
        words.subList(at, words.size()).stream()
            .map(word -> word.replace("~", home.toString()))
            .toList();
    int code = new CommandRunner(environment, streams).run(arguments).code();
    return new Outcome(
        out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8), code);
  }
}
