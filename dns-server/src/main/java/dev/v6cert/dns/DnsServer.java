package dev.v6cert.dns;

import dev.v6cert.dns.answer.ServedZone;
import dev.v6cert.dns.answer.ZoneSetup;
import dev.v6cert.dns.challenge.StoreFailure;
import dev.v6cert.dns.fast.FastPath;
import dev.v6cert.dns.fast.LoggedFastPath;
import dev.v6cert.dns.file.FileFailure;
import dev.v6cert.dns.guard.RateLimiter;
import dev.v6cert.dns.guard.ServerCookies;
import dev.v6cert.dns.health.HealthCheck;
import dev.v6cert.dns.pipeline.HostedMessageHandlers;
import dev.v6cert.dns.pipeline.QueryPipeline;
import dev.v6cert.dns.pipeline.ServerIdentity;
import dev.v6cert.dns.privilege.PrivilegeFailure;
import dev.v6cert.dns.privilege.ProcessUser;
import dev.v6cert.dns.publish.HandoverRecords;
import dev.v6cert.dns.publish.HandoverSocket;
import dev.v6cert.dns.telemetry.Counters;
import dev.v6cert.dns.telemetry.MetricsEndpoint;
import dev.v6cert.dns.telemetry.QueryLog;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.dns.transport.ListenFailure.Purpose;
import dev.v6cert.dns.transport.Listeners;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.warmup.WarmUp;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * The authoritative magic DNS server, running: names that carry an address resolve to it. Its
 * threads are daemons; {@link #close} stops it within two seconds.
 */
public final class DnsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);

  private static final InetSocketAddress LOOPBACK =
      new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);

  private final Counters counters = new Counters();
  private final ServerCookies cookies = new ServerCookies(InstantSource.system());
  private final LiveZones zones;
  private final Optional<QueryLog> queryLog;
  private final Listeners listeners;
  private final HealthCheck health;
  private final Optional<MetricsEndpoint> metrics;
  private final Optional<HostedService> hosted;
  private final Optional<HandoverSocket> handover;
  private final FileWatch watch;
  private final Consumer<Reload> reloads;

  /** The errors that were told last, and not corrected since. */
  private List<String> told = List.of();

  private DnsServer(DnsServerConfig config, Consumer<Reload> reloads, Consumer<String> warnings)
      throws ListenFailure, FileFailure, StoreFailure, PrivilegeFailure {
    this.reloads = reloads;
    ZoneSetup setup = setup(config, counters);
    hosted = hosted(config, warnings);
    List<ServedZone> hostedZones = hosted.map(HostedService::zone).stream().toList();
    List<Name> apexes = new ArrayList<>(setup.apexes());
    hostedZones.forEach(zone -> apexes.add(zone.summary().apex()));
    counters.countZones(apexes);
    HandoverRecords handed = new HandoverRecords();
    zones = new LiveZones(setup, config, cookies, reloads, hostedZones, handed);
    List<AutoCloseable> opened = new ArrayList<>();
    try {
      queryLog = queryLog(config, counters, warnings);
      queryLog.ifPresent(opened::add);
      RateLimiter limiter = new RateLimiter(config.guards().rateLimits(), System.nanoTime());
      if (config.sockets().warmUp() && !config.zones().magic().isEmpty()) {
        warmUp(config, limiter);
      }
      listeners = listeners(config, handler(config, limiter, counters, queryLog), counters);
      opened.add(listeners);
      handover = handover(config, handed, warnings);
      handover.ifPresent(opened::add);
      health = new HealthCheck(listeners.listening(), apexes.getFirst(), counters::responses);
      metrics = metrics(config, counters, health);
      metrics.ifPresent(opened::add);
      if (hosted.isPresent()) {
        opened.add(hosted.get());
        hosted.get().listen();
        metrics.ifPresent(hosted.get()::measure);
      }
      becomeUser(config.sockets());
    } catch (ListenFailure | FileFailure | StoreFailure | PrivilegeFailure e) {
      opened.reversed().forEach(DnsServer::closeQuietly);
      throw e;
    }
    watch = new FileWatch(zones::files, this::reloadChanged);
  }

  private static Optional<HostedService> hosted(DnsServerConfig config, Consumer<String> warnings)
      throws FileFailure, StoreFailure {
    return config.hosting().isPresent()
        ? Optional.of(new HostedService(config, config.hosting().get(), warnings))
        : Optional.empty();
  }

  private static Listeners listeners(
      DnsServerConfig config, QueryPipeline handler, Counters counters) throws ListenFailure {
    DnsServerConfig.Sockets sockets = config.sockets();
    return Listeners.bind(
        sockets.listen(),
        sockets.threads(),
        sockets.io(),
        handler,
        sockets.tcpLimits(),
        counters.transport());
  }

  /** Drops root, and opens the store as the user that writes there from now on. */
  private void becomeUser(DnsServerConfig.Sockets sockets)
      throws FileFailure, StoreFailure, PrivilegeFailure {
    if (sockets.user().isPresent()) {
      ProcessUser.become(sockets.user().get());
    }
    if (hosted.isPresent()) {
      hosted.get().open();
    }
  }

  /** Answers on a loopback address for a moment, with counters that nobody sees. */
  private void warmUp(DnsServerConfig config, RateLimiter limiter) {
    Counters unseen = new Counters();
    try (Listeners loopback =
        Listeners.bind(
            List.of(LOOPBACK),
            1,
            config.sockets().io(),
            handler(config, limiter, unseen, Optional.empty()),
            config.sockets().tcpLimits(),
            unseen.transport())) {
      loopback.start();
      WarmUp.run(loopback, config.zones().magic().getFirst());
    } catch (ListenFailure e) {
      LOG.debug("no loopback address to warm up with", e);
    }
  }

  private QueryPipeline handler(
      DnsServerConfig config, RateLimiter limiter, Counters observer, Optional<QueryLog> log) {
    return new QueryPipeline(
        zones::zones,
        cookies,
        limiter,
        identity(config.telemetry()),
        event -> {
          observer.count(event);
          log.ifPresent(open -> open.add(event));
        },
        transport -> {
          FastPath path = new FastPath(zones::fastZones, limiter, cookies, observer, transport);
          return log.<FastHandler>map(open -> new LoggedFastPath(path, open, transport))
              .orElse(path);
        },
        hosted.map(HostedService::messages).orElse(HostedMessageHandlers.NONE));
  }

  /** Without it everything else is answered all the same. */
  private static Optional<HandoverSocket> handover(
      DnsServerConfig config, HandoverRecords records, Consumer<String> warnings) {
    if (config.sockets().handover().isEmpty()) {
      return Optional.empty();
    }
    Path path = config.sockets().handover().get();
    try {
      return HandoverSocket.listen(path, records);
    } catch (IOException e) {
      warnings.accept("no records of DNS-01 are taken over " + path + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static ServerIdentity identity(DnsServerConfig.Telemetry telemetry) {
    return new ServerIdentity(
        telemetry.identity(),
        telemetry.chaosVersion() ? Optional.of(telemetry.version()) : Optional.empty());
  }

  /**
   * Binds every address and begins to answer. Where this fails nothing was started.
   *
   * @param reloads told whenever files have been read again, of errors that stay only once, and of
   *     files that take long to read; at the start also of those that can be read no more, now that
   *     the process is another user
   * @param warnings told in words of what goes wrong while the server runs, and when it is over
   * @throws ListenFailure when an address cannot be bound
   * @throws FileFailure when a file of the configuration cannot be used
   * @throws StoreFailure when the database of hosted records cannot be used
   * @throws PrivilegeFailure when the process cannot become the user that is asked for
   */
  public static DnsServer start(
      DnsServerConfig config, Consumer<Reload> reloads, Consumer<String> warnings)
      throws ListenFailure, FileFailure, StoreFailure, PrivilegeFailure {
    DnsServer server = new DnsServer(config, reloads, warnings);
    server.listeners.start();
    server.metrics.ifPresent(MetricsEndpoint::start);
    server.watch.start();
    if (config.sockets().user().isPresent()) {
      server.reportUnreadable();
    }
    return server;
  }

  /** Reports files that became unreadable when root was dropped. */
  private void reportUnreadable() {
    List<FileFailure> failures =
        zones.files().stream()
            .filter(file -> !Files.isReadable(file))
            .map(file -> FileFailure.unusable(file, new AccessDeniedException(file.toString())))
            .toList();
    if (!failures.isEmpty()) {
      reloads.accept(new Reload.Failed(failures));
    }
  }

  /**
   * Like {@link #start(DnsServerConfig, Consumer, Consumer)}, without words about what goes wrong.
   */
  public static DnsServer start(DnsServerConfig config, Consumer<Reload> reloads)
      throws ListenFailure, FileFailure, StoreFailure, PrivilegeFailure {
    return start(config, reloads, _ -> {});
  }

  /** Like {@link #start(DnsServerConfig, Consumer)}, where nobody wants to be told of reloads. */
  public static DnsServer start(DnsServerConfig config)
      throws ListenFailure, FileFailure, StoreFailure, PrivilegeFailure {
    return start(config, _ -> {});
  }

  static ZoneSetup setup(DnsServerConfig config, Counters counters) {
    Map<String, Supplier<List<String>>> texts =
        config.telemetry().statusNames()
            ? Map.of(
                "version",
                () -> List.of(config.telemetry().version()),
                "metrics",
                () -> List.of(counters.line()))
            : Map.of();
    return new ZoneSetup(
        config.zones().magic(),
        config.zones().reverse(),
        config.zones().nameServers(),
        config.zones().contact(),
        config.zones().ttl(),
        config.zones().delegateChallenges(),
        texts);
  }

  private static Optional<QueryLog> queryLog(
      DnsServerConfig config, Counters counters, Consumer<String> warnings) throws FileFailure {
    if (config.telemetry().queryLog().isEmpty()) {
      return Optional.empty();
    }
    Path file = config.telemetry().queryLog().get();
    try {
      return Optional.of(
          new QueryLog(
              file, config.telemetry().queryLogSample(), counters::countUnlogged, warnings));
    } catch (IOException e) {
      throw FileFailure.unusable(file, e);
    }
  }

  private static Optional<MetricsEndpoint> metrics(
      DnsServerConfig config, Counters counters, HealthCheck health) throws ListenFailure {
    if (config.telemetry().metrics().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new MetricsEndpoint(config.telemetry().metrics().get(), counters, health));
    } catch (IOException e) {
      throw new ListenFailure(
          Purpose.METRICS, config.telemetry().metrics().get(), Transport.TCP, e);
    }
  }

  /** The addresses of the server, for UDP and TCP alike, with the ports that were really bound. */
  public List<InetSocketAddress> addresses() {
    return listeners.addresses();
  }

  /** The address of the metrics. */
  public Optional<InetSocketAddress> metricsAddress() {
    return metrics.map(MetricsEndpoint::address);
  }

  /** The hosted zone. */
  public Optional<HostedService> hosted() {
    return hosted;
  }

  /** Tells whether every listener answers. */
  public HealthCheck health() {
    return health;
  }

  /** Completed when a thread that reads queries fails again and again, and answers nothing. */
  public CompletableFuture<Throwable> failure() {
    return counters.transport().failure();
  }

  /** The counters of the server. */
  public Counters counters() {
    return counters;
  }

  /**
   * Reads the zone file, the block list and the cookie secrets again, without a pause in answering.
   * Changed files are taken in within a few seconds without this.
   */
  public synchronized Reload reload() {
    Reload reload = zones.reload();
    counters.countReload(reload instanceof Reload.Done);
    tell(reload);
    return reload;
  }

  /** Takes in files that have changed, or could not be taken in before. */
  private synchronized boolean reloadChanged(boolean again) {
    Reload reload = zones.reload();
    if (Thread.currentThread().isInterrupted()) {
      return false; // The server closes, and its end is no fault of the files.
    }
    boolean done = reload instanceof Reload.Done;
    counters.countReload(done);
    if (again) {
      counters.countReloadRetry();
    }
    if (done || !messages(reload).equals(told)) {
      tell(reload);
    }
    return done;
  }

  private void tell(Reload reload) {
    told = messages(reload);
    reloads.accept(reload);
  }

  private static List<String> messages(Reload reload) {
    return switch (reload) {
      case Reload.Done _, Reload.Slow _ -> List.of();
      case Reload.Failed(var failures) ->
          failures.stream().map(failure -> String.valueOf(failure.getMessage())).toList();
    };
  }

  /** Opens the query log anew, which may have been moved away. */
  public void reopenLog() {
    queryLog.ifPresent(QueryLog::reopen);
  }

  @Override
  public void close() {
    watch.close();
    listeners.close();
    metrics.ifPresent(MetricsEndpoint::close);
    hosted.ifPresent(HostedService::close);
    handover.ifPresent(HandoverSocket::close);
    queryLog.ifPresent(QueryLog::close);
  }

  private static void closeQuietly(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.debug("while giving up the start", e);
    }
  }
}
