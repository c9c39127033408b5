package dev.v6cert.dns.warmup;

import dev.v6cert.dns.transport.Listeners;
import dev.v6cert.dns.transport.Listeners.ListeningAddress;
import dev.v6cert.dns.transport.ThreadActivity;
import dev.v6cert.ipv6.name.Zone;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks listeners on a loopback address, which no client knows, until the JVM has compiled the code
 * that answers. Otherwise a flood that meets the first second of a server on one processor waits
 * for interpreted code, and every client behind it: up to 0.2 s, and 7 ms with this (measured with
 * {@code scripts/attack-dns --jvm cold --only udp-names}). Where the loopback address does not
 * answer, the server starts cold.
 */
public final class WarmUp {
  private static final int QUERIES = 128;
  private static final int BATCH = 16;
  private static final int MOST_BATCHES = 500;
  private static final long UDP_NANOS = TimeUnit.MILLISECONDS.toNanos(120);
  private static final long TCP_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
  private static final int MOST_CONNECTIONS = 50;
  private static final int LONGEST_WAIT_MILLIS = 150;
  private static final long LOOK_NANOS = 20_000;
  private static final int LARGEST_QUERY = 512;

  /** The client's address: a network of its own, whose share no other client loses. */
  private static final InetAddress CLIENT = InetAddress.ofLiteral("127.53.0.1");

  private final ListeningAddress target;
  private final SampleQueries samples;

  private WarmUp(ListeningAddress target, Zone zone) {
    this.target = target;
    this.samples = new SampleQueries(zone);
  }

  /** Asks for names in {@code zone}, over UDP and TCP, for a fifth of a second at most. */
  public static void run(Listeners loopback, Zone zone) {
    WarmUp warmUp = new WarmUp(loopback.listening().getFirst(), zone);
    try {
      warmUp.askByUdp(System.nanoTime() + UDP_NANOS);
      warmUp.askByTcp(System.nanoTime() + TCP_NANOS);
    } catch (IOException e) {
      // The server starts cold: the system has no such address, or the network is not up yet.
    }
  }

  private void askByUdp(long deadline) throws IOException {
    ThreadActivity reader = target.udp().getFirst();
    List<byte[]> queries = samples.next(QUERIES);
    ByteBuffer query = ByteBuffer.allocateDirect(LARGEST_QUERY);
    try (DatagramChannel client = DatagramChannel.open()) {
      client.bind(new InetSocketAddress(CLIENT, 0));
      client.connect(target.address());
      for (int batch = 0; batch < MOST_BATCHES && isBefore(deadline); batch++) {
        long steps = reader.steps();
        for (int i = 0; i < BATCH; i++) {
          byte[] octets = queries.get((batch * BATCH + i) % QUERIES);
          client.write(query.clear().put(octets).flip());
        }
        if (!isDone(reader, steps)) {
          return;
        }
      }
    }
  }

  /** Whether a reader has done what was sent since {@code steps}, in time. */
  private static boolean isDone(ThreadActivity reader, long steps) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LONGEST_WAIT_MILLIS);
    while (reader.steps() == steps || reader.isWorking()) {
      if (!isBefore(end)) {
        return false;
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    return true;
  }

  private void askByTcp(long deadline) throws IOException {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (int i = 0; i < BATCH; i++) {
      byte[] query = samples.nextWhole();
      frames.write(query.length >> 8);
      frames.write(query.length);
      frames.writeBytes(query);
    }
    for (int i = 0; i < MOST_CONNECTIONS && isBefore(deadline); i++) {
      try (Socket client = new Socket()) {
        client.bind(new InetSocketAddress(CLIENT, 0));
        client.setSoTimeout(LONGEST_WAIT_MILLIS);
        client.connect(target.address(), LONGEST_WAIT_MILLIS);
        client.getOutputStream().write(frames.toByteArray());
        DataInputStream in = new DataInputStream(client.getInputStream());
        for (int reply = 0; reply < BATCH; reply++) {
          in.skipNBytes(in.readUnsignedShort());
        }
      }
    }
  }

  private static boolean isBefore(long deadline) {
    return System.nanoTime() - deadline < 0;
  }
}
