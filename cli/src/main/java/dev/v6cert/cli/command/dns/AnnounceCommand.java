package dev.v6cert.cli.command.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AnnounceSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.provision.Announcement;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.CommandSpec.Argument.Count;
import dev.v6cert.cli.setting.ValueCompletion;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** {@code v6cert announce}: a name of one's own that follows this machine's addresses. */
public final class AnnounceCommand implements Command {
  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.ANNOUNCE,
        List.of(
            "It prints nothing where the name is right already: run it from cron or as a hook.",
            "Exit code 10: there is no public address, and the name stays as it is."),
        Optional.of(
            new CommandSpec.Argument(
                "NAME",
                Count.ONE,
                "the name, in a zone of --rfc2136",
                new ValueCompletion.Nothing())),
        List.of(
            RecordSettings.RFC2136,
            RecordSettings.TSIG_KEY,
            NameSettings.ADDRESS,
            NameSettings.FAMILY,
            NameSettings.INTERFACE,
            AnnounceSettings.TTL,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example(
                "announce pi.example.org --rfc2136 ns.example.org --tsig-key pi.key",
                "have the name lead here")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Announcement made = Announcement.make(name(invocation.argument()), invocation.settings());
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("name", made.name().toString())
                  .putStrings(
                      "addresses", made.addresses().stream().map(IpAddress::toString).toList())
                  .put("changed", made.changed()));
    } else if (made.changed()) {
      invocation.console().result(made.text());
    }
    return ExitStatus.DONE;
  }

  private static HostName name(Optional<String> argument) throws CliFailureException {
    try {
      return HostName.of(argument.orElseThrow());
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          argument.orElseThrow() + " is not a name: " + e.getMessage(),
          "a name looks like pi.v6.example.org");
    }
  }
}
