package dev.v6cert.dns.testing;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Sends many queries over one UDP socket, a few at a time, and collects the replies. */
public final class QueryLoad {
  private static final int MOST_AT_A_TIME = 32;
  private static final int ATTEMPTS = 5;
  private static final int LIMIT_MILLIS = 3_000;

  private final DatagramSocket socket;

  private QueryLoad(DatagramSocket socket) {
    this.socket = socket;
  }

  /**
   * The replies to {@code queries}, in their order; their identifiers are set here. A query without
   * a reply is repeated a few times, as clients do.
   */
  public static List<Reply> replies(InetSocketAddress server, List<Packet> queries)
      throws IOException {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(server);
      socket.setSoTimeout(LIMIT_MILLIS);
      return new QueryLoad(socket).run(queries);
    }
  }

  private List<Reply> run(List<Packet> queries) throws IOException {
    SortedMap<Integer, Reply> replies = new TreeMap<>();
    Deque<Integer> waiting = new ArrayDeque<>();
    Set<Integer> inFlight = new HashSet<>();
    for (int i = 0; i < queries.size(); i++) {
      waiting.add(i);
    }
    int failures = 0;
    while (!waiting.isEmpty() || !inFlight.isEmpty()) {
      while (!waiting.isEmpty() && inFlight.size() < MOST_AT_A_TIME) {
        int next = waiting.remove();
        send(queries.get(next).id(next).bytes());
        inFlight.add(next);
      }
      try {
        Reply reply = receive();
        if (inFlight.remove(reply.id())) {
          replies.put(reply.id(), reply);
        }
      } catch (SocketTimeoutException e) {
        if (++failures == ATTEMPTS) {
          throw new AssertionError(inFlight.size() + " queries without a reply", e);
        }
        waiting.addAll(inFlight);
        inFlight.clear();
      }
    }
    return List.copyOf(replies.values());
  }

  private void send(byte[] message) throws IOException {
    socket.send(new DatagramPacket(message, message.length));
  }

  private Reply receive() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65_535], 65_535);
    socket.receive(packet);
    return Reply.of(Arrays.copyOf(packet.getData(), packet.getLength()));
  }
}
