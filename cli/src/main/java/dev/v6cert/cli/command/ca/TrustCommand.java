package dev.v6cert.cli.command.ca;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.acme.state.StateFailures;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.DurationText;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.report.TrustReport;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.share.ShareSession;
import dev.v6cert.cli.share.TrustProbeKeys;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.truststore.Machine;
import dev.v6cert.cli.truststore.StoreResult;
import dev.v6cert.cli.truststore.StoreResult.Verdict;
import dev.v6cert.cli.truststore.StoreSearch;
import dev.v6cert.cli.truststore.TrustChange;
import dev.v6cert.cli.truststore.TrustChange.Action;
import dev.v6cert.cli.truststore.TrustJournal;
import dev.v6cert.cli.truststore.TrustStore;
import dev.v6cert.cli.truststore.TrustedRoot;
import dev.v6cert.ipv6.InterfaceAddress;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.selection.LanAddress;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code v6cert trust}: the root of the local CA in the trust stores of this machine. */
public final class TrustCommand implements Command {

  private static final List<String> ACTIONS = List.of("install", "status", "remove", "share");

  private static final Setting<Integer> PORT =
      Setting.of("share-port", "PORT", TrustCommand::port)
          .onlyAsFlag()
          .orElse("8765")
          .help("the port of share, and the next one; 0 for any");

  private static final Setting<Duration> TIME =
      Setting.of("time", "TIME", DurationText::parse)
          .onlyAsFlag()
          .orElse("10min")
          .help("how long share serves");

  private static final List<Setting<?>> OF_SHARE =
      List.of(PORT, TIME, NameSettings.ADDRESS, NameSettings.INTERFACE, UpSettings.NO_QR);

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.TRUST,
        List.of(
            "install puts the root into the system's store, every Java installation, and the"
                + " databases of Chromium and Firefox; on macOS and Windows into their stores."
                + " It says what it changes before it does, and asks. A store that only root may"
                + " change is left, and the command for it printed. remove undoes exactly that,"
                + " also for roots that local-ca rotate has replaced. Browsers must be restarted.",
            "share serves the root and the steps to phones in the local network, for ten minutes,"
                + " by a link and its QR code."),
        Optional.of(CommandSpec.Argument.action(ACTIONS)),
        List.of(
            LineageSettings.YES,
            PORT,
            TIME,
            NameSettings.ADDRESS,
            NameSettings.INTERFACE,
            UpSettings.NO_QR,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("trust status", "see which stores have the root"),
            new CommandSpec.Example("trust install", "put it into all of them"),
            new CommandSpec.Example("trust remove", "take it out again"),
            new CommandSpec.Example("trust share", "show it to a phone")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    String action = invocation.argument().orElseThrow();
    refuseUseless(invocation.settings(), action);
    return switch (action) {
      case "install" -> install(invocation);
      case "status" -> status(invocation);
      case "share" -> share(invocation);
      default -> remove(invocation);
    };
  }

  private static void refuseUseless(Settings settings, String action) throws CliFailureException {
    for (Setting<?> one : OF_SHARE) {
      if (settings.isTyped(one) && !action.equals("share")) {
        throw CliFailureException.usage(
            one.flag() + " is for v6cert trust share", "leave out " + one.flag());
      }
    }
  }

