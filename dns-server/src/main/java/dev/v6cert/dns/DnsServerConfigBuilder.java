package dev.v6cert.dns;

import dev.v6cert.dns.DnsServerConfig.Guards;
import dev.v6cert.dns.DnsServerConfig.Hosting;
import dev.v6cert.dns.DnsServerConfig.Sockets;
import dev.v6cert.dns.DnsServerConfig.Telemetry;
import dev.v6cert.dns.DnsServerConfig.Zones;
import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Sets the parts of a configuration that differ from the defaults. */
public final class DnsServerConfigBuilder {
  private static final int MOST_DEFAULT_THREADS = 4;

  private List<Zone> zones = List.of();
  private List<InetSocketAddress> listen =
      List.of(
          new InetSocketAddress("::", DnsServerConfig.PORT),
          new InetSocketAddress("0.0.0.0", DnsServerConfig.PORT));
  private List<NameServer> nameServers = List.of();
  private Optional<String> contact = Optional.empty();
  private Duration ttl = DnsServerConfig.DEFAULT_TTL;
  private Optional<Path> zoneFile = Optional.empty();
  private List<ReverseBlock> reverse = List.of();
  private AnswerRules rules = AnswerRules.DEFAULT;
  private boolean delegateChallenges = true;
  private boolean statusNames = true;
  private String version = "v6cert";
  private boolean chaosVersion = false;
  private Optional<String> identity = Optional.empty();
  private RateLimits rateLimits = RateLimits.DEFAULT;
  private Optional<InetSocketAddress> metrics = Optional.empty();
  private Optional<Path> queryLog = Optional.empty();
  private int queryLogSample = 1;
  private Optional<String> user = Optional.empty();
  private int threads =
      Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_DEFAULT_THREADS);
  private DatagramIo io = DatagramIo.AUTO;
  private Optional<TcpLimits> tcpLimits = Optional.empty();
  private boolean warmUp = false;
  private Optional<Path> handover = Optional.empty();
  private Optional<Hosting> hosting = Optional.empty();

  DnsServerConfigBuilder() {}

  /** Sets the magic zones. */
  public DnsServerConfigBuilder zones(List<Zone> zones) {
    this.zones = zones;
    return this;
  }

  /** Sets where to listen; by default port 53 of both wildcards. */
  public DnsServerConfigBuilder listen(List<InetSocketAddress> listen) {
    this.listen = listen;
    return this;
  }

  /** Sets the name servers; by default {@code ns} of each zone. */
  public DnsServerConfigBuilder nameServers(List<NameServer> nameServers) {
    this.nameServers = nameServers;
    return this;
  }

  /** Sets the mail address of the operator; by default {@code hostmaster} of each zone. */
  public DnsServerConfigBuilder contact(String contact) {
    this.contact = Optional.of(contact);
    return this;
  }

  /**
   * Sets how long resolvers may keep the answers; by default {@link DnsServerConfig#DEFAULT_TTL}.
   */
  public DnsServerConfigBuilder ttl(Duration ttl) {
    this.ttl = ttl;
    return this;
  }

  /** Sets a master file of static records; by default there are none. */
  public DnsServerConfigBuilder zoneFile(Path zoneFile) {
    this.zoneFile = Optional.of(zoneFile);
    return this;
  }

  /** Sets the blocks of addresses whose reverse zones are served; by default none. */
  public DnsServerConfigBuilder reverse(List<ReverseBlock> reverse) {
    this.reverse = reverse;
    return this;
  }

  /** Sets which names and addresses are answered; by default {@link AnswerRules#DEFAULT}. */
  public DnsServerConfigBuilder rules(AnswerRules rules) {
    this.rules = rules;
    return this;
  }

  /** Sets the policy of the rules alone. */
  public DnsServerConfigBuilder policy(AddressPolicy policy) {
    return rules(rules.with(policy));
  }

  /** Sets the block list of the rules alone. */
  public DnsServerConfigBuilder blockList(Path blockList) {
    return rules(rules.withBlockList(blockList));
  }

  /** Sets whether the challenges of a host are delegated to it; by default they are. */
  public DnsServerConfigBuilder delegateChallenges(boolean delegateChallenges) {
    this.delegateChallenges = delegateChallenges;
    return this;
  }

  /** Sets whether {@code version} and {@code metrics} of each zone are answered; by default so. */
  public DnsServerConfigBuilder statusNames(boolean statusNames) {
    this.statusNames = statusNames;
    return this;
  }

  /** Sets what {@code version} of each zone tells; by default {@code v6cert}. */
  public DnsServerConfigBuilder version(String version) {
    this.version = version;
    return this;
  }

  /** Sets whether {@code version.bind} in class CH tells the version; by default not. */
  public DnsServerConfigBuilder chaosVersion(boolean chaosVersion) {
    this.chaosVersion = chaosVersion;
    return this;
  }

  /** Sets the name of this server among its peers; by default it is not told. */
  public DnsServerConfigBuilder identity(String identity) {
    this.identity = Optional.of(identity);
    return this;
  }

  /** Sets how many answers a client network gets; by default {@link RateLimits#DEFAULT}. */
  public DnsServerConfigBuilder rateLimits(RateLimits rateLimits) {
    this.rateLimits = rateLimits;
    return this;
  }

  /** Sets the answers a second over UDP to one client network, 0 for no limit. */
  public DnsServerConfigBuilder rateLimit(int perSecond) {
    return rateLimits(RateLimits.of(perSecond));
  }

  /** Sets where to serve metrics over HTTP; by default nowhere. */
  public DnsServerConfigBuilder metrics(InetSocketAddress metrics) {
    this.metrics = Optional.of(metrics);
    return this;
  }

  /** Sets a file that one of {@code sample} queries is written to; by default none is. */
  public DnsServerConfigBuilder queryLog(Path queryLog, int sample) {
    this.queryLog = Optional.of(queryLog);
    this.queryLogSample = sample;
    return this;
  }

  /** Sets the Unix socket over which processes of this machine hand over TXT records. */
  public DnsServerConfigBuilder handover(Path handover) {
    this.handover = Optional.of(handover);
    return this;
  }

  /** Sets the user to become once the ports are bound; by default the user stays. */
  public DnsServerConfigBuilder user(String user) {
    this.user = Optional.of(user);
    return this;
  }

  /** Sets the number of threads that read UDP; by default one for each processor, at most 4. */
  public DnsServerConfigBuilder threads(int threads) {
    this.threads = threads;
    return this;
  }

  /** Sets how datagrams are read and written; by default {@link DatagramIo#AUTO}. */
  public DnsServerConfigBuilder io(DatagramIo io) {
    this.io = io;
    return this;
  }

  /** Sets what TCP clients may hold; by default {@link TcpLimits#ofThisProcess}. */
  public DnsServerConfigBuilder tcpLimits(TcpLimits tcpLimits) {
    this.tcpLimits = Optional.of(tcpLimits);
    return this;
  }

  /**
   * Sets whether the server asks itself at the start until its code is compiled; by default not.
   */
  public DnsServerConfigBuilder warmUp(boolean warmUp) {
    this.warmUp = warmUp;
    return this;
  }

  /** Sets the zone whose records clients set; by default there is none. */
  public DnsServerConfigBuilder hosting(Hosting hosting) {
    this.hosting = Optional.of(hosting);
    return this;
  }

  /** The number of sockets that it is to listen with, by what is set so far. */
  public int sockets() {
    return listen.size() * (threads + 1);
  }

  /**
   * The configuration.
   *
   * @throws IllegalArgumentException when it makes no sense; the message says why
   */
  public DnsServerConfig build() {
    return new DnsServerConfig(
        new Zones(zones, nameServers, contact, ttl, zoneFile, reverse, delegateChallenges),
        new Guards(rules, rateLimits),
        new Sockets(
            listen,
            threads,
            io,
            tcpLimits.orElseGet(() -> TcpLimits.ofThisProcess(sockets())),
            user,
            warmUp,
            handover),
        new Telemetry(
            metrics, queryLog, queryLogSample, statusNames, version, chaosVersion, identity),
        hosting);
  }
}
