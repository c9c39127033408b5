package dev.v6cert.cli.command;

import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ErrorTexts;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.plan.ChosenAddress;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.terminal.TimeText;
import dev.v6cert.ipv6.AddressFlag;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.IpFamily;
import dev.v6cert.ipv6.Lifetime;
import dev.v6cert.ipv6.detect.AddressListing;
import dev.v6cert.ipv6.selection.AddressFinder;
import dev.v6cert.ipv6.selection.Rejection;
import dev.v6cert.ipv6.selection.Selection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** {@code v6cert addresses}: every address, and why it is or is not the one to use. */
public final class AddressesCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.ADDRESSES,
        List.of("Exit code 10 says that none can be used for a public certificate."),
        Optional.empty(),
        List.of(
            NameSettings.ADDRESS,
            NameSettings.FAMILY,
            NameSettings.INTERFACE,
            NameSettings.ZONE.help("with --ask-outside, ask the name servers of this zone"),
            NameSettings.ASK_OUTSIDE,
            NameSettings.DUAL,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("addresses", "every address, the one to be used first"),
            new CommandSpec.Example("addresses --interface eth0", "the choice on one interface"),
            new CommandSpec.Example("addresses --json", "the same for a program")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    CertificatePlan.checkDual(settings);
    return settings.value(NameSettings.DUAL) ? ofEachFamily(invocation) : best(invocation);
  }

  private static ExitStatus best(Invocation invocation)
      throws CliFailureException, IOException, InterruptedException {
    Settings settings = invocation.settings();
    Selection selection = new AddressFinder().lookClosely(ChosenAddress.selector(settings));
    List<Row> rows = rows(selection);
    if (!(selection instanceof Selection.NoneSuitable none)) {
      print(selection.listing(), rows, Optional.empty(), invocation);
      return ExitStatus.DONE;
    }
    Optional<IpAddress> outside = Optional.empty();
    CliFailure failure = ChosenAddress.failure(none, settings);
    if (settings.value(NameSettings.ASK_OUTSIDE) && settings.find(NameSettings.ADDRESS).isEmpty()) {
      try {
        outside = ChosenAddress.find(settings).known();
      } catch (CliFailureException e) {
        failure = e.failure();
      }
    }
    print(selection.listing(), rows, outside, invocation);
    return outside.isPresent() ? ExitStatus.DONE : fail(failure, invocation);
  }

  /** The best of each family, for one name that carries both. */
  private static ExitStatus ofEachFamily(Invocation invocation)
      throws CliFailureException, IOException {
    Map<IpFamily, Selection> selections = new EnumMap<>(IpFamily.class);
    List<Row> rows = new ArrayList<>();
    for (IpFamily family : IpFamily.values()) {
      Selection selection =
          new AddressFinder().lookClosely(ChosenAddress.selector(invocation.settings(), family));
      selections.put(family, selection);
      rows.addAll(rows(selection));
    }
    rows.sort(Comparator.comparing(row -> row.reason().isPresent()));
    print(selections.values().iterator().next().listing(), rows, Optional.empty(), invocation);
    for (Map.Entry<IpFamily, Selection> one : selections.entrySet()) {
      if (one.getValue() instanceof Selection.NoneSuitable none) {
        boolean other = selections.values().stream().anyMatch(Selection.Chosen.class::isInstance);
        return fail(ChosenAddress.failure(one.getKey(), none, other), invocation);
      }
    }
    return ExitStatus.DONE;
  }

  /** Prints the rows, and before them an address that is another machine's and leads here. */
  private static void print(
      AddressListing listing, List<Row> rows, Optional<IpAddress> outside, Invocation invocation) {
    if (invocation.json()) {
      invocation.console().result(json(listing, rows, outside));
    } else {
      print(listing, rows, outside, invocation.console());
    }
  }

  private static ExitStatus fail(CliFailure failure, Invocation invocation) {
    invocation.console().error(ErrorTexts.of(new CliFailureException(failure)).lines());
    return ExitStatus.NO_ADDRESS;
  }

  /**
   * An address with what came of it.
   *
   * @param rank its place among the usable ones, from 1; empty when it is not usable
   * @param reason why it is not the one to use; empty for the one that is
   */
  private record Row(InterfaceAddress address, OptionalLong rank, Optional<Rejection> reason) {

    String verdict() {
      return reason.map(Rejection::toString).orElse("would be used");
    }
  }

  private static List<Row> rows(Selection selection) {
    List<Row> rows = new ArrayList<>();
    int rank = 0;
    if (selection instanceof Selection.Chosen chosen) {
      rows.add(new Row(chosen.address(), OptionalLong.of(++rank), Optional.empty()));
    }
    for (Selection.PassedOver one : selection.passedOver()) {
      boolean usable =
          one.reason() instanceof Rejection.Outranked
              || one.reason() instanceof Rejection.OtherFamily;
      rows.add(
          new Row(
              one.address(),
              usable ? OptionalLong.of(++rank) : OptionalLong.empty(),
              Optional.of(one.reason())));
    }
    return rows;
  }

  private static void print(
      AddressListing listing, List<Row> rows, Optional<IpAddress> outside, Console console) {
    Table table = new Table();
    table.add(List.of("", "ADDRESS", "INTERFACE", "FLAGS", "PREFERRED", "VALID", "USABLE"));
    outside.ifPresent(address ->
        table.add(
            List.of("1", address.toString(), "-", "-", "-", "-", "would be used: seen outside")));
    for (Row row : rows) {
      InterfaceAddress address = row.address();
      table.add(
          List.of(
              row.rank().isPresent() ? Long.toString(row.rank().getAsLong()) : "-",
              address.address() + "/" + address.prefixLength(),
              address.on().name(),
              flags(address).isEmpty() ? "-" : String.join(",", flags(address)),
              text(address.preferred()),
              text(address.valid()),
              row.verdict()));
    }
    List<String> lines = table.lines();
    for (int i = 0; i < lines.size(); i++) {
      boolean best = i > 0 && (outside.isPresent() ? i == 1 : rows.get(i - 1).reason().isEmpty());
      console.result(
          i == 0
              ? console.palette().dim(lines.get(i))
              : best ? console.palette().green(lines.get(i)) : lines.get(i));
    }
    listing
        .shortfall()
        .ifPresent(why -> console.note("read from " + listing.source() + " only: " + why));
  }

  private static String text(Lifetime lifetime) {
    return lifetime instanceof Lifetime.Lasting lasting
        ? TimeText.of(lasting.left())
        : lifetime.toString();
  }

  private static List<String> flags(InterfaceAddress address) {
    List<String> flags = new ArrayList<>();
    for (AddressFlag flag : address.flags()) {
      flags.add(flag.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
    return flags;
  }

  private static JsonObject json(
      AddressListing listing, List<Row> rows, Optional<IpAddress> outside) {
    List<String> chosen =
        rows.stream()
            .filter(row -> row.reason().isEmpty())
            .map(row -> row.address().address().toString())
            .toList();
    JsonObject json =
        JsonObject.report()
            .put("source", listing.source())
            .put("default_route", listing.defaultRoute())
            .put("default_route_ipv4", listing.routes().ipv4())
            .put("chosen", outside.map(IpAddress::toString).or(() -> chosen.stream().findFirst()));
    if (chosen.size() > 1) {
      json.put("beside", chosen.getLast());
    }
    return json.putObjects("addresses", rows.stream().map(AddressesCommand::json).toList());
  }

  private static JsonObject json(Row row) {
    InterfaceAddress address = row.address();
    JsonObject json =
        JsonObject.empty()
            .put("address", address.address().toString())
            .put("prefix_length", address.prefixLength())
            .put("interface", address.on().name())
            .put("interface_up", address.on().up())
            .put("tunnel", address.on().tunnel())
            .put("scope", address.scope().registryName())
            .putStrings("flags", flags(address));
    putLifetime(json, "preferred_seconds", address.preferred());
    putLifetime(json, "valid_seconds", address.valid());
    return json.put("usable", row.rank().isPresent())
        .put("rank", row.rank())
        .put("reason", row.reason().map(Rejection::toString));
  }

  /** A number, {@code null} for ever, and no member at all where nobody knows. */
  private static void putLifetime(JsonObject json, String name, Lifetime lifetime) {
    switch (lifetime) {
      case Lifetime.Lasting lasting -> json.put(name, lasting.left().toSeconds());
      case Lifetime.Forever _ -> json.put(name, OptionalLong.empty());
      case Lifetime.Unknown _ -> {}
    }
  }
}
