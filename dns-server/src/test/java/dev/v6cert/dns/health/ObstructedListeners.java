package dev.v6cert.dns.health;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.testing.Packet;
import dev.v6cert.dns.testing.RunningServer;
import dev.v6cert.dns.transport.DatagramIo;
import dev.v6cert.dns.transport.FastHandler;
import dev.v6cert.dns.transport.ListenFailure;
import dev.v6cert.dns.transport.Listeners;
import dev.v6cert.dns.transport.MessageHandler;
import dev.v6cert.dns.transport.Peer;
import dev.v6cert.dns.transport.Transport;
import dev.v6cert.dns.transport.TransportHealth;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.LongAdder;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** The real listeners before a handler that can be made to hang, or to say nothing. */
public final class ObstructedListeners implements MessageHandler, AutoCloseable {
  private static final Name APEX = Name.fromConstantString("magic.test.");

  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch hung = new CountDownLatch(1);
  private final Map<Transport, LongAdder> asked = new ConcurrentHashMap<>();
  private final Map<Transport, LongAdder> answered = new ConcurrentHashMap<>();
  private final Set<Transport> silent = ConcurrentHashMap.newKeySet();
  private final Listeners listeners;
  private final HealthCheck check;

  /** Listeners with two threads for UDP, on loopback addresses. */
  public ObstructedListeners(DatagramIo io, String... addresses) throws ListenFailure {
    for (Transport transport : Transport.values()) {
      asked.put(transport, new LongAdder());
      answered.put(transport, new LongAdder());
    }
    listeners =
        Listeners.bind(
            List.of(addresses).stream().map(address -> RunningServer.at(address, 0)).toList(),
            2,
            io,
            this,
            TcpLimits.ofThisProcess(6),
            new TransportHealth());
    listeners.start();
    check = new HealthCheck(listeners.listening(), APEX, transport -> answered(transport));
  }

  /** The check of these listeners. */
  public HealthCheck check() {
    return check;
  }

  /** The port of the first address. */
  public int port() {
    return listeners.addresses().getFirst().getPort();
  }

  private long answered(Transport transport) {
    return answered.getOrDefault(transport, new LongAdder()).sum();
  }

  /** The number of queries for the SOA record. */
  long asked(Transport transport) {
    return asked.getOrDefault(transport, new LongAdder()).sum();
  }

  /** Answers no SOA query over {@code transport} any more. */
  void silence(Transport transport) {
    silent.add(transport);
  }

  /** Sends a query for an address, and does not wait for an answer. */
  void send(String name) throws IOException {
    byte[] query = Packet.query(name, Type.A).bytes();
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(query, query.length, listeners.addresses().getFirst()));
    }
  }

  /** Makes one of the threads for UDP hang. */
  public void hangOne() throws IOException, InterruptedException {
    send("hang.test");
    hung.await();
  }

  /** Lets it go on. */
  public void release() {
    released.countDown();
  }

  @Override
  public FastHandler fast(Transport transport) {
    return FastHandler.NONE;
  }

  @Override
  public ByteBuffer handle(ByteBuffer message, Peer peer, ByteBuffer scratch) {
    try {
      Message query = new Message(message.slice());
      boolean probe = query.getQuestion().getType() == Type.SOA;
      if (query.getQuestion().getName().equals(Name.fromConstantString("hang.test."))) {
        hung.countDown();
        released.await();
      }
      if (probe) {
        asked.getOrDefault(peer.transport(), new LongAdder()).increment();
      }
      if (probe && silent.contains(peer.transport())) {
        return ByteBuffer.allocate(0);
      }
      answered.getOrDefault(peer.transport(), new LongAdder()).increment();
      query.getHeader().setFlag(Flags.QR);
      query.getHeader().setFlag(Flags.TC);
      return ByteBuffer.wrap(query.toWire());
    } catch (IOException | InterruptedException e) {
      return ByteBuffer.allocate(0);
    }
  }

  @Override
  public void close() {
    release();
    listeners.close();
  }
}
