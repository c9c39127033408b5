package dev.v6cert.dns.guard;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The open TCP connections, the longest idle one first, altogether and for each network. A full
 * table gives up that one for a new connection, so idle connections cost their holders and nobody
 * else; a network at its limit gives up the longest idle one of its own. One thread at a time.
 *
 * @param <C> a connection
 */
public final class ConnectionTable<C> {
  /** A network is busy that has taken more than {@link #BUSY_NANOS} within so much time. */
  private static final long WINDOW_NANOS = 100_000_000;

  private static final long BUSY_NANOS = 2_000_000;

  private final TcpLimits limits;
  private final IntrusiveList<C> all = new IntrusiveList<>();
  private final Map<ClientPrefix, Network<C>> networks = new HashMap<>();
  private int size;

  /**
   * The network that a client is counted with: an IPv4 /24 or an IPv6 /48.
   *
   * @param ipv4 whether it is an IPv4 network
   * @param bits the address, its host part cleared
   */
  private record ClientPrefix(boolean ipv4, long bits) {
    static ClientPrefix of(InetAddress address) {
      ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
      return address instanceof Inet4Address
          ? new ClientPrefix(true, octets.getInt() & 0xffff_ff00L)
          : new ClientPrefix(false, octets.getLong() & 0xffff_ffff_ffff_0000L);
    }
  }

  private static final class Network<C> {
    final ClientPrefix prefix;
    final IntrusiveList<C> connections = new IntrusiveList<>();
    int size;
    long windowStart;
    long taken;

    Network(ClientPrefix prefix) {
      this.prefix = prefix;
    }
  }

  /** The place of one connection in the table. */
  public static final class Entry<C> {
    private final Network<C> network;
    private final IntrusiveList.Link<C> place;
    private final IntrusiveList.Link<C> placeInNetwork;

    private Entry(C connection, Network<C> network) {
      this.network = network;
      this.place = new IntrusiveList.Link<>(connection);
      this.placeInNetwork = new IntrusiveList.Link<>(connection);
    }

    /** Notes that the network of the connection had {@code nanos} of the thread's time. */
    public void charge(long nanos, long now) {
      if (now - network.windowStart > WINDOW_NANOS) {
        network.windowStart = now;
        network.taken = 0;
      }
      network.taken += nanos;
    }

    /** Whether the network of the connection has had more time lately than others need. */
    public boolean isOfBusyNetwork(long now) {
      return network.taken > BUSY_NANOS && now - network.windowStart <= WINDOW_NANOS;
    }
  }

  /**
   * A connection that has to go, since the limits allow one fewer.
   *
   * @param ofNetwork whether it is its network that has too many
   */
  public record Excess<C>(C connection, boolean ofNetwork) {}

  /** An empty table with the given limits. */
  public ConnectionTable(TcpLimits limits) {
    this.limits = limits;
  }

  /** Enters a connection; the caller then closes the {@link #excess}. */
  public Entry<C> add(C connection, InetAddress client) {
    Network<C> network = networks.computeIfAbsent(ClientPrefix.of(client), Network::new);
    Entry<C> entry = new Entry<>(connection, network);
    all.append(entry.place);
    network.connections.append(entry.placeInNetwork);
    network.size++;
    size++;
    return entry;
  }

  /** The connection that has to go after {@code latest} was entered. */
  public Optional<Excess<C>> excess(Entry<C> latest) {
    if (latest.network.size > limits.connectionsPerNetwork()) {
      return latest.network.connections.first().map(connection -> new Excess<>(connection, true));
    }
    return size > limits.connections()
        ? all.first().map(connection -> new Excess<>(connection, false))
        : Optional.empty();
  }

  /** Notes that a connection got on: its queries were answered. */
  public void touch(Entry<C> entry) {
    all.append(entry.place);
    entry.network.connections.append(entry.placeInNetwork);
  }

  /** Forgets a connection, which is in the table. */
  public void remove(Entry<C> entry) {
    entry.place.leave();
    entry.placeInNetwork.leave();
    size--;
    if (--entry.network.size == 0) {
      networks.remove(entry.network.prefix);
    }
  }

  /** The connection that is idle longest. */
  public Optional<C> longestIdle() {
    return all.first();
  }

  /** The number of open connections. */
  public int size() {
    return size;
  }
}
