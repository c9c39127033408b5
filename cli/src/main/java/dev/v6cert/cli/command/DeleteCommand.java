package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.LineageName;
import dev.v6cert.acme.lineage.LineageDeletion;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.terminal.JsonObject;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;

/** {@code v6cert delete}: the end of a lineage on this machine. */
public final class DeleteCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.DELETE,
        List.of(
            "Nothing is revoked: whoever has a copy of the key can use the certificate until it"
                + " expires. To prevent that, run v6cert revoke first."),
        Optional.of(CommandSpec.Argument.lineage(true)),
        List.of(LineageSettings.YES, GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("delete NAME", "remove it, after a question"),
            new CommandSpec.Example("delete NAME --yes", "remove it from a script")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    LineageName name = find(invocation);
    Confirmation.need(
        invocation.settings(),
        invocation.console(),
        "Delete " + name + " with its key? The certificate is not revoked by that.");
    try (StateLock lock = lock(invocation)) {
      LineageDeletion.delete(lock, name);
    }
    if (invocation.json()) {
      invocation.console().result(JsonObject.report().put("deleted", name.text()));
    } else {
      invocation.console().result(name + " is deleted; its certificate is not revoked");
    }
    return ExitStatus.DONE;
  }

  /**
   * Under the lock, which finishes what a killed run decided, where there is a directory to lock;
   * but nobody waits for an answer.
   */
  private static LineageName find(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    KnownLineages known = KnownLineages.in(invocation.stateDirectory());
    String typed = invocation.argument().orElseThrow();
    if (!Files.exists(invocation.stateDirectory())) {
      return known.find(typed).name();
    }
    try (StateLock _ = lock(invocation)) {
      return known.find(typed).name();
    }
  }

  private static StateLock lock(Invocation invocation)
      throws AcmeFailureException, InterruptedException {
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    return StateLockWait.lock(directory, invocation.console());
  }
}
