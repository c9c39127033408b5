package dev.v6cert.cli.plan;

import dev.v6cert.acme.AcmeFailure;
import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.HookSettings;
import dev.v6cert.cli.option.RecordSettings;
import dev.v6cert.cli.reachability.FallbackSolver;
import dev.v6cert.cli.reachability.FirewallJournal;
import dev.v6cert.cli.reachability.FirewallSolver;
import dev.v6cert.cli.reachability.MappedPortSolver;
import dev.v6cert.cli.reachability.PinholeSolver;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.SocketText;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The options that choose where challenges are answered, and the {@link ResponderPlan} of them. */
public final class ResponderOptions {

  private static final List<Setting<?>> SETTINGS =
      List.of(
          CertificateSettings.CHALLENGE,
          CertificateSettings.WEBROOT,
          CertificateSettings.HTTP_ADDRESS,
          CertificateSettings.HTTP_PORT,
          CertificateSettings.TLS_PORT,
          CertificateSettings.OPEN_PORT,
          CertificateSettings.OPEN_FIREWALL,
          CertificateSettings.WILDCARD,
          HookSettings.DNS_HOOK,
          RecordSettings.ACME_DNS,
          RecordSettings.RFC2136);

  private ResponderOptions() {}

  /** The plan of a new lineage. */
  static ResponderPlan plan(Settings settings, ChosenAddress chosen) {
    ChallengeType challenge = TxtRecordOptions.onPort(settings);
    boolean tls = isTls(challenge);
    return new ResponderPlan(
        challenge,
        settings.find(CertificateSettings.WEBROOT).filter(_ -> !tls),
        settings
            .find(CertificateSettings.HTTP_ADDRESS)
            .or(() ->
                chosen.beside().isPresent()
                    ? Optional.empty() // Both addresses answer, so every one does.
                    : chosen.on().map(_ -> chosen.address().toInetAddress())),
        port(settings, tls, chosen.mapped()),
        !TxtRecordOptions.isWanted(settings) && isFlexible(settings),
        new ResponderPlan.Openings(
            settings.value(CertificateSettings.OPEN_PORT),
            chosen.mapped(),
            settings.value(CertificateSettings.OPEN_FIREWALL)),
        TxtRecordOptions.plan(settings, chosen));
  }

  /** The plan of a machine behind a router that maps a port to it, whatever its address is. */
  static ResponderPlan mapped(Settings settings) {
    return plan(
        settings, new ChosenAddress(Optional.empty(), Optional.empty(), Optional.empty(), true));
  }

  /** The port to bind: behind a router that maps one, it needs no privilege unless typed. */
  private static int port(Settings settings, boolean tls, boolean mapped) {
    Setting<Integer> setting = tls ? CertificateSettings.TLS_PORT : CertificateSettings.HTTP_PORT;
    boolean free =
        mapped && !settings.isSet(setting) && !settings.isSet(CertificateSettings.WEBROOT);
    return settings.value(setting) + (free ? ResponderPlan.UNPRIVILEGED : 0);
  }

  /** Whether nothing was chosen that holds for one of the two challenges only. */
  private static boolean isFlexible(Settings settings) {
    return Stream.of(
            CertificateSettings.CHALLENGE,
            CertificateSettings.WEBROOT,
            CertificateSettings.HTTP_PORT)
        .noneMatch(settings::isSet);
  }

  /**
   * Refuses options that contradict each other, or this machine.
   *
   * @throws CliFailureException {@link CliFailure.Usage}
   * @throws AcmeFailureException {@link AcmeFailure.CannotBind} when this machine does not have the
   *     address that was asked for
   */
  static void check(Settings settings) throws CliFailureException, AcmeFailureException {
    boolean tls = isTls(settings.value(CertificateSettings.CHALLENGE));
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
          "--tls-port is for --challenge tls-alpn-01, and the challenge is "
              + settings.value(CertificateSettings.CHALLENGE).id(),
          "add --challenge tls-alpn-01, or leave --tls-port out");
    }
    TxtRecordOptions.check(settings);
    Optional<InetAddress> address = settings.find(CertificateSettings.HTTP_ADDRESS);
    if (address.isPresent()) {
      int port = settings.value(tls ? CertificateSettings.TLS_PORT : CertificateSettings.HTTP_PORT);
      checkIsHere(new InetSocketAddress(address.get(), port));
    }
  }

  /** Refuses an address that cannot be listened on, rather than listen on every address. */
  private static void checkIsHere(InetSocketAddress wanted) throws AcmeFailureException {
    try (ServerSocket _ = new ServerSocket(0, 1, wanted.getAddress())) {
      // It is an address of this machine; whether this port is free is seen when it is needed.
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
              + (one.equals(CertificateSettings.CHALLENGE)
                  ? " " + ChallengeType.TLS_ALPN_01.id()
                  : "")
              + " and "
              + other.flag()
              + " are two ways to answer the CA",
          "leave one of them out");
    }
  }

  /** Whether any of it was chosen, so that it is not as it is by default. */
  public static boolean isChosen(Settings settings) {
    return SETTINGS.stream().anyMatch(settings::isSet);
  }

  /** The place of a plan, in words. */
  static String where(ResponderPlan plan) {
    if (plan.webroot().isPresent()) {
      return "with files in " + plan.webroot().get();
    }
    String socket =
        plan.address()
            .map(literal -> SocketText.of(new InetSocketAddress(literal, plan.port())))
            .orElse("port " + plan.port());
    return "on " + socket + (isTls(plan.challenge()) ? " (" + plan.challenge().id() + ")" : "");
  }

  /**
   * A solver that answers as the plan says, let in by the router and the packet filter where that
   * is asked for.
   *
   * @param state the state directory, where what is to be closed again is noted
   */
  public static FallbackSolver solver(ResponderPlan plan, Console console, StateDirectory state) {
    return new FallbackSolver(plan, one -> exact(one, console, state), console);
  }

  private static ChallengeSolver exact(ResponderPlan plan, Console console, StateDirectory state) {
    ChallengeSolver solver = routed(plan, console, state);
    return plan.openings().firewall()
        ? new FirewallSolver(solver, plan.mapped(), new FirewallJournal(state), console)
        : solver;
  }

  private static ChallengeSolver routed(ResponderPlan plan, Console console, StateDirectory state) {
    if (plan.mapped()) {
      return new MappedPortSolver(plan::solverOn, plan.port(), state, console);
    }
    return plan.openings().router()
        ? new PinholeSolver(plan.solver(), plan.address(), console)
        : plan.solver();
  }

  private static boolean isTls(ChallengeType challenge) {
    return challenge == ChallengeType.TLS_ALPN_01;
  }
}