  private static int port(String text) {
    int port = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("it is not a port");
    }
    return port;
  }

  private static ExitStatus share(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException {
    Settings settings = invocation.settings();
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    LocalAuthorityStore store = new LocalAuthorityStore(directory(invocation));
    LocalAuthority authority = store.present();
    Optional<IpAddress> address = settings.find(NameSettings.ADDRESS);
    if (address.isEmpty()) {
      address =
          new LanAddress(Optional.empty(), settings.find(NameSettings.INTERFACE), Optional.empty())
              .find()
              .map(InterfaceAddress::address);
    }
    if (address.isEmpty()) {
      throw CliFailureException.usage(
          "this machine has no address in a local network", "add --address ADDRESS");
    }
    new ShareSession(
            root(authority, store),
            TrustProbeKeys.of(authority, address.get(), Instant.now()),
            address.get(),
            settings.value(PORT),
            settings.value(TIME))
        .run(invocation.console(), !settings.value(UpSettings.NO_QR));
    return ExitStatus.DONE;
  }

  private static StateDirectory directory(Invocation invocation) {
    return new StateDirectory(invocation.stateDirectory());
  }

  private static TrustedRoot present(StateDirectory directory) throws AcmeFailureException {
    LocalAuthorityStore store = new LocalAuthorityStore(directory);
    return root(store.present(), store);
  }

  private static TrustedRoot root(LocalAuthority authority, LocalAuthorityStore store) {
    return new TrustedRoot(authority.id(), authority.root(), store.rootFile());
  }

  private static List<TrustStore> stores(Invocation invocation) throws InterruptedException {
    return new StoreSearch(Machine.of(invocation.environment())).stores();
  }

  private static ExitStatus install(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    StateDirectory directory = directory(invocation);
    TrustedRoot root = present(directory);
    TrustChange change = new TrustChange(Action.INSTALL, root, stores(invocation));
    List<StoreResult> results = changed(invocation, directory, change);
    TrustReport report = new TrustReport(change, results);
    Console console = invocation.console();
    TrustReport.print(List.of(report), console);
    if (!invocation.json()) {
      TrustReport.variables(root, new StoreSearch(Machine.of(invocation.environment())))
          .forEach(console::note);
      replaced(directory, root)
          .forEach(old ->
              console.warn(
                  "the root "
                      + old.id()
                      + " of an earlier local CA may still be trusted; v6cert trust remove takes"
                      + " out both"));
    }
    return report.status();
  }

  private static List<TrustedRoot> replaced(StateDirectory directory, TrustedRoot root)
      throws AcmeFailureException {
    return TrustJournal.read(directory).roots().stream()
        .filter(known -> !known.id().equals(root.id()))
        .toList();
  }

  /** Says what is to be changed, asks, and changes it. */
  private static List<StoreResult> changed(
      Invocation invocation, StateDirectory directory, TrustChange change)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Console console = invocation.console();
    List<StoreResult> plan = change.plan(TrustJournal.read(directory));
    if (plan.stream().noneMatch(result -> result.verdict() instanceof Verdict.Due)) {
      return plan;
    }
    console.note(
        change.root().name()
            + " ("
            + change.root().id()
            + (change.action() == Action.INSTALL ? ") will be trusted by" : ") will be gone from"));
    for (StoreResult result : plan) {
      if (result.verdict() instanceof Verdict.Due due) {
        console.note("  " + result.store().readers() + ": " + due.change());
      }
    }
    Confirmation.needFor(invocation.settings(), console, "Go ahead?");
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      return change.carryOut(
          plan,
          TrustJournal.open(lock),
          result -> {
            String readers = result.store().readers();
            if (result.verdict() instanceof Verdict.Done) {
              console.steps().done(readers);
            } else {
              console.steps().note(readers + ": failed");
            }
          });
    } catch (IOException e) {
      throw StateFailures.unwritable(directory.root(), e);
    }
  }

  private static ExitStatus status(Invocation invocation)
      throws AcmeFailureException, InterruptedException {
    StateDirectory directory = directory(invocation);
    TrustJournal journal = TrustJournal.read(directory);
    TrustedRoot root = present(directory);
    TrustChange change = new TrustChange(Action.INSTALL, root, stores(invocation));
    TrustReport.print(List.of(new TrustReport(change, change.plan(journal))), invocation.console());
    for (TrustedRoot old : replaced(directory, root)) {
      invocation
          .console()
          .warn("the root " + old.id() + " of an earlier local CA may still be in a store");
    }
    return ExitStatus.DONE;
  }

  private static ExitStatus remove(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    StateDirectory directory = directory(invocation);
    List<TrustedRoot> roots = new ArrayList<>(TrustJournal.read(directory).roots());
    new LocalAuthorityStore(directory)
        .find()
        .filter(own -> roots.stream().noneMatch(root -> root.id().equals(own.id())))
        .ifPresent(own ->
            roots.add(
                new TrustedRoot(
                    own.id(), own.root(), new LocalAuthorityStore(directory).rootFile())));
    if (roots.isEmpty()) {
      throw new AcmeFailureException(new AcmeFailure.NoLocalAuthority());
    }
    List<TrustStore> stores = stores(invocation);
    List<TrustReport> reports = new ArrayList<>();
    ExitStatus worst = ExitStatus.DONE;
    for (TrustedRoot root : roots) {
      TrustChange change = new TrustChange(Action.REMOVE, root, stores);
      List<StoreResult> results = changed(invocation, directory, change);
      TrustReport report = new TrustReport(change, results);
      reports.add(report);
      ExitStatus status = report.status();
      worst = status.code() > worst.code() ? status : worst;
    }
    TrustReport.print(reports, invocation.console());
    return worst;
  }
}
