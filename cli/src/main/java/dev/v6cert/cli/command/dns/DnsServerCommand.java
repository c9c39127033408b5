package dev.v6cert.cli.command.dns;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.cli.command.Command;
import dev.v6cert.cli.command.Invocation;
import dev.v6cert.cli.dns.ApiCertificate;
import dev.v6cert.cli.dns.HandoverPath;
import dev.v6cert.cli.failure.CliFailure;
import dev.v6cert.cli.failure.CliFailureException;
import dev.v6cert.cli.failure.ExitStatus;
import dev.v6cert.cli.option.DnsServerSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.HostingSettings;
import dev.v6cert.cli.plan.KnownLineages;
import dev.v6cert.cli.process.LibraryProviders;
import dev.v6cert.cli.process.Signals;
import dev.v6cert.cli.setting.CommandName;
import dev.v6cert.cli.setting.CommandSpec;
import dev.v6cert.cli.setting.Environment;
import dev.v6cert.cli.setting.Setting;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.cli.terminal.SocketText;
import dev.v6cert.cli.version.Version;
import dev.v6cert.dns.DnsServer;
import dev.v6cert.dns.DnsServerConfig;
import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfigBuilder;
import dev.v6cert.dns.HostedService;
import dev.v6cert.dns.Reload;
import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.privilege.PrivilegeFailure;
import dev.v6cert.dns.supervisor.ServiceNotice;
import dev.v6cert.dns.supervisor.Watchdog;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.ipv6.name.Zone;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;

/** {@code v6cert dns-server}: the authoritative server of magic zones, until it is told to stop. */
public final class DnsServerCommand implements Command {

  @Override
  public CommandSpec description() {
    return new CommandSpec(
        CommandName.DNS_SERVER,
        List.of(
            "It prints one line when it is ready, and serves until SIGTERM or Ctrl-C, on which it"
                + " stops within two seconds with exit code 0.",
            "A changed file is read within seconds, and on SIGHUP at once; a file with an error"
                + " leaves the old content in place. SIGUSR1 prints its counters."),
        Optional.empty(),
        Stream.of(DnsServerSettings.ALL, HostingSettings.ALL)
            .<Setting<?>>flatMap(List::stream)
            .toList(),
        List.of(
            new CommandSpec.Example(
                "dns-server --zone v6.example.org --ns ns1.example.org=2001:db8::53",
                "serve a zone that is delegated to this machine"),
            new CommandSpec.Example(
                "dns-server --zone test --listen 127.0.0.1:5353", "try it on this machine"),
            new CommandSpec.Example("dns-server --zone .", "answer for any suffix"),
            new CommandSpec.Example(
                "dns-server --challenge-zone auth.example.org --api 127.0.0.1:8080",
                "host the DNS-01 challenges of other machines, as acme-dns does")));
  }

  @Override
  public ExitStatus run(Invocation invocation)
      throws AcmeFailureException,
          CliFailureException,
          ListenFailure,
          FileFailure,
          StoreFailure,
          PrivilegeFailure {
    Settings settings = invocation.settings();
    Optional<ApiCertificate> certificate = certificate(invocation);
    DnsServerConfig config =
        config(settings, invocation.stateDirectory(), certificate.map(ApiCertificate::context));
    LibraryProviders.set(settings.value(GlobalSettings.DEBUG));
    Console console = invocation.console();
    try (DnsServer server =
        DnsServer.start(config, reload -> tell(console, reload), console::warn)) {
      certificate.ifPresent(ApiCertificate::watch);
      Signals.handle("HUP", () -> reopen(server));
      Signals.handle("USR1", () -> server.counters().summary().forEach(console::note));
      console.result("listening on " + SocketText.of(server.addresses()));
      server.hosted().ifPresent(hosted -> tell(console, hosted));
      invocation.console().flush();
      tellServiceManager(invocation, server);
      waitForTheEnd(server);
    } finally {
      certificate.ifPresent(ApiCertificate::close);
    }
    return ExitStatus.DONE;
  }

