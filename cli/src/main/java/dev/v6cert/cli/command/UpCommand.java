package dev.v6cert.cli.command;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.issue.IssuancePreparation;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.AccountSettings;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.NameSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.option.ValidationSettings;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.ValueCompletion;
import dev.v6cert.cli.up.GateChoice;
import dev.v6cert.cli.up.Routes;
import dev.v6cert.cli.up.UpSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code v6cert up}: a local server or folder on the web, with a certificate, until Ctrl-C. */
public final class UpCommand implements Command {

  private static final List<Setting<?>> CERTIFICATE =
      Setting.join(
          Setting.without(NameSettings.CHOICE, NameSettings.ALLOW_UNSAFE_NAME),
          Setting.without(CertificateSettings.CHOICE, CertificateSettings.WILDCARD),
          List.of(CertificateSettings.PROFILE, CertificateSettings.KEY_TYPE),
          AccountSettings.REGISTRATION,
          Setting.without(ValidationSettings.ALL, CertificateSettings.TLS_PORT),
          List.of(
              CertificateSettings.NO_DNS_CHECK,
              CertificateSettings.NO_FIREWALL_CHECK,
              GlobalSettings.JSON));

  @Override
  public CommandSpec description() {
    List<Setting<?>> settings = new ArrayList<>(UpSettings.ALL);
    settings.addAll(CERTIFICATE);
    return new CommandSpec(
        CommandName.UP,
        List.of(
            "The certificate is reused or obtained as by v6cert obtain. Requests come in by HTTP/2"
                + " or HTTP/1.1 and go on to the server, WebSocket and events too. It sees its own"
                + " localhost name, so that dev servers work as they are.",
            "Certificates are public, and scanners come within seconds: only people with the"
                + " printed link get in, unless --public, --lan, --allow or --basic-auth-file says"
                + " otherwise."),
        Optional.of(
            new CommandSpec.Argument(
                "WHAT",
                CommandSpec.Argument.Count.MANY,
                "a port of this machine, a folder, unix:/SOCKET, /path= and one of these for a"
                    + " part, or -- COMMAND, a server to start and end with this",
                new ValueCompletion.Paths())),
        settings,
        List.of(
            new CommandSpec.Example("up 3000", "show the dev server on port 3000 to a phone"),
            new CommandSpec.Example("up -- npm run dev", "start it, and find its port"),
            new CommandSpec.Example("up ./dist --public", "serve a folder to everybody"),
            new CommandSpec.Example("up 3000 /api=8080", "two servers at one address"),
            new CommandSpec.Example(
                "up 3000 --local", "without a public address: by this machine's own CA"),
            new CommandSpec.Example("up 3000 --lan", "let this network in, and nobody else")));
  }

  @Override
  public void prepare() {
    IssuancePreparation.prepare();
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    LibraryProviders.set(invocation.settings().value(GlobalSettings.DEBUG));
    List<String> command = invocation.command();
    Routes routes =
        command.isEmpty()
            ? Routes.of(invocation.arguments(), invocation.settings())
            : Routes.beside(invocation.arguments(), invocation.settings());
    GateChoice admission = GateChoice.of(invocation.settings());
    new UpSession(invocation.settings(), invocation.console(), routes, command, admission).run();
    return ExitStatus.DONE;
  }
}
