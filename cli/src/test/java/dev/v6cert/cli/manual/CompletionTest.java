package dev.v6cert.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.cli.command.Description;
import dev.v6cert.cli.command.DnsServerCommand;
import dev.v6cert.cli.command.NameCommand;
import dev.v6cert.cli.command.ShowCommand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts, run by the shells that they are for. */
class CompletionTest {

  private static final List<Description> COMMANDS =
      List.of(
          new NameCommand().description(),
          new ShowCommand().description(),
          new DnsServerCommand().description());

  @TempDir Path directory;

  private List<String> run(String... command) throws Exception {
    assumeThat(Stream.of("/usr/bin", "/bin").map(it -> Path.of(it, command[0])))
        .as("the shell " + command[0])
        .anyMatch(Files::exists);
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return out.lines().toList();
  }

  private Path write(Completion shell) throws Exception {
    return Files.writeString(directory.resolve(shell.fileName()), shell.script(COMMANDS));
  }

  private List<String> bash(String line) throws Exception {
    String script =
        "source ./v6cert; COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _v6cert;"
                .formatted(line)
            + " printf '%s\\n' \"${COMPREPLY[@]}\"";
    return run("bash", "-c", script);
  }

  @Test
  void bash_completes_commands_options_and_values() throws Exception {
    write(Completion.BASH);

    assertThat(bash("v6cert sh")).containsExactly("show");
    assertThat(bash("v6cert help na")).containsExactly("name");
    assertThat(bash("v6cert name --de")).containsExactlyInAnyOrder("--decode", "--debug");
    assertThat(bash("v6cert --quiet dns-server --policy ''"))
        .containsExactly("any", "public", "private");
    assertThat(bash("v6cert dns-server --policy = pu")).containsExactly("public");
    assertThat(bash("v6cert dns-server --zone-file v6c")).containsExactly("v6cert");
  }

  @Test
  void zsh_finds_no_fault_with_its_script() throws Exception {
    write(Completion.ZSH);

    assertThat(run("zsh", "-fn", "_v6cert")).isEmpty();
  }

  @Test
  void fish_completes_commands_and_options() throws Exception {
    Path script = write(Completion.FISH);

    assertThat(run("fish", "-N", "-c", "source " + script + "; complete -C 'v6cert sh'"))
        .singleElement()
        .asString()
        .startsWith("show\t");
    assertThat(run("fish", "-N", "-c", "source " + script + "; complete -C 'v6cert name --deco'"))
        .singleElement()
        .asString()
        .startsWith("--decode");
  }
}
