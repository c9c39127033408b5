package dev.v6cert.dns;

import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.guard.AddressPolicy;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything a {@link DnsServer} is started with.
 *
 * @param zones the magic zones, at least one
 * @param listen where to listen, at least one address; port 0 picks a free one
 * @param nameServers the name servers of the zones; the first one is the primary
 * @param contact the mail address of who runs the zones
 * @param ttl how long resolvers may keep the answers, in whole seconds
 * @param zoneFile a master file of static records
 * @param reverse the blocks of addresses whose reverse zones are served
 * @param rules which names and addresses are answered
 * @param delegateChallenges whether {@code _acme-challenge} of a host is delegated to the host
 * @param statusNames whether {@code version} and {@code metrics} of each zone tell about the server
 * @param version what {@code version} of each zone tells
 * @param chaosVersion whether {@code version.bind} in class CH tells the same
 * @param identity the name of this server among its peers, told to who asks for it (NSID, {@code
 *     id.server} in class CH); not told where empty
 * @param rateLimits how many answers a client network gets
 * @param metrics where to serve metrics over HTTP
 * @param queryLog a file that queries are written to, as lines of JSON
 * @param queryLogSample of how many queries one is written, 1 for all
 * @param user the user to become once the ports are bound
 * @param threads the number of threads that read UDP, on each address
 * @param io how datagrams are read and written
 * @param tcpLimits what TCP clients may hold
 */
