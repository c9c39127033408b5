package dev.v6cert.cli.up;

import dev.v6cert.acme.AcmeFailureException;
import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.ListenAddress;
import dev.v6cert.acme.lineage.KeyedCertificate;
import dev.v6cert.acme.lineage.Lineage;
import dev.v6cert.acme.lineage.ResponderPlan;
import dev.v6cert.acme.state.StateDirectory;
import dev.v6cert.cli.option.CertificateSettings;
import dev.v6cert.cli.option.GlobalSettings;
import dev.v6cert.cli.option.UpSettings;
import dev.v6cert.cli.reachability.HeldFirewall;
import dev.v6cert.cli.reachability.HeldPort;
import dev.v6cert.cli.setting.Settings;
import dev.v6cert.cli.terminal.Console;
import dev.v6cert.ipv6.router.PortRoute;
import dev.v6cert.proxy.CertificateKeys;
import dev.v6cert.proxy.Front;
import dev.v6cert.proxy.PublicNames;
import dev.v6cert.proxy.Route;
import dev.v6cert.proxy.Traffic;
import dev.v6cert.proxy.gate.Gate;
import dev.v6cert.proxy.inspect.Inspector;
import dev.v6cert.proxy.inspect.Recorder;
import dev.v6cert.proxy.limit.Capacity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The servers of a run, and what they serve with. A new certificate takes the place of the old one
 * in the running servers; a new address gets servers of its own, beside those of the old one.
 */
final class RunningServers implements AutoCloseable {

  /** The ports that are tried after the usual one, for other runs at the same time. */
  private static final int MORE_PORTS = 9;

  private static final int HTTP = 80;
  private static final int HTTPS = 443;

  /** Behind the router's port 80 any will do, and this one needs no privilege. */
  private static final int MAPPED_HTTP = 8080;

  private final Settings settings;
  private final Console console;
  private final Gate gate;
  private final List<Route> routes;
  private final Traffic.Listener listener;
  private final Recorder recorder;
  private final Capacity capacity;
  private final CertificateKeys keys = new CertificateKeys();
  private final PublicNames names = new PublicNames(List.of());
  private final Set<String> known = new LinkedHashSet<>();
  private final Set<InetSocketAddress> addresses = new LinkedHashSet<>();
  private final Set<String> warned = new HashSet<>();
  private final List<Listening> fronts = new CopyOnWriteArrayList<>();
  private final List<Listening> redirects = new ArrayList<>();
  private final Map<InetSocketAddress, HeldFirewall> filters = new LinkedHashMap<>();
  private ListenAddresses.From from = ListenAddresses.From.INTERNET;
  private Capacity share;
  private Optional<String> outerHost = Optional.empty();
  private Optional<Inspector> inspector = Optional.empty();

  /** A server, and the router's port that leads to it. */
  private record Listening(Front front, Optional<HeldPort> opening) implements AutoCloseable {

    InetAddress address() {
      return front.address().getAddress();
    }

    @Override
    public void close() {
      opening.ifPresent(HeldPort::close);
      front.close();
    }
  }

  RunningServers(
      Settings settings,
      Console console,
      Gate gate,
      List<Route> routes,
      Traffic.Listener listener) {
    this.settings = settings;
    this.console = console;
    this.gate = gate;
    this.routes = routes;
    this.listener = listener;
    this.recorder = settings.value(UpSettings.NO_INSPECT) ? Recorder.off() : Recorder.create();
    this.capacity = ConnectionCapacity.capacity(routes);
    this.share = capacity;
  }

  /** Serves with the lineage's present certificate from now on, and answers to its names, too. */
  void serve(Lineage lineage) throws AcmeFailureException {
    KeyedCertificate certificate = KeyedCertificate.of(lineage);
    List<String> own = lineage.subjects().stream().map(Subject::value).toList();
    keys.serve(own, certificate.keys().getPrivate(), certificate.chain());
    known.addAll(own);
    names.set(List.copyOf(known));
  }

  /**
   * Listens on the addresses, but for those that it does already, and no more on those that this
   * machine has lost.
   *
   * @throws AcmeFailureException as {@code CannotBind}
   */
  void listen(ListenAddresses listening) throws AcmeFailureException {
    known.addAll(listening.names());
    names.set(List.copyOf(known));
    from = listening.from();
    outerHost = listening.names().stream().findFirst();
    List.copyOf(addresses).stream()
        .filter(address -> !listening.addresses().contains(address))
        .filter(address -> !ListenAddresses.isOfThisMachine(address.getAddress()))
        .forEach(this::leave);
    Set<InetSocketAddress> all = new HashSet<>(addresses);
    all.addAll(listening.addresses());
    share = capacity.share(all.size());
    fronts.forEach(one -> one.front().limit(share.clients()));
    redirects.forEach(one -> one.front().limit(share.redirects()));
    for (InetSocketAddress address : listening.addresses()) {
      listen(address);
    }
  }

  private void leave(InetSocketAddress gone) {
    addresses.remove(gone);
    for (List<Listening> servers : List.of(fronts, redirects)) {
      for (Listening one : List.copyOf(servers)) {
        if (one.address().equals(gone.getAddress())) {
          servers.remove(one);
          one.close();
        }
      }
    }
    for (InetSocketAddress address : List.copyOf(filters.keySet())) {
      if (address.getAddress().equals(gone.getAddress())) {
        Optional.ofNullable(filters.remove(address)).ifPresent(HeldFirewall::close);
      }
    }
  }

  /** The limit of clients, where the system has a narrow one. */
  Optional<String> limit() {
    return ConnectionCapacity.line(capacity);
  }

