package dev.v6cert.dns;

import dev.v6cert.dns.answer.NameServer;
import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.ipv6.name.Zone;
import java.net.InetSocketAddress;
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
 * @param threads the number of threads that read UDP, on each address
 * @param tcpLimits what TCP clients may hold
 */
public record DnsServerConfig(
    List<Zone> zones,
    List<InetSocketAddress> listen,
    List<NameServer> nameServers,
    Optional<String> contact,
    Duration ttl,
    int threads,
    TcpLimits tcpLimits) {
  /** The port of the DNS. */
  public static final int PORT = 53;

  /** How long resolvers keep the answers where nothing else is said. */
  public static final Duration DEFAULT_TTL = Duration.ofHours(1);

  private static final int MOST_DEFAULT_THREADS = 4;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one of them makes no sense; the message says which
   */
  public DnsServerConfig {
    zones = List.copyOf(zones);
    listen = List.copyOf(listen);
    nameServers = List.copyOf(nameServers);
    require(!zones.isEmpty(), "there is no zone to serve");
    require(!listen.isEmpty(), "there is no address to listen on");
    require(threads >= 1, "the number of threads is " + threads + "; at least 1 is needed");
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
    private int threads =
        Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_DEFAULT_THREADS);
    private TcpLimits tcpLimits = TcpLimits.DEFAULT;

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

    /** Sets the number of threads that read UDP; by default one for each processor, at most 4. */
    public Builder threads(int threads) {
      this.threads = threads;
      return this;
    }

    /** Sets what TCP clients may hold; by default {@link TcpLimits#DEFAULT}. */
    public Builder tcpLimits(TcpLimits tcpLimits) {
      this.tcpLimits = tcpLimits;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws IllegalArgumentException when it makes no sense; the message says why
     */
    public DnsServerConfig build() {
      return new DnsServerConfig(zones, listen, nameServers, contact, ttl, threads, tcpLimits);
    }
  }
}
