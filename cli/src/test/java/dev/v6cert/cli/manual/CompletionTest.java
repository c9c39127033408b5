package dev.v6cert.cli.manual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.KeyType;
import dev.v6cert.acme.issue.CertificateRevoker.Reason;
import dev.v6cert.cli.command.AccountCommand;
import dev.v6cert.cli.command.NameCommand;
import dev.v6cert.cli.command.ObtainCommand;
import dev.v6cert.cli.command.ScheduleCommand;
import dev.v6cert.cli.command.ShowCommand;
import dev.v6cert.cli.command.dns.DnsServerCommand;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.ValueCompletion;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts, run by the shells that they are for. */
class CompletionTest {

  private static final List<CommandSpec> COMMANDS =
      List.of(
          new NameCommand().description(),
          new ShowCommand().description(),
          new ObtainCommand().description(),
          new ScheduleCommand().description(),
          new AccountCommand().description(),
          new DnsServerCommand().description());

  @TempDir Path directory;

  /** A program that says which lineages there are, and in which state directory it was asked. */
  @BeforeEach
  void makeProgram() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Path program =
        Files.writeString(
            bin.resolve("v6cert"),
            """
            #!/bin/sh
            case "$*" in
              'completion lineages') printf 'first.example\\nsecond.example\\n' ;;
              '--state-dir /elsewhere completion lineages') echo third.example ;;
            esac
            """);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private List<String> run(String... command) throws Exception {
    assumeThat(Stream.of("/usr/bin", "/bin").map(it -> Path.of(it, command[0])))
        .as("the shell " + command[0])
        .anyMatch(Files::exists);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().merge("PATH", directory + "/bin", (path, bin) -> bin + ":" + path);
    builder.environment().put("HOME", directory.toString());
    Process process = builder.start();
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
  void bashCompletesCommandsAndOptions() throws Exception {
    write(Completion.BASH);

    assertThat(bash("v6cert sh")).containsExactly("show");
    assertThat(bash("v6cert help na")).containsExactly("name");
    assertThat(bash("v6cert name --de")).containsExactlyInAnyOrder("--decode", "--debug");
    assertThat(bash("v6cert --state-dir /elsewhere sh")).containsExactly("show");
    assertThat(bash("v6cert --state-dir = /elsewhere name --deco")).containsExactly("--decode");
    assertThat(bash("v6cert --stat")).containsExactly("--state-dir");
  }

  @Test
  void bashCompletesValues() throws Exception {
    write(Completion.BASH);

    assertThat(bash("v6cert --quiet dns-server --policy ''"))
        .containsExactly("any", "public", "private");
    assertThat(bash("v6cert dns-server --policy = pu")).containsExactly("public");
    assertThat(bash("v6cert dns-server --zone-file v6c")).containsExactly("v6cert");
    assertThat(bash("v6cert obtain --ca let"))
        .containsExactly("letsencrypt", "letsencrypt-staging");
    assertThat(bash("v6cert obtain --key-type rsa")).containsExactly("rsa2048", "rsa4096");
    assertThat(bash("v6cert name --zone n")).containsExactly("nip.io");
    assertThat(bash("v6cert name --form h")).containsExactly("hex");
    assertThat(bash("v6cert schedule --by ''")).containsExactly("systemd", "cron");
    assertThat(bash("v6cert account ro")).containsExactly("rollover");
    assertThat(bash("v6cert --color always account --email x de")).containsExactly("deactivate");
    assertThat(bash("v6cert show ''")).containsExactly("first.example", "second.example");
    assertThat(bash("v6cert obtain --lineage se")).containsExactly("second.example");
    assertThat(bash("v6cert --state-dir /elsewhere show ''")).containsExactly("third.example");
    assertThat(bash("v6cert show --state-dir = /elsewhere ''")).containsExactly("third.example");
    assertThat(bash("v6cert obtain ''")).containsExactly("");
  }

  @Test
  void zshFindsNoFaultWithItsScript() throws Exception {
    write(Completion.ZSH);

    assertThat(run("zsh", "-fn", "_v6cert")).isEmpty();
  }

  /** An interactive zsh in a pseudo-terminal of its own (zsh/zpty), with a Tab typed. */
  @Test
  void zshCompletes() throws Exception {
    write(Completion.ZSH);

    assertZsh("v6cert dns-s", "v6cert dns-server");
    assertZsh("v6cert --state-dir /elsewhere dns-s", "dns-server");
    assertZsh("v6cert obtain --key-type=ec3", "--key-type=ec384");
    assertZsh("v6cert obtain --ca zero", "--ca zerossl");
    assertZsh("v6cert schedule --by cr", "--by cron");
    assertZsh("v6cert account rol", "account rollover");
    assertZsh("v6cert --quiet account rol", "account rollover");
    assertZsh("v6cert name --zone sslip", "--zone sslip.io");
    assertZsh("v6cert show sec", "show second.example");
    assertZsh("v6cert obtain --lineage fir", "--lineage first.example");
    assertZsh("v6cert --state-dir /elsewhere show th", "show third.example");
  }

  private void assertZsh(String typed, String completed) throws Exception {
    Path script =
        Files.writeString(
            directory.resolve("type"),
            """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1='' ; fpath=($PWD \\$fpath); autoload -Uz compinit; compinit -u -D; echo rea''dy"
            zpty -r -m shell seen '*ready*'
            zpty -w -n shell $'%s\\t'
            typeset -i n=0
            all=
            while (( n++ < 200 )); do
              [[ $all != *'%s'* ]] || break
              if zpty -r -t shell part; then all+=$part; else sleep 0.05; fi
            done
            print -r -- $all
            zpty -d shell
            """
                .formatted(typed, completed));
    assertThat(String.join("\n", run("zsh", "-f", script.toString()))).contains(completed);
  }

  @Test
  void fishCompletes() throws Exception {
    write(Completion.FISH);

    assertThat(fish("v6cert sh")).containsExactly("show");
    assertThat(fish("v6cert name --deco")).containsExactly("--decode");
    assertThat(fish("v6cert --state-dir /elsewhere sh")).containsExactly("show");
    assertThat(fish("v6cert --quiet name --deco")).containsExactly("--decode");
    assertThat(fish("v6cert obtain --ca let"))
        .containsExactly("letsencrypt", "letsencrypt-staging");
    assertThat(fish("v6cert obtain --key-type=rsa2")).containsExactly("--key-type=rsa2048");
    assertThat(fish("v6cert name --zone n")).containsExactly("nip.io");
    assertThat(fish("v6cert schedule --by ")).containsExactly("cron", "systemd");
    assertThat(fish("v6cert account rol")).containsExactly("rollover");
    assertThat(fish("v6cert show ")).containsExactly("first.example", "second.example");
    assertThat(fish("v6cert obtain --lineage se")).containsExactly("second.example");
    assertThat(fish("v6cert --state-dir /elsewhere show ")).containsExactly("third.example");
    assertThat(fish("v6cert help na")).containsExactly("name");
  }

  /** The completions of a line, without their descriptions. */
  private List<String> fish(String line) throws Exception {
    return run("fish", "-N", "-c", "source ./v6cert.fish; complete -C '" + line + "'").stream()
        .map(found -> found.split("\t", -1)[0])
        .toList();
  }

  @Test
  void theWordsThatAreOfferedAreThoseThatAreRead() {
    assertThat(words(CertificateSettings.CA))
        .isEqualTo(
            Stream.concat(
                    CertificateAuthority.known().stream(), Stream.of(CertificateAuthority.LOCAL))
                .map(CertificateAuthority::id)
                .toList());
    assertThat(words(CertificateSettings.KEY_TYPE))
        .isEqualTo(Arrays.stream(KeyType.values()).map(KeyType::id).toList());
    assertThat(words(LineageSettings.REASON))
        .isEqualTo(Arrays.stream(Reason.values()).map(Reason::id).toList());
    for (CommandSpec command : COMMANDS) {
      for (Setting<?> setting : command.settings()) {
        if (setting.offer() instanceof ValueCompletion.Words(var words)) {
          words.forEach(word -> assertThat(setting.reader().apply(List.of(word))).isNotNull());
        }
      }
    }
  }

  private static List<String> words(Setting<?> setting) {
    return setting.offer() instanceof ValueCompletion.Words(var words) ? words : List.of();
  }
}
