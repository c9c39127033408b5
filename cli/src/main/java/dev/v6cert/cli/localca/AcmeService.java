package dev.v6cert.cli.localca;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.ExternalAccount;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.lineage.StateLock;
import dev.v6cert.acme.localca.LocalAuthority;
import dev.v6cert.acme.localca.LocalAuthorityStore;
import dev.v6cert.acme.localca.NameConstraints;
import dev.v6cert.acme.localca.order.Credentials;
import dev.v6cert.acme.localca.server.LocalAcmeServer;
import dev.v6cert.acme.localca.server.LocalAcmeServerConfig;
import dev.v6cert.acme.localca.server.ServerEvent;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.option.LocalCaSettings;
import dev.v6cert.cli.plan.LocalCertificatePlan;
import dev.v6cert.cli.plan.LocalNames;
import dev.v6cert.cli.provision.StateLockWait;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.dns.supervisor.ServiceNotice;
import java.io.IOException;
import java.security.Security;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** The ACME server of the local CA, and the credentials for it. */
public final class AcmeService {

  private final Settings settings;
  private final Console console;
  private final StateDirectory directory;

  /** The service of a state directory. */
  public AcmeService(Settings settings, Console console, StateDirectory directory) {
    this.settings = settings;
    this.console = console;
    this.directory = directory;
  }

  /**
   * Serves until the thread is interrupted.
   *
   * @param notifySocket the service manager's socket; empty text for none
   * @throws AcmeFailureException as {@link LocalAcmeServer#start} says
   */
  public void serve(String notifySocket)
      throws AcmeFailureException, CliFailureException, InterruptedException {
    // A name may lead elsewhere a moment later, and its peer may have been started just now.
    Security.setProperty("networkaddress.cache.ttl", "0");
    Security.setProperty("networkaddress.cache.negative.ttl", "0");
    boolean bound = !settings.value(LocalCaSettings.NO_EAB);
    LocalAuthority authority = authority();
    ServerNames names = new ServerNames(settings);
    LocalAcmeServerConfig config =
        new LocalAcmeServerConfig(
            settings.value(LocalCaSettings.LISTEN),
            settings.values(LocalCaSettings.ALLOW),
            bound,
            names::all);
    Optional<ExternalAccount> credentials =
        bound ? Optional.of(credentials(false)) : Optional.empty();
    try (LocalAcmeServer server =
        LocalAcmeServer.start(directory, config, Clock.systemUTC(), this::tell)) {
      Invitation invitation =
          Invitation.of(names.first(), server.address().getPort(), credentials, authority);
      if (!console.isAttended() && !console.json()) {
        console.result("listening on " + invitation.directory()); // Secrets are not for logs.
        console.flush();
      } else {
        invitation.print(console);
      }
      tellServiceManager(notifySocket);
      while (!Thread.currentThread().isInterrupted()) {
        LockSupport.park(this);
      }
      boolean _ = Thread.interrupted(); // It was told to stop, and stops in good order.
    }
  }

  /** Shows the credentials, which are made where there are none. */
  public void showCredentials()
      throws AcmeFailureException, CliFailureException, InterruptedException {
    LocalAuthority authority = authority();
    ExternalAccount account = credentials(settings.value(LocalCaSettings.NEW));
    Invitation.of(
            new ServerNames(settings).first(),
            settings.value(LocalCaSettings.LISTEN).getPort(),
            Optional.of(account),
            authority)
        .print(console);
  }

  private LocalAuthority authority()
      throws AcmeFailureException, CliFailureException, InterruptedException {
    LocalAuthorityStore store = new LocalAuthorityStore(directory);
    Optional<LocalAuthority> present = store.find();
    if (present.isPresent()) {
      NameConstraints _ = LocalNames.permitted(present.get(), settings);
      return present.get();
    }
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      LocalAuthority made =
          store.findOrCreate(
              lock, LocalCertificatePlan.owner(), LocalNames.wanted(settings), Instant.now());
      console.steps().done("new local CA " + made.id());
      return made;
    }
  }

  private ExternalAccount credentials(boolean anew)
      throws AcmeFailureException, InterruptedException {
    Credentials store = new Credentials(directory);
    Optional<ExternalAccount> present = anew ? Optional.empty() : store.find();
    if (present.isPresent()) {
      return present.get();
    }
    try (StateLock lock = StateLockWait.lock(directory, console)) {
      return store.create(lock);
    }
  }

  private void tell(ServerEvent event) {
    switch (event) {
      case ServerEvent.AccountOpened(var peer) ->
          console.note(peer.getHostAddress() + ": account opened");
      case ServerEvent.Issued(var peer, var subjects) ->
          console.note(
              peer.getHostAddress()
                  + ": certificate for "
                  + subjects.stream().map(Subject::value).collect(Collectors.joining(", ")));
      case ServerEvent.ValidationFailed(var peer, var subject, var why) ->
          console.warn(peer.getHostAddress() + ": no certificate for " + subject + ": " + why);
      case ServerEvent.Fault(var what) -> console.warn(what);
    }
  }

  private void tellServiceManager(String socket) {
    if (socket.isEmpty()) {
      return;
    }
    try {
      ServiceNotice.READY.send(socket);
    } catch (IOException e) {
      console.warn("the service manager cannot be told that this is ready: " + e.getMessage());
    }
  }
}