  /** Read before the process gives up its rights. */
  private static Optional<ApiCertificate> certificate(Invocation invocation)
      throws AcmeFailureException, CliFailureException {
    Optional<String> name = invocation.settings().find(HostingSettings.API_CERTIFICATE);
    if (name.isEmpty()) {
      return Optional.empty();
    }
    if (!invocation.settings().isSet(HostingSettings.API)) {
      throw CliFailureException.usage(
          "--api-certificate needs --api", "add --api ADDR:443, or leave it out");
    }
    Path directory = invocation.stateDirectory();
    return Optional.of(
        new ApiCertificate(
            KnownLineages.in(directory).certified(name.get()),
            directory,
            invocation.console()::warn));
  }

  private static void tellServiceManager(Invocation invocation, DnsServer server) {
    Environment environment = invocation.environment();
    String socket = environment.variable("NOTIFY_SOCKET");
    if (socket.isEmpty()) {
      return;
    }
    try {
      ServiceNotice.READY.send(socket);
    } catch (IOException e) {
      invocation
          .console()
          .warn("the service manager cannot be told that this is ready: " + e.getMessage());
      return;
    }
    Watchdog.period(environment.variable("WATCHDOG_USEC"), environment.variable("WATCHDOG_PID"))
        .ifPresent(
            period -> Watchdog.start(socket, period, server.health(), invocation.console()::warn));
  }

  private static void reopen(DnsServer server) {
    server.reopenLog();
    server.reload();
  }

  private static void tell(Console console, Reload reload) {
    switch (reload) {
      case Reload.Done(var files) when files.isEmpty() ->
          console.note("there is no file to read again");
      case Reload.Done(var files) -> console.note("read again: " + files);
      case Reload.Slow(var kind, var file) -> {
        console.note("reading the " + kind + " " + file + " …");
      }
      case Reload.Failed(var failures) ->
          failures.forEach(failure ->
              console.warn(failure.getMessage() + "; its old content stays until it is corrected"));
    }
  }

  private static void waitForTheEnd(DnsServer server) {
    try {
      Throwable fault = server.failure().get();
      throw new IllegalStateException("a thread that reads queries fails again and again", fault);
    } catch (ExecutionException e) {
      throw new AssertionError("it never completes without a failure", e);
    } catch (InterruptedException e) {
      // That is the end: the process was told to stop, and stops in good order.
    }
  }

  private static void tell(Console console, HostedService hosted) {
    hosted
        .apiAddress()
        .ifPresent(address ->
            console.note(
                "the API is at "
                    + (hosted.hasTls() ? "https://" : "http://")
                    + SocketText.of(address)
                    + "/"));
    hosted
        .tokenFile()
        .ifPresent(file -> console.note("clients register with the token in " + file));
  }