  /** The port that clients connect to. */
  int outerPort() {
    return from == ListenAddresses.From.ROUTER ? HTTPS : settings.value(UpSettings.HTTPS_PORT);
  }

  /** The router's address and port that lead here; empty where none do. */
  Optional<InetSocketAddress> atRouter() {
    return from == ListenAddresses.From.ROUTER
            && fronts.stream().flatMap(one -> one.opening().stream()).anyMatch(HeldPort::isHeld)
        ? outerHost.map(host -> new InetSocketAddress(InetAddress.ofLiteral(host), outerPort()))
        : Optional.empty();
  }

  /** Has the router let clients in, where that is wanted. */
  private Optional<HeldPort> hold(InetSocketAddress address, int outer) {
    if (!settings.value(CertificateSettings.OPEN_PORT)) {
      return Optional.empty();
    }
    return switch (from) {
      case LAN -> Optional.empty();
      case INTERNET -> Optional.of(HeldPort.open(address, console));
      case ROUTER ->
          Optional.of(
              HeldPort.map(
                  PortRoute.tcp(outer, address.getPort()),
                  new StateDirectory(settings.value(GlobalSettings.STATE_DIR)),
                  console));
    };
  }

  private void listen(InetSocketAddress address) throws AcmeFailureException {
    if (!addresses.add(address)) {
      return;
    }
    try {
      start(address);
    } catch (AcmeFailureException e) {
      addresses.remove(address);
      throw e;
    }
    redirect(address);
  }

  private void start(InetSocketAddress address) throws AcmeFailureException {
    Front front;
    try {
      front =
          Front.https(
              address, new Front.Site(names, keys, gate, routes, listener, recorder, share));
    } catch (IOException e) {
      throw ListenAddress.cannotBind(address, e);
    }
    fronts.add(new Listening(front, hold(address, HTTPS)));
    letIn(address);
  }

  /** Has this machine's packet filter let clients in until the end, where that is wanted. */
  private void letIn(InetSocketAddress address) {
    if (settings.value(CertificateSettings.OPEN_FIREWALL)
        && !address.getAddress().isLoopbackAddress()) {
      StateDirectory state = new StateDirectory(settings.value(GlobalSettings.STATE_DIR));
      filters.computeIfAbsent(address, _ -> HeldFirewall.open(address, state, console));
    }
  }

  /** Has the filter let clients in again where its rules were loaded anew. */
  void keepLetIn() throws InterruptedException {
    for (HeldFirewall filter : filters.values()) {
      filter.keep();
    }
  }

  /**
   * Shows the requests on a port of loopback from now on; on the next free one where the usual one
   * is in use.
   *
   * @return its address; empty where it is not wanted, or no port is free
   * @throws AcmeFailureException as {@code CannotBind}, when the port was asked for
   */
  Optional<URI> inspect() throws AcmeFailureException {
    if (settings.value(UpSettings.NO_INSPECT)) {
      return Optional.empty();
    }
    int first = settings.value(UpSettings.INSPECT_PORT);
    int last = settings.isSet(UpSettings.INSPECT_PORT) ? first : first + MORE_PORTS;
    for (int port = first; inspector.isEmpty() && port <= last; port++) {
      try {
        inspector = Optional.of(Inspector.start(port, recorder, this::latest));
      } catch (IOException e) {
        if (first == last) {
          throw ListenAddress.cannotBind(
              new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), e);
        }
      }
    }
    return inspector.map(it -> URI.create("http://localhost:" + it.port()));
  }

  /** The address of the front that began last; empty while its port answers the CA. */
  private Optional<InetSocketAddress> latest() {
    return fronts.stream().map(one -> one.front().address()).reduce((_, last) -> last);
  }

  /** Port 80; without it everything works but an address typed without https. */
  private void redirect(InetSocketAddress address) {
    int port =
        from == ListenAddresses.From.ROUTER && !settings.isSet(CertificateSettings.HTTP_PORT)
            ? MAPPED_HTTP
            : settings.value(CertificateSettings.HTTP_PORT);
    InetSocketAddress plain = new InetSocketAddress(address.getAddress(), port);
    try {
      Front front = Front.http(plain, names, outerPort(), share);
      redirects.add(new Listening(front, hold(plain, HTTP)));
      letIn(plain);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage());
      if (warned.add(why)) {
        console.warn(
            "port "
                + port
                + " is not available ("
                + why
                + "): addresses that begin with http:// are not redirected");
      }
    }
  }

  /** Leaves the port to the answers to the CA. Only that of TLS-ALPN-01 interrupts the service. */
  void pause(ResponderPlan plan) {
    pauseRedirects();
    boolean ours = addresses.stream().anyMatch(address -> address.getPort() == plan.port());
    if (plan.challenge() == ChallengeType.TLS_ALPN_01 && ours) {
      fronts.forEach(Listening::close);
      fronts.clear();
    }
  }

  /**
   * Takes the ports again.
   *
   * @throws AcmeFailureException as {@code CannotBind}, when another process was faster
   */
  void resume() throws AcmeFailureException {
    resumeRedirects();
    if (fronts.isEmpty()) {
      for (InetSocketAddress address : addresses) {
        start(address);
      }
    }
  }

  private void pauseRedirects() {
    redirects.forEach(one -> one.front().shutdown());
    redirects.forEach(Listening::close);
    redirects.clear();
  }

  private void resumeRedirects() {
    addresses.forEach(this::redirect);
  }

  @Override
  public void close() {
    HeldFirewall.closeAll(filters.values());
    inspector.ifPresent(Inspector::close);
    fronts.forEach(one -> one.front().shutdown()); // So that they share the time that is left.
    pauseRedirects();
    fronts.forEach(Listening::close);
  }
}
