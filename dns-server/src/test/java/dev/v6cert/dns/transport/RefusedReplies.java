package dev.v6cert.dns.transport;

import dev.v6cert.dns.guard.TcpLimits;
import dev.v6cert.dns.testing.RunningServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A server and two clients, one of which a firewall lets no reply through to. What they send is
 * held back until it is all there, so that it is one batch.
 */
final class RefusedReplies {
  /** Whom each datagram of the batch is from; the last one is the welcome client's. */
  private static final String SENDERS = "WBWWBBWBWBBBWWBW";

  private static final int LIMIT_MILLIS = 5_000;

  private RefusedReplies() {}

  /** Tells how many replies came, with the I/O that is named, to how many queries. */
  public static void main(String[] arguments) throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch complete = new CountDownLatch(1);
    MessageHandler echo =
        (message, _, scratch) -> {
          arrived.countDown();
          await(complete);
          return scratch.put(message).flip();
        };
    try (Listeners listeners =
            Listeners.bind(
                List.of(RunningServer.at("127.0.0.1", 0)),
                1,
                DatagramIo.valueOf(arguments[0]),
                echo,
                TcpLimits.ofThisProcess(2),
                new TransportHealth());
        DatagramSocket welcome = new DatagramSocket(RunningServer.at("127.0.0.1", 0));
        DatagramSocket barred = new DatagramSocket(RunningServer.at(arguments[1], 0))) {
      listeners.start();
      InetSocketAddress server = listeners.addresses().getFirst();
      send(welcome, server); // Occupies the thread.
      arrived.await();
      for (int i = 0; i < SENDERS.length(); i++) {
        send(SENDERS.charAt(i) == 'W' ? welcome : barred, server);
      }
      complete.countDown();
      long expected = 1 + SENDERS.chars().filter(sender -> sender == 'W').count();
      welcome.setSoTimeout(LIMIT_MILLIS);
      long seen = replies(welcome, expected);
      barred.setSoTimeout(1); // Its replies would have come before the last of the other's.
      System.out.println("welcome " + seen + " of " + expected + ", barred " + replies(barred, 1));
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(DatagramSocket socket, InetSocketAddress server) throws IOException {
    socket.send(new DatagramPacket(new byte[40], 40, server));
  }

  private static long replies(DatagramSocket socket, long most) throws IOException {
    for (long seen = 0; seen < most; seen++) {
      try {
        socket.receive(new DatagramPacket(new byte[40], 40));
      } catch (SocketTimeoutException e) {
        return seen;
      }
    }
    return most;
  }
}
