package dev.v6cert.dns;

import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.answer.ReverseBlock;
import dev.v6cert.dns.challenge.StoreLocation;
import dev.v6cert.dns.guard.AnswerRules;
import dev.v6cert.dns.guard.RateLimits;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.http.Registration;
import dev.v6cert.dns.transfer.Secondaries.Secondary;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.ipv6.name.HostName;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * The configuration of a {@link DnsServer}. Each part checks its values, and throws an {@link
 * IllegalArgumentException} that says which one makes no sense.
 */
public record DnsServerConfig(
    Zones zones, Guards guards, Sockets sockets, Telemetry telemetry, Optional<Hosting> hosting) {
  /** The port of the DNS. */
  public static final int PORT = 53;

  /** The time that resolvers keep the answers where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(1);

  private static final int LONGEST_IDENTITY = 255;

  /** Checks that there is something to serve, and every zone once. */
  public DnsServerConfig {
    require(!zones.magic().isEmpty() || hosting.isPresent(), "there is no zone to serve");
    require(
        hosting.isEmpty() || !zones.magic().contains(hosting.get().zone()),
        "the challenge zone is a zone of its own, not a magic one");
  }

  /**
   * The zones, and their records.
   *
   * @param magic the magic zones
   * @param nameServers the name servers of the zones; the first one is the primary
   * @param contact the mail address of the operator
   * @param ttl the time that resolvers may keep the answers, in whole seconds
   * @param zoneFile a master file of static records
   * @param reverse the blocks of addresses whose reverse zones are served
   * @param delegateChallenges whether the challenges of a host are delegated to the host
   */
  public record Zones(
      List<Zone> magic,
      List<NameServer> nameServers,
      Optional<String> contact,
      Duration ttl,
      Optional<Path> zoneFile,
      List<ReverseBlock> reverse,
      boolean delegateChallenges) {

    /** Checks the values. */
    public Zones {
      magic = magic.stream().distinct().toList();
      nameServers = List.copyOf(nameServers);
      reverse = reverse.stream().distinct().toList();
      require(
          reverse.isEmpty() || (!magic.isEmpty() && !magic.getFirst().apex().equals(HostName.ROOT)),
          "names in reverse zones lead to the first zone, which cannot be the root");
      require(
          !ttl.isNegative() && ttl.toSeconds() <= Integer.MAX_VALUE,
          "a TTL is 0 to 2147483647 seconds (RFC 2181 section 8)");
      require(
          contact.isEmpty() || contact.get().matches("[^@\\s]+@[^@\\s]+"),
          "the contact is not a mail address");
    }
  }

  /**
   * The guards of the answers.
   *
   * @param rules the names and addresses that are answered
   * @param rateLimits the number of answers that a client network gets
   */
  public record Guards(AnswerRules rules, RateLimits rateLimits) {}

  /**
   * The sockets, and the process that has them.
   *
   * @param listen the addresses to listen on, at least one; port 0 picks a free one
   * @param threads the number of threads that read UDP, on each address
   * @param io the way that datagrams are read and written
   * @param tcpLimits the connections and octets that TCP clients may hold
   * @param user the user to become once the ports are bound
   * @param warmUp whether the server asks itself at the start until its code is compiled
   * @param handover the Unix socket over which processes of this machine hand it TXT records
   */
  public record Sockets(
      List<InetSocketAddress> listen,
      int threads,
      DatagramIo io,
      TcpLimits tcpLimits,
      Optional<String> user,
      boolean warmUp,
      Optional<Path> handover) {

    /** Checks the values. */
    public Sockets {
      listen = listen.stream().distinct().toList();
      require(!listen.isEmpty(), "there is no address to listen on");
      require(threads >= 1, "the number of threads is " + threads + "; at least 1 is needed");
      require(tcpLimits.connections() >= 1, "at least one TCP connection is needed");
      require(
          tcpLimits.connectionsPerNetwork() >= 1
              && tcpLimits.connectionsPerNetwork() <= tcpLimits.connections(),
          "one network may have 1 to " + tcpLimits.connections() + " TCP connections, as all may");
      require(io.isSupported(), "batched I/O needs Linux on x86-64 or aarch64");
    }
  }

  /**
   * The things that the server tells about itself and its clients.
   *
   * @param metrics the address to serve metrics on, over HTTP
   * @param queryLog a file that queries are written to, as lines of JSON
   * @param queryLogSample the number of queries of which one is written, 1 for all
   * @param statusNames whether {@code version} and {@code metrics} of each zone tell about the
   *     server
   * @param version the text of {@code version} of each zone
   * @param chaosVersion whether {@code version.bind} in class CH tells the same
   * @param identity the name of this server among its peers (NSID, {@code id.server} in class CH);
   *     not told where empty
   */
  public record Telemetry(
      Optional<InetSocketAddress> metrics,
      Optional<Path> queryLog,
      int queryLogSample,
      boolean statusNames,
      String version,
      boolean chaosVersion,
      Optional<String> identity) {

    /** Checks the values. */
    public Telemetry {
      require(queryLogSample >= 1, "one of at least 1 query can be logged");
      require(
          identity.map(name -> name.length() <= LONGEST_IDENTITY).orElse(true),
          "the identity has more than " + LONGEST_IDENTITY + " characters");
    }
  }

  /**
   * The zone whose records clients set, for the DNS-01 challenges of others.
   *
   * @param zone the zone
   * @param store the place of accounts and records
   * @param api the address of the HTTP API; no API where empty
   * @param tls has the API's certificate; it speaks plain HTTP where empty
   * @param registration who may register there
   * @param updates who may change records by RFC 2136
   * @param transfers who may have the whole zone
   */
  public record Hosting(
      Zone zone,
      StoreLocation store,
      Optional<InetSocketAddress> api,
      Optional<SSLContext> tls,
      Registration registration,
      Updates updates,
      Transfers transfers) {

    /** Checks the values. */
    public Hosting {
      require(!zone.apex().equals(HostName.ROOT), "the root is not a challenge zone");
      require(
          tls.isPresent()
              || api.map(address -> address.getAddress().isLoopbackAddress()).orElse(true),
          "the API speaks plain HTTP on loopback addresses only, for a proxy in front; elsewhere it"
              + " needs --api-certificate");
    }
  }

  /**
   * The dynamic updates of the hosted zone.
   *
   * @param keys the file of the keys, and what they may change; no updates where empty
   * @param weak whether keys with MD5, SHA-1 and SHA-224 are accepted
   */
  public record Updates(Optional<Path> keys, boolean weak) {
    /** No updates. */
    public static final Updates NONE = new Updates(Optional.empty(), false);
  }

  /**
   * The secondaries of the hosted zone.
   *
   * @param keys the file of the keys that they sign with; no transfers where empty
   * @param secondaries those that are told of changes
   */
  public record Transfers(Optional<Path> keys, List<Secondary> secondaries) {
    /** No transfers. */
    public static final Transfers NONE = new Transfers(Optional.empty(), List.of());

    /** Checks the values. */
    public Transfers {
      secondaries = secondaries.stream().distinct().toList();
      require(
          secondaries.isEmpty() || keys.isPresent(),
          "--secondary needs --transfer-key, the key that it and this server share");
    }
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** A builder with all defaults, which lacks a zone. */
  public static DnsServerConfigBuilder builder() {
    return new DnsServerConfigBuilder();
  }
}
