package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.provision.Provisioner;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.setting.Origin;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** One run of {@code up}: from the machine's address to the end that Ctrl-C brings. */
public final class UpSession {

  private static final int HTTPS = 443;

  private final Settings settings;
  private final Console console;
  private final Routes typed;
  private final List<String> command;
  private final GateChoice admission;
  private final TrafficLine traffic;
  private Optional<URI> inspector = Optional.empty();

  /**
   * A run that tells the console of each step.
   *
   * @param typed the routes of requests
   * @param command the server to start for all other paths; empty for none
   * @throws CliFailureException as a wrong use, when the settings name two CAs
   */
  public UpSession(
      Settings settings, Console console, Routes typed, List<String> command, GateChoice admission)
      throws CliFailureException {
    this.settings = withAuthority(settings);
    this.console = console;
    this.typed = typed;
    this.command = List.copyOf(command);
    this.admission = admission;
    this.traffic = new TrafficLine(console.steps());
  }

  /**
   * Gets the certificate, serves, and returns when the thread is interrupted.
   *
   * @throws AcmeFailureException when there is no certificate, or a port is in use
   * @throws CliFailureException when the settings or this machine rule one out
   * @throws IOException when the machine's addresses cannot be read
   */
  public void run()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    ListenAddresses wanted = ListenAddresses.beforehand(settings);
    wanted.check();
    Lineage lineage = certificate();
    ListenAddresses address = isLocal(lineage) ? ListenAddresses.of(settings, lineage) : wanted;
    if (command.isEmpty()) {
      serve(address, lineage, typed);
      console.steps().done("stopped");
      return;
    }
    try (ChildServer child = ChildServer.start(command, lineage.firstSubject())) {
      console.steps().shareTerminal();
      console.steps().begin("waiting for " + String.join(" ", command) + " to listen");
      Routes routes = typed.with(child.awaitPort(), settings);
      child.interruptAtEnd(Thread.currentThread());
      serve(address, lineage, routes);
      if (child.hasEnded()) {
        throw child.ended();
      }
    }
    console.steps().done("stopped");
  }

  private void serve(ListenAddresses address, Lineage lineage, Routes routes)
      throws AcmeFailureException {
    try (RunningServers serving =
        new RunningServers(settings, console, admission.gate(), routes.routes(), traffic::ended)) {
      serving.serve(lineage);
      serving.listen(address);
      routes.lines().forEach(line -> console.steps().done("serving " + line));
      routes.silent().forEach(server -> console.note("nothing answers at " + server + " yet"));
      serving.limit().ifPresent(console::note);
      inspector = serving.inspect();
      inspector.ifPresent(url -> console.note("requests are shown on this machine at " + url));
      announce(lineage, routes, serving);
      new CertificateWatch(settings, console, serving, lineage, changes(routes, serving)).run();
    }
  }

  private static Settings withAuthority(Settings settings) throws CliFailureException {
    if (!settings.value(UpSettings.LOCAL)) {
      return settings;
    }
    for (Setting<?> other : List.of(CertificateSettings.CA, CertificateSettings.STAGING)) {
      if (settings.isTyped(other)) {
        throw CliFailureException.usage(
            "--local and " + other.flag() + " are two ways to name a CA", "leave one of them out");
      }
    }
    // The port of the redirects; nobody is asked over the network.
    String port = Integer.toString(settings.value(CertificateSettings.HTTP_PORT));
    return settings
        .with(CertificateSettings.CA, "local", new Origin.Flag("--local"))
        .with(CertificateSettings.HTTP_PORT, port, new Origin.Default());
  }

  private static boolean isLocal(Lineage lineage) {
    return lineage.plan().request().authority().isLocal();
  }

  private Lineage certificate()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    return switch (new Provisioner(settings, console).obtain()) {
      case Provisioner.Obtained obtained -> obtained.lineage();
      case Provisioner.Rehearsed _ -> throw new IllegalStateException("up rehearses nothing");
    };
  }

  private CertificateWatch.Listener changes(Routes routes, RunningServers serving) {
    return new CertificateWatch.Listener() {
      @Override
      public void renewed(Lineage lineage) {
        traffic.until(lineage);
        console.steps().done("the new certificate is served");
        traffic.show();
      }

      @Override
      public void moved(Lineage lineage) {
        console.steps().done("the machine's address has changed: this is the new link");
        announce(lineage, routes, serving);
      }
    };
  }

  private void announce(Lineage lineage, Routes routes, RunningServers serving) {
    print(admission.link(address(lineage, serving.outerPort())), lineage, routes);
    traffic.until(lineage);
    traffic.show();
    LinkCheck check = new LinkCheck(console);
    if (isLocal(lineage) && !settings.value(CertificateSettings.NO_DNS_CHECK)) {
      check.ofName(lineage);
    }
    serving.atRouter().ifPresent(outer -> check.ofRouter(outer, lineage));
  }

  private void print(String link, Lineage lineage, Routes routes) {
    if (console.json()) {
      console.result(
          JsonObject.report()
              .put("url", link)
              .put("inspector", inspector.map(URI::toString))
              .put("lineage", lineage.name().text())
              .putStrings("routes", routes.lines()));
    } else {
      console.note(admission.who());
      if (isLocal(lineage)) {
        console.note("clients trust it once they trust its root: v6cert trust install");
      }
      if (!settings.value(UpSettings.NO_QR) && console.isAttended()) {
        console.drawing(palette -> QrCode.lines(link, palette));
      }
      console.result(link);
    }
    console.flush();
  }

  private static String address(Lineage lineage, int port) {
    String url = LineageReport.url(lineage);
    return port == HTTPS ? url : url.substring(0, url.length() - 1) + ":" + port + "/";
  }
}
