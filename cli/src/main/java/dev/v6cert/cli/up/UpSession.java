package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.Binding;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.provision.ChosenAddress;
import dev.v6cert.cli.provision.Provisioner;
import dev.v6cert.cli.report.LineageReport;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.JsonObject;
import dev.v6cert.proxy.CertificateKeys;
import dev.v6cert.proxy.Front;
import dev.v6cert.proxy.PublicNames;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** One run of {@code up}: from the machine's address to the end that Ctrl-C brings. */
public final class UpSession {

  private static final int HTTPS = 443;

  private final Settings settings;
  private final Console console;
  private final Routes routes;
  private final Admission admission;
  private final CertificateKeys keys = new CertificateKeys();
  private final TrafficLine traffic;

  /** A run that tells the console of each step. */
  public UpSession(Settings settings, Console console, Routes routes, Admission admission) {
    this.settings = settings;
    this.console = console;
    this.routes = routes;
    this.admission = admission;
    this.traffic = new TrafficLine(console.steps());
  }

  /**
   * Gets the certificate, serves, and returns when the thread is interrupted.
   *
   * @throws AcmeFailureException when there is no certificate, or a port cannot be had
   * @throws CliFailureException when the settings or this machine rule one out
   * @throws IOException when the machine's addresses cannot be read
   */
  public void run()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    int port = settings.value(UpSettings.HTTPS_PORT);
    ChosenAddress chosen = ChosenAddress.find(settings);
    InetSocketAddress address = Listening.at(chosen, port);
    Listening.check(address);
    Lineage lineage = certificate();
    serve(lineage);
    PublicNames names = new PublicNames(names(lineage, chosen));
    try (Front front = https(address, names);
        AutoCloseable _ = redirect(address, names, port)) {
      announce(lineage, front);
      traffic.show();
      waitForTheEnd();
    } catch (AcmeFailureException | IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("it closes without failing", e);
    }
  }

  private Lineage certificate()
      throws AcmeFailureException, CliFailureException, IOException, InterruptedException {
    return switch (new Provisioner(settings, console).obtain()) {
      case Provisioner.Obtained obtained -> obtained.lineage();
      case Provisioner.Rehearsed _ -> throw new IllegalStateException("up rehearses nothing");
    };
  }

  private void serve(Lineage lineage) throws AcmeFailureException {
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    keys.serve(
        lineage.subjects().stream().map(Subject::value).toList(),
        certificate.keys().getPrivate(),
        certificate.chain());
  }

  /** What the certificate is for, and the address itself, which clients may know by other means. */
  private static List<String> names(Lineage lineage, ChosenAddress chosen) {
    List<String> names = new ArrayList<>(lineage.subjects().stream().map(Subject::value).toList());
    chosen.known().ifPresent(address -> names.add(address.toString()));
    return names;
  }

  private Front https(InetSocketAddress address, PublicNames names) throws AcmeFailureException {
    try {
      return Front.https(
          address, new Front.Site(names, keys, admission.gate(), routes.routes(), traffic::ended));
    } catch (IOException e) {
      throw Binding.cannotBind(address, e);
    }
  }

  /** The server on port 80; without it everything works but an address typed without https. */
  private AutoCloseable redirect(InetSocketAddress address, PublicNames names, int httpsPort) {
    int port = settings.value(CertificateSettings.HTTP_PORT);
    InetSocketAddress plain = new InetSocketAddress(address.getAddress(), port);
    try {
      return Front.http(plain, names, httpsPort);
    } catch (IOException e) {
      console.warn(
          "port "
              + port
              + " cannot be had ("
              + e.getMessage()
              + "): addresses that begin with http:// are not redirected");
      return () -> {};
    }
  }

  private void announce(Lineage lineage, Front front) {
    String link = admission.link(address(lineage, front));
    if (console.json()) {
      console.result(
          JsonObject.report()
              .put("url", link)
              .put("lineage", lineage.name().text())
              .putStrings("routes", routes.lines()));
      console.flush();
      return;
    }
    routes.lines().forEach(line -> console.steps().done("serving " + line));
    console.note(admission.who());
    if (!settings.value(UpSettings.NO_QR) && console.isAttended()) {
      console.drawing(palette -> QrCode.lines(link, palette));
    }
    console.result(link);
    console.flush();
  }

  private static String address(Lineage lineage, Front front) {
    String url = LineageReport.url(lineage);
    int port = front.address().getPort();
    return port == HTTPS ? url : url.substring(0, url.length() - 1) + ":" + port + "/";
  }

  private static void waitForTheEnd() {
    try {
      while (true) {
        Thread.sleep(Long.MAX_VALUE);
      }
    } catch (InterruptedException e) {
      // The process was told to stop, and stops in good order.
    }
  }
}
