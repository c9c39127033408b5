package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.manual.Completion;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.ValueCompletion;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * {@code v6cert completion}: prints the script for a shell.
 *
 * @param commands every command
 */
public record CompletionCommand(Supplier<List<CommandSpec>> commands) implements Command {

  /** The argument with which the scripts ask for the names of the lineages. */
  private static final String LINEAGES = "lineages";

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.COMPLETION,
        List.of(
            "A package of v6cert installs it. Else:",
            "for bash put it into ~/.local/share/bash-completion/completions/v6cert,",
            "for zsh as _v6cert into a directory of $fpath,",
            "for fish into ~/.config/fish/completions/v6cert.fish."),
        Optional.of(
            new CommandSpec.Argument(
                "SHELL",
                true,
                "bash, zsh or fish",
                new ValueCompletion.Words(List.of("bash", "zsh", "fish")))),
        List.of(),
        List.of(
            new CommandSpec.Example("completion bash", "print the script for bash"),
            new CommandSpec.Example("completion fish", "print the one for fish")));
  }

  @Override
  public ExitStatus run(Invocation invocation) throws CliFailureException, AcmeFailureException {
    String typed = invocation.argument().orElse("");
    if (typed.equals(LINEAGES)) {
      new CertificateStore(new StateDirectory(invocation.stateDirectory()))
          .lineages()
          .forEach(lineage -> invocation.console().result(lineage.name().text()));
      return ExitStatus.DONE;
    }
    for (Completion shell : Completion.values()) {
      if (shell.name().toLowerCase(Locale.ROOT).equals(typed)) {
        shell.script(commands.get()).lines().forEach(invocation.console()::result);
        return ExitStatus.DONE;
      }
    }
    throw CliFailureException.usage(
        "there is no completion for \"" + typed + "\"", "it is one of bash, zsh, fish");
  }
}
