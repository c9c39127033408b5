package dev.v6cert.acme.lineage;

import dev.v6cert.acme.Subject;
import dev.v6cert.acme.challenge.ChallengeSolver;
import dev.v6cert.acme.challenge.ChallengeType;
import dev.v6cert.acme.challenge.StandaloneSolver;
import dev.v6cert.acme.challenge.WebrootSolver;
import dev.v6cert.acme.challenge.dns.TxtPlace;
import dev.v6cert.acme.challenge.dns.TxtPlan;
import dev.v6cert.ipv6.IpAddress;
import dev.v6cert.ipv6.router.OuterPort;
import dev.v6cert.ipv6.router.PortRoute;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The place where the challenges of a lineage are answered, by its renewals too.
 *
 * @param challenge the type of what is answered on a port or by a web server
 * @param webroot the directory that a web server serves, where that one answers
 * @param address the local address to bind; empty for every address of the machine
 * @param port the port to bind
 * @param flexible whether the other challenge does where this one's port is not available
 * @param openings what is opened on the way here meanwhile
 * @param txt the way of TXT records, where they prove the names; addresses they never prove
 */
public record ResponderPlan(
    ChallengeType challenge,
    Optional<Path> webroot,
    Optional<InetAddress> address,
    int port,
    boolean flexible,
    Openings openings,
    Optional<TxtPlan> txt) {

  /** The distance of our port from the router's, so that it needs no privilege. */
  public static final int UNPRIVILEGED = 8000;

  /** HTTP-01 on port 80 of every address. */
  public static final ResponderPlan DEFAULT =
      new ResponderPlan(
          ChallengeType.HTTP_01,
          Optional.empty(),
          Optional.empty(),
          ChallengeType.HTTP_01.port(),
          false,
          Openings.NONE);

  /** A plan without TXT records. */
  public ResponderPlan(
      ChallengeType challenge,
      Optional<Path> webroot,
      Optional<InetAddress> address,
      int port,
      boolean flexible,
      Openings openings) {
    this(challenge, webroot, address, port, flexible, openings, Optional.empty());
  }

  /**
   * The parts of the way to the responder that are opened while it answers.
   *
   * @param router whether the router is asked to let the authority in
   * @param mapped whether a port of the router leads here, which it is asked for then
   * @param firewall whether this machine's packet filter is opened
   */
  public record Openings(boolean router, boolean mapped, boolean firewall) {

    /** Nothing is opened. */
    public static final Openings NONE = new Openings(false, false, false);
  }

  /** The plan once the machine has another address in place of {@code old}. */
  ResponderPlan moved(IpAddress old, IpAddress other) {
    boolean wasThere = address.map(IpAddress::from).filter(old::equals).isPresent();
    return new ResponderPlan(
        challenge,
        webroot,
        wasThere ? Optional.of(other.toInetAddress()) : address,
        port,
        flexible,
        openings,
        txt.map(plan -> plan.moved(old, other)));
  }

  /** The same place for the other challenge, on the port that it has by default. */
  public ResponderPlan other() {
    ChallengeType other =
        challenge == ChallengeType.HTTP_01 ? ChallengeType.TLS_ALPN_01 : ChallengeType.HTTP_01;
    return new ResponderPlan(
        other,
        Optional.empty(),
        address,
        other.port() + (mapped() ? UNPRIVILEGED : 0),
        flexible,
        openings,
        txt);
  }

  /** Whether a port of the router leads here. */
  public boolean mapped() {
    return openings.mapped();
  }

  /** Whether the subject is proven by a TXT record. */
  public boolean isByTxt(Subject subject) {
    return txt.isPresent() && !(subject instanceof Subject.Ip);
  }

  /** Whether names are proven by TXT records that another machine answers for. */
  public boolean isElsewhere() {
    return txt.isPresent() && !(txt.get().place() instanceof TxtPlace.Here);
  }

  /** Whether the subject is proven by a TXT record that another machine answers for. */
  public boolean isElsewhere(Subject subject) {
    return isElsewhere() && isByTxt(subject);
  }

  /** The type of challenge for names. */
  public ChallengeType challengeOfNames() {
    return txt.map(TxtPlan::challenge).orElse(challenge);
  }

  /**
   * The ways that the authority, or its resolver, comes in by: each from the port that it asks to
   * the port of this machine. Where {@link #mapped} holds, the router is asked for each of them.
   */
  public List<PortRoute> inbound(Collection<Subject> subjects) {
    Set<PortRoute> routes = new LinkedHashSet<>();
    for (Subject subject : subjects) {
      routes.addAll(isByTxt(subject) ? inboundToNames() : inboundToAddresses());
    }
    return List.copyOf(routes);
  }

  /** The ways in to prove names; none where another machine answers. */
  public List<PortRoute> inboundToNames() {
    return txt.isEmpty()
        ? inboundToAddresses()
        : isElsewhere() ? List.of() : inbound(challengeOfNames(), dnsPort());
  }

  /** The ways in to prove addresses. */
  public List<PortRoute> inboundToAddresses() {
    return inbound(challenge, port);
  }

  private List<PortRoute> inbound(ChallengeType type, int here) {
    return type.transports().stream()
        .map(transport -> new OuterPort(transport, type.port()))
        .map(outer -> mapped() ? new PortRoute(outer, here) : PortRoute.same(outer))
        .toList();
  }

  /** The port of this machine where queries for its TXT records are answered. */
  public int dnsPort() {
    return ChallengeType.DNS_01.port() + (mapped() ? UNPRIVILEGED : 0);
  }

  /** A solver that answers on the port or through the web server, by this machine alone. */
  public ChallengeSolver solver() {
    return solverOn(port);
  }

  /** A solver that answers there, but on another port. */
  public ChallengeSolver solverOn(int other) {
    return webroot
        .<ChallengeSolver>map(WebrootSolver::new)
        .orElseGet(() -> new StandaloneSolver(challenge, address, other, Clock.systemUTC()));
  }
}
