package dev.v6cert.dns.guard;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The connections and octets that TCP clients may hold (RFC 7766 section 6.2; RFC 9210 section 4).
 *
 * @param connections the most connections at a time; one more evicts the longest idle one
 * @param connectionsPerNetwork the most connections of one IPv4 /24 or IPv6 /48
 * @param pendingOctets the most octets of incomplete queries and unsent replies, altogether
 * @param idle how long a connection may stand without a query
 * @param frame how long a query may take to arrive from its first octet on
 * @param write how long a client may take to accept the replies that did not go out at once
 */
public record TcpLimits(
    int connections,
    int connectionsPerNetwork,
    long pendingOctets,
    Duration idle,
    Duration frame,
    Duration write) {
  /** The connections of a server with enough memory and descriptors where nothing is said. */
  public static final int DEFAULT_CONNECTIONS = 4096;

  /** A connection takes less than this of the heap while nothing is pending (measured: 0.9 KB). */
  private static final int OCTETS_PER_CONNECTION = 1536;

  /** Connections, and what is pending for them, may each take this part of the heap. */
  private static final int PART_OF_HEAP = 8;

  /**
   * Descriptors of the JVM (about 40), of files, of metrics, of the questions that the server asks
   * itself, and of connections that are just accepted.
   */
  private static final int RESERVED_DESCRIPTORS = 80;

  /** As few connections are served in any case. */
  private static final int FEWEST_CONNECTIONS = 8;

  private static final Pattern OPEN_FILES = Pattern.compile("(?m)^Max open files +(\\d+)");

  /**
   * The most connections that this process can hold.
   *
   * @param byHeap the number that its heap suffices for
   * @param byDescriptors the number that its limit of open files suffices for
   */
  public record Capacity(int byHeap, int byDescriptors) {
    /** The smaller of both. */
    public int connections() {
      return Math.min(byHeap, byDescriptors);
    }
  }

  /**
   * The capacity of this process.
   *
   * @param sockets the sockets that it listens with
   */
  public static Capacity capacity(int sockets) {
    long byHeap = Runtime.getRuntime().maxMemory() / PART_OF_HEAP / OCTETS_PER_CONNECTION;
    long byDescriptors = openFiles() - RESERVED_DESCRIPTORS - sockets;
    return new Capacity(
        Math.clamp(byHeap, FEWEST_CONNECTIONS, Integer.MAX_VALUE),
        Math.clamp(byDescriptors, FEWEST_CONNECTIONS, Integer.MAX_VALUE));
  }

  /** Limits that this process can hold, when it listens with so many sockets. */
  public static TcpLimits ofThisProcess(int sockets) {
    int connections = Math.min(DEFAULT_CONNECTIONS, capacity(sockets).connections());
    return new TcpLimits(
        connections,
        quarter(connections),
        Runtime.getRuntime().maxMemory() / PART_OF_HEAP,
        Duration.ofSeconds(10),
        Duration.ofSeconds(2),
        Duration.ofSeconds(5));
  }

  private static int quarter(int connections) {
    return Math.max(connections / 4, 1);
  }

  /**
   * The number of files that this process may have open; very many where the system does not tell.
   */
  private static long openFiles() {
    try {
      Matcher line = OPEN_FILES.matcher(Files.readString(Path.of("/proc/self/limits")));
      return line.find() ? Long.parseLong(line.group(1)) : Integer.MAX_VALUE;
    } catch (IOException e) {
      return Integer.MAX_VALUE;
    }
  }

  /** These for another number of connections, a quarter of which one network may have. */
  public TcpLimits withConnections(int number) {
    return new TcpLimits(number, quarter(number), pendingOctets, idle, frame, write);
  }

  /** These for another number of connections of one network. */
  public TcpLimits withConnectionsPerNetwork(int number) {
    return new TcpLimits(connections, number, pendingOctets, idle, frame, write);
  }
}