  private static DnsServerConfig config(
      Settings settings, Path stateDirectory, Optional<SSLContext> tls) throws CliFailureException {
    List<Zone> zones = settings.values(DnsServerSettings.ZONE);
    Optional<Hosting> hosting = HostingSettings.hosting(settings, stateDirectory, tls);
    if (zones.isEmpty() && hosting.isEmpty()) {
      throw CliFailureException.usage(
          "there is no zone to answer for", "name one: --zone v6.example.org");
    }
    DnsServerConfigBuilder builder =
        DnsServerConfig.builder().zones(zones).ttl(settings.value(DnsServerSettings.TTL));
    hosting.ifPresent(builder::hosting);
    HandoverPath.ofServer(System.getenv()).ifPresent(builder::handover);
    List<InetSocketAddress> listen = settings.values(DnsServerSettings.LISTEN);
    if (!listen.isEmpty()) {
      builder.listen(listen);
    }
    List<NameServer> nameServers = settings.values(DnsServerSettings.NS);
    if (!nameServers.isEmpty()) {
      builder.nameServers(nameServers);
    }
    settings.find(DnsServerSettings.CONTACT).ifPresent(builder::contact);
    settings.find(DnsServerSettings.THREADS).ifPresent(builder::threads);
    builder.io(settings.value(DnsServerSettings.IO)).warmUp(true);
    addAnswers(builder, settings);
    addOperation(builder, settings);
    addTcpLimits(builder, settings);
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          String.valueOf(e.getMessage()), "v6cert dns-server --help lists what it takes");
    }
  }

  /** An operator who asks for a number relies on it; one that cannot be held is refused. */
  private static void addTcpLimits(DnsServerConfigBuilder builder, Settings settings)
      throws CliFailureException {
    TcpLimits limits = TcpLimits.ofThisProcess(builder.sockets());
    Optional<Integer> connections = settings.find(DnsServerSettings.TCP_CONNECTIONS);
    if (connections.isPresent()) {
      TcpLimits.Capacity capacity = TcpLimits.capacity(builder.sockets());
      if (connections.get() > capacity.connections()) {
        throw new CliFailureException(
            new CliFailure.ManyConnections(
                connections.get(), capacity.byHeap(), capacity.byDescriptors()));
      }
      limits = limits.withConnections(connections.get());
    }
    Optional<Integer> perNetwork = settings.find(DnsServerSettings.TCP_PER_NETWORK);
    if (perNetwork.isPresent()) {
      limits = limits.withConnectionsPerNetwork(perNetwork.get());
    }
    builder.tcpLimits(limits);
  }

  private static void addAnswers(DnsServerConfigBuilder builder, Settings settings)
      throws CliFailureException {
    builder.rules(rules(settings));
    settings.find(DnsServerSettings.ZONE_FILE).ifPresent(builder::zoneFile);
    settings.find(DnsServerSettings.IDENTITY).ifPresent(builder::identity);
    builder
        .reverse(settings.values(DnsServerSettings.REVERSE).stream().flatMap(List::stream).toList())
        .delegateChallenges(settings.value(DnsServerSettings.DELEGATE_CHALLENGES))
        .statusNames(!settings.value(DnsServerSettings.HIDE_STATUS))
        .version("v6cert " + Version.text());
  }

  private static AnswerRules rules(Settings settings) throws CliFailureException {
    for (Setting<?> part :
        List.of(
            DnsServerSettings.BLOCK_LIST_FORMAT,
            DnsServerSettings.BLOCK_LIST_EXEMPT_PRIVATE,
            DnsServerSettings.BLOCKED_TO)) {
      if (settings.isSet(part) && !settings.isSet(DnsServerSettings.BLOCK_LIST)) {
        throw CliFailureException.usage(
            part.flag() + " needs --blocklist", "add --blocklist FILE, or leave it out");
      }
    }
    try {
      return new AnswerRules(
          settings.value(DnsServerSettings.POLICY),
          settings.values(DnsServerSettings.ALLOW),
          settings.find(DnsServerSettings.BLOCK_LIST),
          settings.value(DnsServerSettings.BLOCK_LIST_FORMAT),
          settings.value(DnsServerSettings.BLOCK_LIST_EXEMPT_PRIVATE),
          AnswerRules.notice(settings.values(DnsServerSettings.BLOCKED_TO)),
          settings.value(DnsServerSettings.LAN_NAMES));
    } catch (IllegalArgumentException e) {
      throw CliFailureException.usage(
          String.valueOf(e.getMessage()), "name one address of a family: --blocked-to 192.0.2.80");
    }
  }

  private static void addOperation(DnsServerConfigBuilder builder, Settings settings)
      throws CliFailureException {
    settings.find(DnsServerSettings.METRICS).ifPresent(builder::metrics);
    settings.find(DnsServerSettings.USER).ifPresent(builder::user);
    builder.rateLimits(
        new RateLimits(
            settings.value(DnsServerSettings.RATE_LIMIT),
            settings.values(DnsServerSettings.RATE_LIMIT_EXEMPT),
            settings.find(DnsServerSettings.COOKIE_SECRETS)));
    int sample = settings.value(DnsServerSettings.QUERY_LOG_SAMPLE);
    settings.find(DnsServerSettings.QUERY_LOG).ifPresent(file -> builder.queryLog(file, sample));
    if (settings.isSet(DnsServerSettings.QUERY_LOG_SAMPLE)
        && !settings.isSet(DnsServerSettings.QUERY_LOG)) {
      throw CliFailureException.usage(
          "--query-log-sample needs --query-log", "add --query-log FILE, or leave it out");
    }
  }
}
