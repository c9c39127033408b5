package dev.v6cert.cli.command;

import dev.v6cert.acme.AccountName;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.CertificateAuthority;
import dev.v6cert.acme.account.AccountOperations;
import dev.v6cert.acme.account.AccountOperations.Details;
import dev.v6cert.acme.account.KnownAccount;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.Confirmation;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.LineageSettings;
import dev.v6cert.cli.plan.CertificatePlan;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.progress.IssuanceProgress;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.cli.terminal.Table;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** {@code v6cert account}: the accounts with CAs, here and there. */
public final class AccountCommand implements Command {

  private static final List<String> ACTIONS =
      List.of("list", "show", "update", "rollover", "deactivate");

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.ACCOUNT,
        List.of(
            "An account is opened by the first obtain. list reads the state directory; the others ask"
                + " the CA. rollover gives the account a new key; a run that is killed meanwhile is"
                + " finished by the next. deactivate ends the account for good; certificates stay"
                + " valid, and the next obtain opens another account."),
        Optional.of(CommandSpec.Argument.action(ACTIONS)),
        List.of(
            CertificateSettings.CA,
            CertificateSettings.CA_ROOT,
            CertificateSettings.STAGING,
            AccountSettings.ACCOUNT,
            CertificateSettings.EMAIL,
            LineageSettings.YES,
            GlobalSettings.JSON),
        List.of(
            new CommandSpec.Example("account list", "every account in the state directory"),
            new CommandSpec.Example(
                "account update --email me@example.org", "give Let's Encrypt another address"),
            new CommandSpec.Example("account rollover --ca zerossl", "change the account's key")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    String action = invocation.argument().orElseThrow();
    if (action.equals("list")) {
      list(invocation);
    } else {
      LibraryProviders.set(invocation.settings().value(GlobalSettings.DEBUG));
      act(action, invocation);
    }
    return ExitStatus.DONE;
  }

  private static void list(Invocation invocation) throws AcmeFailureException {
    List<KnownAccount> accounts = KnownAccount.in(new StateDirectory(invocation.stateDirectory()));
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .putObjects("accounts", accounts.stream().map(AccountCommand::json).toList()));
    } else if (accounts.isEmpty()) {
      invocation.console().note("no accounts in " + invocation.stateDirectory());
    } else {
      Table table = new Table();
      table.add(List.of("CA", "ACCOUNT", "URL"));
      for (KnownAccount account : accounts) {
        table.add(
            List.of(account.authority().id(), account.name().text(), account.url().toString()));
      }
      table.lines().forEach(invocation.console()::result);
    }
  }

  private static JsonObject json(KnownAccount account) {
    return JsonObject.empty()
        .put("ca", account.authority().id())
        .put("account", account.name().text())
        .put("url", account.url().toString());
  }

  private static void act(String action, Invocation invocation)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    Settings settings = invocation.settings();
    CertificateAuthority ca = CertificatePlan.remoteAuthority(settings, action + " an account");
    AccountName name = settings.value(AccountSettings.ACCOUNT);
    Optional<String> email = settings.find(CertificateSettings.EMAIL);
    if (action.equals("update") && email.isEmpty()) {
      throw CliFailureException.usage("there is nothing to update", "add --email MAIL");
    }
    if (action.equals("deactivate")) {
      Confirmation.need(
          invocation.settings(),
          invocation.console(),
          "Deactivate the account with " + IssuanceProgress.name(ca) + " for good?");
    }
    StateDirectory directory = new StateDirectory(invocation.stateDirectory());
    try (StateLock lock = StateLockWait.lock(directory, invocation.console())) {
      AccountOperations account =
          new AccountOperations(lock, ca, name, IssuanceProgress.of(invocation.console(), ca));
      switch (action) {
        case "show" -> report(account.details(), invocation);
        case "update" -> report(account.update(email.orElseThrow()), invocation);
        case "rollover" -> report(account.rollOver(), invocation);
        default -> {
          account.deactivate();
          ended(name, invocation);
        }
      }
    }
  }

  private static void report(Details account, Invocation invocation) {
    List<String> contacts = account.contacts().stream().map(URI::toString).toList();
    if (invocation.json()) {
      invocation
          .console()
          .result(
              JsonObject.report()
                  .put("url", account.url().toString())
                  .put("status", account.status())
                  .putStrings("contacts", contacts));
      return;
    }
    Table table = new Table();
    table.add(List.of("account", account.url().toString()));
    table.add(List.of("status", account.status()));
    contacts.forEach(contact -> table.add(List.of("contact", contact)));
    table.lines().forEach(invocation.console()::result);
  }

  private static void ended(AccountName name, Invocation invocation) {
    if (invocation.json()) {
      invocation.console().result(JsonObject.report().put("deactivated", name.text()));
    } else {
      invocation.console().result("the account is deactivated, and forgotten here");
    }
  }
}
