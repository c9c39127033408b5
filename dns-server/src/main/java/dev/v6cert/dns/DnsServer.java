package dev.v6cert.dns;

import dev.v6cert.dns.answer.MagicZones;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.dns.transport.Listeners;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The authoritative magic DNS server, running: names that carry an address resolve to it. Its
 * threads are daemons; {@link #close} stops it within two seconds.
 */
public final class DnsServer implements AutoCloseable {
  private final Listeners listeners;

  private DnsServer(Listeners listeners) {
    this.listeners = listeners;
  }

  /**
   * Binds every address and begins to answer.
   *
   * @throws ListenFailure when an address cannot be bound; then nothing was started
   */
  public static DnsServer start(DnsServerConfig config) throws ListenFailure {
    MagicZones zones =
        new MagicZones(config.zones(), config.nameServers(), config.contact(), config.ttl());
    QueryHandler handler = new QueryHandler(zones.responder());
    Listeners listeners =
        Listeners.bind(config.listen(), config.threads(), handler, config.tcpLimits());
    listeners.start();
    return new DnsServer(listeners);
  }

  /** Where this listens, over UDP and TCP alike, with the ports that were really bound. */
  public List<InetSocketAddress> addresses() {
    return listeners.addresses();
  }

  @Override
  public void close() {
    listeners.close();
  }
}