public record DnsServerConfig(
    List<Zone> zones,
    List<InetSocketAddress> listen,
    List<NameServer> nameServers,
    Optional<String> contact,
    Duration ttl,
    Optional<Path> zoneFile,
    List<ReverseBlock> reverse,
    AnswerRules rules,
    boolean delegateChallenges,
    boolean statusNames,
    String version,
    boolean chaosVersion,
    Optional<String> identity,
    RateLimits rateLimits,
    Optional<InetSocketAddress> metrics,
    Optional<Path> queryLog,
    int queryLogSample,
    Optional<String> user,
    int threads,
    DatagramIo io,
    TcpLimits tcpLimits) {
  /** The port of the DNS. */
  public static final int PORT = 53;

  /** How long resolvers keep the answers where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(1);

  private static final int MOST_DEFAULT_THREADS = 4;
  private static final int LONGEST_IDENTITY = 255;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one of them makes no sense; the message says which
   */
  public DnsServerConfig {
    zones = zones.stream().distinct().toList();
    listen = listen.stream().distinct().toList();
    nameServers = List.copyOf(nameServers);
    reverse = reverse.stream().distinct().toList();
    require(!zones.isEmpty(), "there is no zone to serve");
    require(!listen.isEmpty(), "there is no address to listen on");
    require(
        reverse.isEmpty() || !zones.getFirst().apex().equals(HostName.ROOT),
        "names in reverse zones lead to the first zone, which cannot be the root");
    require(queryLogSample >= 1, "one of at least 1 query can be logged");
    require(
        identity.map(name -> name.length() <= LONGEST_IDENTITY).orElse(true),
        "the identity has more than " + LONGEST_IDENTITY + " characters");
    require(threads >= 1, "the number of threads is " + threads + "; at least 1 is needed");
    require(tcpLimits.connections() >= 1, "at least one TCP connection is needed");
    require(
        tcpLimits.connectionsPerNetwork() >= 1
            && tcpLimits.connectionsPerNetwork() <= tcpLimits.connections(),
        "one network may have 1 to " + tcpLimits.connections() + " TCP connections, as all may");
    require(io.isSupported(), "batched I/O needs Linux on x86-64 or aarch64");
    require(
        !ttl.isNegative() && ttl.toSeconds() <= Integer.MAX_VALUE,
        "a TTL is 0 to 2147483647 seconds (RFC 2181 section 8)");
    require(
        contact.isEmpty() || contact.get().matches("[^@\\s]+@[^@\\s]+"),
        "the contact is no mail address");
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** A builder with all defaults, which lacks a zone. */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets the parts of a configuration that differ from the defaults. */
  public static final class Builder {
    private List<Zone> zones = List.of();
    private List<InetSocketAddress> listen =
        List.of(new InetSocketAddress("::", PORT), new InetSocketAddress("0.0.0.0", PORT));
    private List<NameServer> nameServers = List.of();
    private Optional<String> contact = Optional.empty();
    private Duration ttl = DEFAULT_TTL;
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

    private Builder() {}

    /** Sets the magic zones. */
    public Builder zones(List<Zone> zones) {
      this.zones = zones;
      return this;
    }

    /** Sets where to listen; by default port 53 of both wildcards. */
    public Builder listen(List<InetSocketAddress> listen) {
      this.listen = listen;
      return this;
    }

    /** Sets the name servers; by default {@code ns} of each zone. */
    public Builder nameServers(List<NameServer> nameServers) {
      this.nameServers = nameServers;
      return this;
    }

    /** Sets the mail address of who runs the zones; by default {@code hostmaster} of each zone. */
    public Builder contact(String contact) {
      this.contact = Optional.of(contact);
      return this;
    }

    /** Sets how long resolvers may keep the answers; by default {@link #DEFAULT_TTL}. */
    public Builder ttl(Duration ttl) {
      this.ttl = ttl;
      return this;
    }

    /** Sets a master file of static records; by default there are none. */
    public Builder zoneFile(Path zoneFile) {
      this.zoneFile = Optional.of(zoneFile);
      return this;
    }

    /** Sets the blocks of addresses whose reverse zones are served; by default none. */
    public Builder reverse(List<ReverseBlock> reverse) {
      this.reverse = reverse;
      return this;
    }

    /** Sets which names and addresses are answered; by default {@link AnswerRules#DEFAULT}. */
    public Builder rules(AnswerRules rules) {
      this.rules = rules;
      return this;
    }

    /** Sets the policy of the rules alone. */
    public Builder policy(AddressPolicy policy) {
      return rules(rules.with(policy));
    }

    /** Sets the block list of the rules alone. */
    public Builder blockList(Path blockList) {
      return rules(rules.withBlockList(blockList));
    }

    /**
     * Sets whether {@code _acme-challenge} of a host is delegated to the host; by default it is.
     */
    public Builder delegateChallenges(boolean delegateChallenges) {
      this.delegateChallenges = delegateChallenges;
      return this;
    }

    /**
     * Sets whether {@code version} and {@code metrics} of each zone are answered; by default so.
     */
    public Builder statusNames(boolean statusNames) {
      this.statusNames = statusNames;
      return this;
    }

    /** Sets what {@code version} of each zone tells; by default {@code v6cert}. */
    public Builder version(String version) {
      this.version = version;
      return this;
    }

    /** Sets whether {@code version.bind} in class CH tells the version; by default not. */
    public Builder chaosVersion(boolean chaosVersion) {
      this.chaosVersion = chaosVersion;
      return this;
    }

    /** Sets the name of this server among its peers; by default it is not told. */
    public Builder identity(String identity) {
      this.identity = Optional.of(identity);
      return this;
    }

    /** Sets how many answers a client network gets; by default {@link RateLimits#DEFAULT}. */
    public Builder rateLimits(RateLimits rateLimits) {
      this.rateLimits = rateLimits;
      return this;
    }

    /** Sets the answers a second over UDP to one client network, 0 for no limit. */
    public Builder rateLimit(int perSecond) {
      return rateLimits(RateLimits.of(perSecond));
    }

    /** Sets where to serve metrics over HTTP; by default nowhere. */
    public Builder metrics(InetSocketAddress metrics) {
      this.metrics = Optional.of(metrics);
      return this;
    }

    /** Sets a file that one of {@code sample} queries is written to; by default none is. */
    public Builder queryLog(Path queryLog, int sample) {
      this.queryLog = Optional.of(queryLog);
      this.queryLogSample = sample;
      return this;
    }

    /** Sets the user to become once the ports are bound; by default the user stays. */
    public Builder user(String user) {
      this.user = Optional.of(user);
      return this;
    }

    /** Sets the number of threads that read UDP; by default one for each processor, at most 4. */
    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /** Sets how datagrams are read and written; by default {@link DatagramIo#AUTO}. */
    public Builder io(DatagramIo io) {
      this.io = io;
      return this;
    }

    /** Sets what TCP clients may hold; by default {@link TcpLimits#ofThisProcess}. */
    public Builder tcpLimits(TcpLimits tcpLimits) {
      this.tcpLimits = Optional.of(tcpLimits);
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
          zones,
          listen,
          nameServers,
          contact,
          ttl,
          zoneFile,
          reverse,
          rules,
          delegateChallenges,
          statusNames,
          version,
          chaosVersion,
          identity,
          rateLimits,
          metrics,
          queryLog,
          queryLogSample,
          user,
          threads,
          io,
          tcpLimits.orElseGet(() -> TcpLimits.ofThisProcess(sockets())));
    }
  }
}
