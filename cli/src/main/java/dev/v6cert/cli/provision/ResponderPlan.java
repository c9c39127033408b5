package dev.v6cert.cli.provision;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.Http01Solver;
import dev.v6cert.acme.challenge.TlsAlpn01Solver;
import dev.v6cert.acme.challenge.WebrootSolver;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.reach.MappedPort;
import dev.v6cert.cli.reach.MappingJournal;
import dev.v6cert.cli.reach.OpenedPort;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.ipv6.IpAddress;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The way to answer challenges; kept with a lineage, so that its renewals answer there too.
 *
 * @param challenge the type of challenge
 * @param webroot the directory that a web server serves, where that one answers
 * @param address the local address to bind
 * @param port the port to bind
 * @param openPort whether the router is asked to let the CA in
 * @param mapped whether a port of the router leads here, which it is asked for then
 */
public record ResponderPlan(
    String challenge,
    Optional<Path> webroot,
    Optional<InetAddress> address,
    int port,
    boolean openPort,
    boolean mapped) {

  private static final List<Setting<?>> SETTINGS =
      List.of(
          CertificateSettings.CHALLENGE,
          CertificateSettings.WEBROOT,
          CertificateSettings.HTTP_ADDRESS,
          CertificateSettings.HTTP_PORT,
          CertificateSettings.TLS_PORT,
          CertificateSettings.OPEN_PORT);

  private static final String CHALLENGE = CertificateSettings.CHALLENGE.key();
  private static final String WEBROOT = CertificateSettings.WEBROOT.key();
  private static final String ADDRESS = CertificateSettings.HTTP_ADDRESS.key();
  private static final String HTTP_PORT = CertificateSettings.HTTP_PORT.key();
  private static final String OPEN_PORT = CertificateSettings.OPEN_PORT.key();
  private static final String MAPPED = "mapped";
  private static final String TLS_PORT = CertificateSettings.TLS_PORT.key();

  /** The number added to 80 and 443 where the router's port is another one. */
  private static final int UNPRIVILEGED = 8000;

  static ResponderPlan of(Settings settings, ChosenAddress chosen) {
    String challenge = settings.value(CertificateSettings.CHALLENGE);
    boolean tls = challenge.equals(TlsAlpn01Solver.TYPE);
    return new ResponderPlan(
        challenge,
        settings.find(CertificateSettings.WEBROOT).filter(_ -> !tls),
        settings
            .find(CertificateSettings.HTTP_ADDRESS)
            .or(() -> chosen.on().map(_ -> chosen.address().toInetAddress())),
        port(settings, tls, chosen.mapped()),
        settings.value(CertificateSettings.OPEN_PORT),
        chosen.mapped());
  }

  /** The plan of a machine behind a router that maps a port to it, whatever its address is. */
  static ResponderPlan mapped(Settings settings) {
    return of(
        settings, new ChosenAddress(Optional.empty(), Optional.empty(), Optional.empty(), true));
  }

  /** The port to bind: behind a router that maps one, it needs no privilege unless typed. */
  private static int port(Settings settings, boolean tls, boolean mapped) {
    Setting<Integer> setting = tls ? CertificateSettings.TLS_PORT : CertificateSettings.HTTP_PORT;
    boolean free =
        mapped && !settings.isSet(setting) && !settings.isSet(CertificateSettings.WEBROOT);
    return settings.value(setting) + (free ? UNPRIVILEGED : 0);
  }

  /**
   * Refuses options that contradict each other, or this machine.
   *
   * @throws CliFailureException {@link CliFailure.Usage}
   * @throws AcmeFailureException {@link AcmeFailure.CannotBind} when this machine does not have the
   *     address that was asked for
   */
  static void check(Settings settings) throws CliFailureException, AcmeFailureException {
    boolean tls = settings.value(CertificateSettings.CHALLENGE).equals(TlsAlpn01Solver.TYPE);
    Setting<?> one = tls ? CertificateSettings.CHALLENGE : CertificateSettings.WEBROOT;
    if (tls) {
      refuseBoth(settings, one, CertificateSettings.WEBROOT);
      refuseBoth(settings, one, CertificateSettings.HTTP_PORT);
    } else if (settings.isSet(CertificateSettings.WEBROOT)) {
      refuseBoth(settings, one, CertificateSettings.HTTP_PORT);
      refuseBoth(settings, one, CertificateSettings.HTTP_ADDRESS);
    }
    if (!tls && settings.isTyped(CertificateSettings.TLS_PORT)) {
      throw CliFailureException.usage(
          "--tls-port is for --challenge tls-alpn-01, and the challenge is http-01",
          "add --challenge tls-alpn-01, or leave --tls-port out");
    }
    Optional<InetAddress> address = settings.find(CertificateSettings.HTTP_ADDRESS);
    if (address.isPresent()) {
      int port = settings.value(tls ? CertificateSettings.TLS_PORT : CertificateSettings.HTTP_PORT);
      checkIsHere(new InetSocketAddress(address.get(), port));
    }
  }

  /**
   * Refuses a typed address that this machine does not have, rather than to answer on every
   * address.
   */
  private static void checkIsHere(InetSocketAddress wanted) throws AcmeFailureException {
    try (ServerSocket _ = new ServerSocket(0, 1, wanted.getAddress())) {
      // It can be had, on some port; whether on this one is seen when it is needed.
    } catch (BindException e) {
      throw new AcmeFailureException(
          new AcmeFailure.CannotBind(wanted, AcmeFailure.BindProblem.NO_SUCH_ADDRESS, List.of()),
          e);
    } catch (IOException e) {
      // Of no port then; that is found out where one is needed.
    }
  }

  private static void refuseBoth(Settings settings, Setting<?> one, Setting<?> other)
      throws CliFailureException {
    if (settings.isSet(other)) {
      throw CliFailureException.usage(
          one.flag()
              + (one.equals(CertificateSettings.CHALLENGE) ? " " + TlsAlpn01Solver.TYPE : "")
              + " and "
              + other.flag()
              + " are two ways to answer the CA",
          "leave one of them out");
    }
  }

  /**
   * The plan that {@link #settings} wrote.
   *
   * @throws IllegalArgumentException when something else did
   */
  public static ResponderPlan of(Map<String, String> settings) {
    String challenge = settings.getOrDefault(CHALLENGE, Http01Solver.TYPE);
    boolean tls = challenge.equals(TlsAlpn01Solver.TYPE);
    if (!tls && !challenge.equals(Http01Solver.TYPE)) {
      throw new IllegalArgumentException("no such challenge: " + challenge);
    }
    String port =
        tls
            ? settings.getOrDefault(TLS_PORT, Integer.toString(TlsAlpn01Solver.PORT))
            : settings.getOrDefault(HTTP_PORT, Integer.toString(Http01Solver.PORT));
    return new ResponderPlan(
        challenge,
        Optional.ofNullable(settings.get(WEBROOT)).map(Path::of),
        Optional.ofNullable(settings.get(ADDRESS)).map(InetAddress::ofLiteral),
        Integer.parseInt(port),
        Boolean.parseBoolean(settings.get(OPEN_PORT)),
        Boolean.parseBoolean(settings.get(MAPPED)));
  }

  /** The plan once the machine has another address in place of {@code old}. */
  ResponderPlan moved(IpAddress old, IpAddress other) {
    boolean wasThere = address.map(IpAddress::from).filter(old::equals).isPresent();
    return wasThere
        ? new ResponderPlan(
            challenge, webroot, Optional.of(other.toInetAddress()), port, openPort, mapped)
        : this;
  }

  /** Whether a port of the router leads to the responder of the plan. */
  static boolean isMapped(Lineage.Plan plan) {
    return Boolean.parseBoolean(plan.settings().get(MAPPED));
  }

  /** Whether any of it was chosen, so that it is not as it is by default. */
  static boolean isChosen(Settings settings) {
    return SETTINGS.stream().anyMatch(settings::isSet);
  }

  /** The plan of a lineage, answering where another plan does. */
  static Lineage.Plan answeringAs(Lineage.Plan plan, Lineage.Plan other) {
    Map<String, String> settings = new HashMap<>(plan.settings());
    SETTINGS.forEach(setting -> settings.remove(setting.key()));
    settings.putAll(of(other.settings()).settings());
    return new Lineage.Plan(plan.request(), plan.hooks(), plan.verify(), settings);
  }

  /** The place of the answers to the CA, in words. */
  String where() {
    return webroot
        .map(directory -> "with files in " + directory)
        .orElseGet(() ->
            "on "
                + address
                    .map(literal -> SocketText.of(new InetSocketAddress(literal, port)))
                    .orElse("port " + port)
                + (isTls() ? " (" + challenge + ")" : ""));
  }

  /** The plan as text. */
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    if (isTls()) {
      settings.put(CHALLENGE, challenge);
    }
    webroot.ifPresent(directory -> settings.put(WEBROOT, directory.toString()));
    settings.put(isTls() ? TLS_PORT : HTTP_PORT, Integer.toString(port));
    if (openPort) {
      settings.put(OPEN_PORT, "true");
    }
    if (mapped) {
      settings.put(MAPPED, "true");
    }
    address.ifPresent(literal -> settings.put(ADDRESS, literal.getHostAddress()));
    return settings;
  }

  private boolean isTls() {
    return challenge.equals(TlsAlpn01Solver.TYPE);
  }

  /** The responder, with the port opened in the router where that is asked for. */
  public ChallengeSolver solver(Console console, MappingJournal journal) {
    if (mapped) {
      return new MappedPort(this::solverOn, port, journal, console);
    }
    return openPort ? new OpenedPort(solver(), address, console) : solver();
  }

  /** The port of this machine that the CA's connections come in at, past its packet filter. */
  int inboundPort() {
    return mapped ? port : solver().port();
  }

  /** The responder on this machine alone. */
  public ChallengeSolver solver() {
    return solverOn(port);
  }

  private ChallengeSolver solverOn(int chosen) {
    if (isTls()) {
      return new TlsAlpn01Solver(address, chosen, Clock.systemUTC());
    }
    return webroot
        .<ChallengeSolver>map(WebrootSolver::new)
        .orElseGet(() -> new Http01Solver(address, chosen, Clock.systemUTC()));
  }
}
