package dev.v6cert.cli.command.ca;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.CertificateStore;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.lineage.StoredLineage;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.localca.AcmeService;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.option.LocalCaSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.plan.LocalCertificatePlan;
import dev.v6cert.cli.plan.LocalNames;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import dev.v6cert.cli.terminal.TimeText;
import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** {@code v6cert local-ca}: the certificate authority of this machine. */
public final class LocalCaCommand implements Command {

  private static final List<String> ACTIONS =
      List.of("show", "serve", "credentials", "rotate", "remove");

  /** The settings that one action has alone. */
  private static final Map<Setting<?>, String> OF_ONE_ACTION =
      Map.of(
          LocalCaSettings.PEM, "show",
          LocalCaSettings.ALLOW, "serve",
          LocalCaSettings.NO_EAB, "serve",
          LocalCaSettings.NEW, "credentials");

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.LOCAL_CA,
        List.of(
            "obtain --ca local makes it at its first use. Its root signs one intermediate and is"
                + " then without a key; both say in name constraints which names they may sign:"
                + " private domains and addresses, and magic names in the zones of --zone. rotate"
                + " makes another one, and the next renew replaces the certificates of the old"
                + " one; trust the new root before. remove deletes it.",
            "serve is an ACME server for the devices of the LAN, until Ctrl-C: each gets"
                + " certificates for the names and addresses that lead to it, by certbot, lego,"
                + " Caddy or v6cert obtain --ca. An account needs the credentials that serve and"
                + " credentials print."),
        Optional.of(CommandSpec.Argument.action(ACTIONS)),
        List.of(
            LocalCaSettings.PEM,
            LocalCaSettings.LISTEN,
            LocalCaSettings.ALLOW,
            LocalCaSettings.NAME,
            LocalCaSettings.NO_EAB,
            LocalCaSettings.NEW,
            CertificateSettings.ONLY_IPS,
            NameSettings.ZONE,
            LineageSettings.YES,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("local-ca show", "its root, and what it may sign"),
            new CommandSpec.Example("local-ca show --pem", "the root, for a trust store"),
            new CommandSpec.Example(
                "local-ca serve --listen 192.168.1.10:8555", "certificates for the LAN"),
            new CommandSpec.Example(
                "local-ca rotate --only-ips", "another one, for addresses alone")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    String action = invocation.argument().orElseThrow();
    refuseUseless(invocation.settings(), action);
    switch (action) {
      case "show" -> show(invocation);
      case "serve" -> serve(invocation);
      case "credentials" -> service(invocation).showCredentials();
      case "rotate" -> rotate(invocation);
      default -> remove(invocation);
    }
    return ExitStatus.DONE;
  }

  private static void refuseUseless(Settings settings, String action) throws CliFailureException {
    for (Map.Entry<Setting<?>, String> one : OF_ONE_ACTION.entrySet()) {
      String flag = one.getKey().flag();
      if (settings.isTyped(one.getKey()) && !action.equals(one.getValue())) {
        throw CliFailureException.usage(
            flag + " is for v6cert local-ca " + one.getValue(), "leave out " + flag);
      }
    }
    if (settings.value(CertificateSettings.ONLY_IPS)
        && !List.of("rotate", "serve").contains(action)) {
      throw CliFailureException.usage(
          "--only-ips is for v6cert local-ca rotate: a root cannot be changed",
          "leave out --only-ips");
    }
  }

  private static AcmeService service(Invocation invocation) {
    return new AcmeService(
        invocation.settings(),
        invocation.console(),
        new StateDirectory(invocation.stateDirectory()));
  }

  private static void serve(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    LibraryProviders.set(invocation.settings().value(GlobalSettings.DEBUG));
    service(invocation).serve(invocation.environment().variable("NOTIFY_SOCKET"));
  }

