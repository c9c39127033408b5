package dev.v6cert.cli.command;

import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AddressText;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.plan.ChosenName;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.Ipv4Address;
import dev.v6cert.ipv6.Ipv6Address;
import dev.v6cert.ipv6.name.EmbeddedAddresses;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.MagicName;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code v6cert name}: from an address to its name, and back. */
public final class NameCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.NAME,
        List.of(),
        Optional.of(
            new CommandSpec.Argument(
                "ADDRESS", false, "an IP address; without it, the one this machine would use")),
        Setting.join(
            NameSettings.CHOICE,
            List.of(NameSettings.DECODE, CertificateSettings.OPEN_PORT, GlobalSettings.JSON)),
        List.of(
            new CommandSpec.Example("name", "the name that this machine would get"),
            new CommandSpec.Example(
                "name 2800:3f0:4001:810::200e --zone nip.io", "the name of an address, in nip.io"),
            new CommandSpec.Example(
                "name --decode www.2001-db8--1.sslip.io", "the address that a name carries")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    Optional<HostName> decode = settings.find(NameSettings.DECODE);
    refuseTwo(settings, invocation.argument().isPresent());
    if (decode.isPresent()) {
      return decode(decode.get(), invocation);
    }
    if (invocation.argument().isPresent()) {
      IpAddress address = address(invocation.argument().get());
      return print(ChosenName.of(address, settings), List.of(address), invocation);
    }
    CertificatePlan.checkDual(settings);
    ChosenAddress address = ChosenAddress.find(settings);
    return print(ChosenName.of(address, settings), address.addresses(), invocation);
  }

  private static ExitStatus print(
      ChosenName naming, List<IpAddress> addresses, Invocation invocation) {
    naming.note().ifPresent(invocation.console()::note);
    if (invocation.json()) {
      JsonObject json =
          JsonObject.report()
              .put("name", naming.name().toString())
              .put("address", addresses.getFirst().toString())
              .put("form", naming.form())
              .put("zone", naming.zone().toString());
      if (addresses.size() > 1) {
        json.put("beside", addresses.getLast().toString());
      }
      invocation.console().result(json);
    } else {
      invocation.console().result(naming.name().toString());
    }
    return ExitStatus.DONE;
  }

  private static void refuseTwo(Settings settings, boolean argument) throws CliFailureException {
    for (Setting<?> other : List.of(NameSettings.DECODE, NameSettings.ADDRESS, NameSettings.DUAL)) {
      if (argument && settings.isTyped(other)) {
        throw CliFailureException.usage(
            "there is both an ADDRESS and " + other.flag(), "leave one of them out");
      }
    }
  }

  private static IpAddress address(String text) throws CliFailureException {
    try {
      return AddressText.ip(text);
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          String.valueOf(e.getMessage()),
          "v6cert addresses lists this machine's; --decode reads a name");
    }
  }

  private static ExitStatus decode(HostName name, Invocation invocation)
      throws CliFailureException {
    EmbeddedAddresses embedded = MagicName.parse(relative(name, invocation.settings()));
    if (embedded.isEmpty()) {
      throw CliFailureException.usage(
          name + " carries no address",
          "a name with one looks like 2001-db8--1." + NameSettings.zone(invocation.settings()));
    }
    List<String> addresses = new ArrayList<>();
    embedded.ipv6().map(Ipv6Address::toString).ifPresent(addresses::add);
    embedded.ipv4().map(Ipv4Address::toString).ifPresent(addresses::add);
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report().put("name", name.toString()).putStrings("addresses", addresses));
    } else {
      addresses.forEach(invocation.console()::result);
    }
    return ExitStatus.DONE;
  }

  /** The labels left of the zone's apex; all of them where the name lies elsewhere. */
  private static String relative(HostName name, Settings settings) {
    Zone zone = NameSettings.zone(settings);
    String apex = "." + zone.apex().text();
    String text = name.text();
    return text.endsWith(apex) ? text.substring(0, text.length() - apex.length()) : text;
  }
}
