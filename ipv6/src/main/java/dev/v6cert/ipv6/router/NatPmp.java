package dev.v6cert.ipv6.router;

import dev.v6cert.ipv6.IpProtocol;
import dev.v6cert.ipv6.Ipv4Address;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The NAT Port Mapping Protocol (RFC 6886), of routers that know neither PCP nor UPnP. A router may
 * take long to refuse a port, so it is asked last.
 */
final class NatPmp {

  private static final int SERVER_PORT = 5351;
  private static final byte VERSION = 0;
  private static final byte ADDRESS = 0;
  private static final byte MAP_UDP = 1;
  private static final byte MAP_TCP = 2;
  private static final int RESPONSE = 0x80;
  private static final int ADDRESS_LENGTH = 12;
  private static final int MAP_LENGTH = 16;
  private static final int NETWORK_FAILURE = 3;
  private static final int[] WAITS_MILLIS = {250, 500, 1000};

  private final InetAddress router;
  private final Ipv4Address client;
  private final PortRoute route;

  NatPmp(InetAddress router, Ipv4Address client, PortRoute route) {
    this.router = router;
    this.client = client;
    this.route = route;
  }

  /** The router's outer address; empty where it has none that is of use. */
  Optional<Ipv4Address> outside() throws IOException {
    byte[] answer = ask(new byte[] {VERSION, ADDRESS}, ADDRESS, ADDRESS_LENGTH);
    int result = result(answer);
    if (result == NETWORK_FAILURE) {
      return Optional.empty();
    }
    check(result);
    return Optional.of(new Ipv4Address(ByteBuffer.wrap(answer).getInt(8)));
  }

  /**
   * Asks for the mapping, or to keep it; for how long it holds.
   *
   * @throws RouterException when the router does not answer, refuses, or gives another port
   */
  Duration map(Duration lifetime) throws IOException {
    byte[] answer = ask(request((int) lifetime.toSeconds()), opcode(), MAP_LENGTH);
    check(result(answer));
    ByteBuffer fields = ByteBuffer.wrap(answer);
    int given = fields.getShort(10) & 0xffff;
    if (given != route.outer().number()) {
      release();
      throw new RouterException("the router gives port " + given + " instead");
    }
    return Duration.ofSeconds(Integer.toUnsignedLong(fields.getInt(12)));
  }

  /** Gives the mapping up, without waiting for the answer. */
  void release() {
    try (DatagramSocket socket = connect()) {
      byte[] request = request(0);
      socket.send(new DatagramPacket(request, request.length));
    } catch (IOException e) {
      // The lease ends it.
    }
  }

  /** The opcode of a mapping (section 3.3). */
  private byte opcode() {
    return route.outer().transport() == IpProtocol.UDP ? MAP_UDP : MAP_TCP;
  }

  /** A lifetime of 0 takes the mapping away, and its outer port is then 0 (section 3.4). */
  private byte[] request(int lifetime) {
    return ByteBuffer.allocate(12)
        .put(VERSION)
        .put(opcode())
        .putShort((short) 0)
        .putShort((short) route.port())
        .putShort((short) (lifetime == 0 ? 0 : route.outer().number()))
        .putInt(lifetime)
        .array();
  }

  private byte[] ask(byte[] request, byte opcode, int length) throws IOException {
    try (DatagramSocket socket = connect()) {
      DatagramPacket answer = new DatagramPacket(new byte[64], 64);
      for (int waitMillis : WAITS_MILLIS) {
        socket.send(new DatagramPacket(request, request.length));
        socket.setSoTimeout(waitMillis);
        try {
          socket.receive(answer);
          byte[] octets = Arrays.copyOf(answer.getData(), answer.getLength());
          if (isAnswer(octets, opcode, length)) {
            return octets;
          }
        } catch (SocketTimeoutException e) {
          // Asked again, or given up.
        }
      }
      throw new RouterException("the router does not answer");
    } catch (PortUnreachableException e) {
      throw new RouterException("the router does not have it");
    }
  }

  private DatagramSocket connect() throws IOException {
    DatagramSocket socket = new DatagramSocket(new InetSocketAddress(client.toInetAddress(), 0));
    socket.connect(new InetSocketAddress(router, SERVER_PORT));
    return socket;
  }

  /** An answer to the opcode: whole, or a refusal that has the head at least. */
  static boolean isAnswer(byte[] octets, byte opcode, int length) {
    return octets.length >= 4
        && octets[0] == VERSION
        && (octets[1] & 0xff) == (RESPONSE | opcode)
        && (octets.length >= length || result(octets) != 0);
  }

  private static int result(byte[] answer) {
    return ByteBuffer.wrap(answer).getShort(2) & 0xffff;
  }

  private static void check(int result) throws RouterException {
    if (result != 0) {
      throw new RouterException(
          "the router refuses: "
              + switch (result) {
                case 1 -> "it does not speak version 0";
                case 2 -> "not authorized";
                case NETWORK_FAILURE -> "it has no outer address";
                case 4 -> "it has no room";
                default -> "result " + result;
              });
    }
  }
}