  private static void show(Invocation invocation) throws AcmeFailureException {
    LocalAuthorityStore store =
        new LocalAuthorityStore(new StateDirectory(invocation.stateDirectory()));
    LocalAuthority authority = store.present();
    Console console = invocation.console();
    if (invocation.settings().value(LocalCaSettings.PEM)) {
      LocalAuthorityStore.pem(authority.root()).lines().forEach(console::result);
      return;
    }
    NameConstraints permitted = authority.permitted();
    Instant end = authority.root().getNotAfter().toInstant();
    String name = authority.root().getSubjectX500Principal().getName().replaceFirst("^CN=", "");
    if (invocation.json()) {
      console.result(
          JsonObject.report()
              .put("id", authority.id())
              .put("name", name)
              .put("sha256", authority.fingerprint())
              .put("not_before", authority.root().getNotBefore().toInstant().toString())
              .put("not_after", end.toString())
              .putStrings("domains", permitted.domainTexts())
              .putStrings("addresses", permitted.blockTexts())
              .put("root_file", store.rootFile().toString()));
      return;
    }
    Table table = new Table();
    table.add(List.of("root", name));
    table.add(List.of("id", authority.id()));
    table.add(List.of("sha-256", grouped(authority.fingerprint())));
    table.add(List.of("valid until", TimeText.of(end)));
    table.add(List.of("signs names in", String.join(", ", permitted.domainTexts())));
    table.add(List.of("and addresses in", String.join(", ", permitted.blockTexts())));
    table.add(List.of("root certificate", store.rootFile().toString()));
    table.lines().forEach(console::result);
    console.note("clients trust it once it is in their stores: v6cert trust install");
  }

  /** As browsers show it. */
  private static String grouped(String hexadecimal) {
    return hexadecimal.toUpperCase(Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
  }

  private static void rotate(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    NameConstraints permitted = LocalNames.wanted(invocation.settings());
    Confirmation.need(
        invocation.settings(),
        invocation.console(),
        "Make another local CA? Its root has to be trusted anew wherever the old one is.");
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    Console console = invocation.console();
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      LocalAuthority made =
          new LocalAuthorityStore(directory)
              .create(lock, LocalCertificatePlan.owner(), permitted, Instant.now());
      List<String> lineages = lineages(directory);
      if (invocation.json()) {
        console.result(JsonObject.report().put("id", made.id()).putStrings("to_renew", lineages));
        return;
      }
      console.result("new local CA " + made.id());
      if (!lineages.isEmpty()) {
        console.note(
            "trust its root (v6cert trust install), then v6cert renew replaces "
                + String.join(", ", lineages));
      }
    }
  }

  private static void remove(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    if (!Files.exists(directory.localAuthority())) {
      throw new AcmeFailureException(new AcmeFailure.NoLocalAuthority());
    }
    Confirmation.need(
        invocation.settings(),
        invocation.console(),
        "Remove the local CA? Its certificates stay, but cannot be renewed.");
    Console console = invocation.console();
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      new LocalAuthorityStore(directory).remove(lock);
      List<String> lineages = lineages(directory);
      if (invocation.json()) {
        console.result(
            JsonObject.report().put("removed", true).putStrings("not_renewed", lineages));
        return;
      }
      console.result("the local CA is removed");
      console.note("its root stays in trust stores until v6cert trust remove");
      if (!lineages.isEmpty()) {
        console.warn(
            String.join(", ", lineages)
                + (lineages.size() == 1 ? " is" : " are")
                + " renewed no longer: v6cert delete NAME, or v6cert obtain --ca local --lineage"
                + " NAME");
      }
    }
  }

  /** The names of the lineages by any local CA. */
  private static List<String> lineages(StateDirectory directory) throws AcmeFailureException {
    return new CertificateStore(directory)
        .lineages().stream()
            .filter(StoredLineage.Loaded.class::isInstance)
            .map(stored -> ((StoredLineage.Loaded) stored).lineage())
            .filter(lineage -> lineage.plan().request().authority().isLocal())
            .map(Lineage::name)
            .map(Object::toString)
            .toList();
  }
}
