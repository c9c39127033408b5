package dev.v6cert.cli.command.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.dns.StableName;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.CommandSpec.Argument.Count;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.setting.ValueCompletion;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.update.UpdateClient;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.name.HostName;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code v6cert announce}: a name of one's own that follows this machine's addresses. */
public final class AnnounceCommand implements Command {
  private static final int LONGEST_TTL = 3600;

  /** The TTL of the records. */
  private static final Setting<Duration> TTL =
      Setting.of("ttl", "SECONDS", AnnounceCommand::ttl)
          .under("announce")
          .orElse("60")
          .help("how long resolvers may keep the addresses, at most an hour");

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
            TTL,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example(
                "announce pi.example.org --rfc2136 ns.example.org --tsig-key pi.key",
                "have the name lead here")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    HostName name = name(invocation.argument());
    StableName stable = new StableName(client(settings), name);
    List<IpAddress> addresses = addresses(settings);
    boolean changed = stable.leadTo(addresses, settings.value(TTL));
    List<String> texts = addresses.stream().map(IpAddress::toString).toList();
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("name", name.toString())
                  .putStrings("addresses", texts)
                  .put("changed", changed));
    } else if (changed) {
      invocation.console().result(name + " leads to " + String.join(" and ", texts));
    }
    return ExitStatus.DONE;
  }

  private static HostName name(Optional<String> argument) throws CliFailureException {
    try {
      return HostName.of(argument.orElseThrow());
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          argument.orElseThrow() + " is no name: " + e.getMessage(),
          "a name looks like pi.v6.example.org");
    }
  }

  private static UpdateClient client(Settings settings) throws CliFailureException, FileFailure {
    for (Setting<?> needed : List.of(RecordSettings.RFC2136, RecordSettings.TSIG_KEY)) {
      if (!settings.isSet(needed)) {
        throw CliFailureException.usage(
            "announce needs " + needed.flag(),
            "v6cert announce NAME --rfc2136 SERVER --tsig-key FILE; see docs/stable-name.md");
      }
    }
    return UpdateClient.of(
        settings.find(RecordSettings.RFC2136).orElseThrow(),
        settings.find(RecordSettings.TSIG_KEY).orElseThrow());
  }

  /** The address that is asked for, or the best one of each family. */
  private static List<IpAddress> addresses(Settings settings)
      throws CliFailureException, IOException, InterruptedException {
    Optional<IpAddress> given = settings.find(NameSettings.ADDRESS);
    if (given.isPresent()) {
      return List.of(given.get());
    }
    ChosenAddress best = ChosenAddress.find(settings);
    List<IpAddress> addresses = new ArrayList<>();
    addresses.add(best.address());
    best.otherFamily(settings).map(ChosenAddress::address).ifPresent(addresses::add);
    return addresses.stream().distinct().toList();
  }

  private static Duration ttl(String text) {
    if (!text.matches("\\d{1,4}") || Integer.parseInt(text) > LONGEST_TTL) {
      throw new IllegalArgumentException("it is no number of seconds from 0 to " + LONGEST_TTL);
    }
    return Duration.ofSeconds(Integer.parseInt(text));
  }
}
